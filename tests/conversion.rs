//! Every command and agent of the corpus in every form of the table of targets, and back.

use crate::corpus::corpus;
use crate::referee::{git, say};
use crate::support::Sandbox;
use git_skillsync::model::artifact::ArtifactType;
use git_skillsync::model::conversion::{NotConverted, back, forward};
use git_skillsync::model::front_matter::Document;
use git_skillsync::model::target::{Format, Scope, TARGETS};
use saphyr::{LoadableYamlNode, Yaml};
use std::path::Path;

/// What was seen.
#[derive(Debug, Default)]
struct Tally {
    artifacts: usize,
    converted: usize,
    not_text: usize,
    toml: usize,
    yaml: usize,
    edited: usize,
}

/// The generated forms that artifacts of a type have.
fn formats(kind: ArtifactType) -> Vec<(&'static str, Format)> {
    let scopes = [Scope::Project, Scope::User];
    let all = TARGETS.iter().flat_map(|target| scopes.map(|scope| (target.name, target.kind(scope, kind))));
    let mut found: Vec<(&str, Format)> = Vec::new();
    for (name, row) in all {
        let Some(format) = row.own.as_ref().map(|place| place.format) else { continue };
        if format.is_generated() && found.iter().all(|(_, known)| *known != format) {
            found.push((name, format));
        }
    }
    found
}

/// The commands and agents that a collection has at its tip.
fn artifacts(bundle: &Path) -> Vec<(ArtifactType, String, Vec<u8>)> {
    let sandbox = Sandbox::new();
    let clone = ["clone", "-q", "--mirror", bundle.to_str().expect("UTF-8"), "collection"];
    assert!(git(sandbox.root(), &clone).status.success(), "{}", bundle.display());
    let repo = sandbox.open("collection");
    let head = repo.git(&["for-each-ref", "--format=%(objectname)", "--sort=-committerdate", "--count=1"]);
    let (mut found, mut seen) = (Vec::new(), 0_usize);
    for path in repo.git(&["ls-tree", "-r", "--name-only", head.trim()]).lines() {
        let folder =
            |name: &str| path.starts_with(&format!("{name}/")) || path.contains(&format!("/{name}/"));
        let kind = match path.ends_with(".md") {
            true if folder("commands") => ArtifactType::Command,
            true if folder("agents") || folder("subagents") => ArtifactType::Agent,
            _ => continue,
        };
        seen += 1;
        if seen % part() != 0 {
            continue;
        }
        let bytes = git(repo.path(), &["cat-file", "blob", &format!("{}:{path}", head.trim())]).stdout;
        found.push((kind, path.to_owned(), bytes));
    }
    found
}

/// Of how many artifacts one is looked at.
fn part() -> usize {
    if crate::support::is_full() { 1 } else { 6 }
}

fn yaml_of(document: &[u8]) -> Option<bool> {
    let document = Document::parse(document);
    let lines: Vec<u8> = document.entries.iter().flat_map(|entry| entry.raw.clone()).collect();
    let text = String::from_utf8(lines).ok()?;
    document.has_front_matter().then(|| Yaml::load_from_str(&text).is_ok())
}

fn check(kind: ArtifactType, path: &str, original: &[u8], tally: &mut Tally) {
    tally.artifacts += 1;
    for (target, format) in formats(kind) {
        let native = match forward(format, "it", original) {
            Ok(native) => native,
            Err(NotConverted::NotText) => {
                tally.not_text += 1;
                continue;
            }
            Err(error) => panic!("{path} for {target}: {error}"),
        };
        tally.converted += 1;
        let is_toml = matches!(format, Format::GeminiCommand | Format::CodexAgent);
        let table = |bytes: &[u8]| std::str::from_utf8(bytes).expect("UTF-8").parse::<toml::Table>();
        if is_toml {
            tally.toml += 1;
            table(&native).unwrap_or_else(|error| panic!("{path} for {target}: {error}"));
        } else if yaml_of(original) != Some(false) {
            tally.yaml += usize::from(yaml_of(&native).is_some());
            assert_ne!(yaml_of(&native), Some(false), "{path} for {target}");
        }
        assert_eq!(back(format, "it", &native, original).as_deref(), Ok(original), "{path} for {target}");
        // An edit somewhere in the text.
        let text = String::from_utf8_lossy(&native).into_owned();
        let Some((at, _)) = text.match_indices("the ").nth(1) else { continue };
        let edited = format!("{}THE {}", &text[..at], &text[at + 4..]);
        let Ok(result) = back(format, "it", edited.as_bytes(), original) else { continue };
        tally.edited += 1;
        let again = forward(format, "it", &result).expect("converted");
        let same =
            if is_toml { table(&again) == table(edited.as_bytes()) } else { again == edited.as_bytes() };
        assert!(same, "{path} for {target}");
        let changed = |a: &[u8], b: &[u8]| {
            let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
            lines(a).abs_diff(lines(b))
        };
        assert_eq!(changed(&result, original), 0, "{path} for {target}");
    }
}

#[test]
fn the_corpus_goes_there_and_back() {
    let Some(directory) = corpus() else { return };
    let mut tally = Tally::default();
    let bundles =
        std::fs::read_dir(directory).expect("a folder").map(|entry| entry.expect("an entry").path());
    for bundle in bundles.filter(|path| path.extension().is_some_and(|extension| extension == "bundle")) {
        for (kind, path, bytes) in artifacts(&bundle) {
            check(kind, &path, &bytes, &mut tally);
        }
    }
    say(&format!("conversion: {tally:?}"));
    let most = 240 / part();
    let all = [tally.artifacts, tally.toml, tally.yaml / 6, tally.edited / 6];
    assert!(all.iter().all(|count| *count > most), "{tally:?}");
}
