//! `import`: other tools' records lead to bases, their files stay as they are.

use crate::support::{PLACED, Repo, World, skill};
use serde_json::Value;
use std::time::SystemTime;

const OURS: (usize, &str) = (7, "ours");
const LATER: (usize, &str) = (12, "later");
/// A project in which `pdf` was edited before it was first committed: no content of it was ever in
/// the collection, so that only a record can tell where it came from. The collection went on.
struct Copied {
    world: World,
    /// The commit of the collection that `pdf` was copied from.
    commit: String,
    /// The tree of `pdf` there.
    tree: String,
}

impl Copied {
    fn new() -> Self {
        let world = World::new();
        let commit = world.coll.git(&["rev-parse", "HEAD"]);
        let tree = world.coll.git(&["rev-parse", "HEAD:skills/pdf"]);
        world.proj.write(PLACED, skill(&[OURS]));
        world.proj.write(".claude/skills/pdf/notes.txt", "one\ntwo\nthree\n");
        world.proj.commit_all("Copy pdf and edit it");
        world.edit_collection(&[LATER]);
        Self { world, commit, tree }
    }

    fn import(&self, args: &[&str]) -> (Value, i32) {
        self.world.json(&[&["import"], args].concat())
    }

    /// The next pull must be a merge that keeps the project's edit and takes the collection's.
    fn expect_merge(&self) {
        let (document, code) = self.world.json(&["pull"]);
        assert_eq!((&document["summary"]["merged"], code), (&1.into(), 0), "{document}");
        assert_eq!(self.world.proj.read(PLACED), skill(&[OURS, LATER]));
    }
}

/// The bytes and times of files.
fn state(repo: &Repo, paths: &[&str]) -> Vec<Option<(Vec<u8>, SystemTime)>> {
    let read = |path: &&str| {
        let path = repo.path().join(path);
        Some((std::fs::read(&path).ok()?, path.metadata().ok()?.modified().ok()?))
    };
    paths.iter().map(read).collect()
}

fn sha256(parts: &[&str]) -> String {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

const NOTES: &str = "one\ntwo\nthree\n";

#[test]
fn without_a_record_nothing_is_known() {
    let copied = Copied::new();
    let (document, code) = copied.world.json(&["pull", "pdf"]);
    assert_eq!((&document["results"][0]["status"], code), (&"skipped".into(), 1), "{document}");
}

#[test]
fn each_format_gives_the_right_base() {
    let pristine = skill(&[]);
    // Both tools' orders are the same for these two names but for case.
    let skillmeat = sha256(&["SKILL.md", &pristine, "notes.txt", NOTES]);
    let skills = sha256(&["notes.txt", NOTES, "SKILL.md", &pristine]);
    let (skill_file, notes) = (sha256(&[&pristine]), sha256(&[NOTES]));
    let copied = Copied::new();
    let project = copied.world.proj.path().canonicalize().expect("path").display().to_string();
    let Copied { commit, tree, .. } = &copied;
    let table: Vec<(&str, String, &str)> = vec![
        (".claude/.skillmeat-deployed.toml", skillmeat_record(&skillmeat), "hash"),
        (
            "skills-lock.json",
            format!(
                r#"{{"version":1,"skills":{{"pdf":{{"source":"acme/skills","sourceType":"github","ref":"main","skillPath":"skills/pdf/SKILL.md","computedHash":"{skills}"}}}}}}"#
            ),
            "hash",
        ),
        (
            ".skill-lock.json",
            format!(
                r#"{{"version":3,"skills":{{"pdf":{{"source":"acme/skills","sourceType":"github","sourceUrl":"https://github.com/acme/skills.git","ref":"main","skillPath":"skills/pdf/SKILL.md","skillFolderHash":"{tree}"}}}}}}"#
            ),
            "object",
        ),
        ("apm.lock.yaml", apm_record(commit, ""), "commit"),
        (
            "apm.lock.yaml",
            apm_record(
                &"0".repeat(40),
                &format!(
                    "  deployed_file_hashes: {{.claude/skills/pdf/SKILL.md: 'sha256:{skill_file}', .claude/skills/pdf/notes.txt: '{notes}'}}\n"
                ),
            ),
            "hash",
        ),
        (
            "state.json",
            format!(
                r#"{{"version":2,"targets":{{"codex":{{"file_hashes":{{"{project}/{PLACED}":"{skill_file}","{project}/.claude/skills/pdf/notes.txt":"{notes}"}}}}}}}}"#
            ),
            "hash",
        ),
        (
            "sync-state.json",
            format!(
                r#"{{"last_sync":"2024-06-15 10:30:00","targets":{{"codex":{{"file_hashes":{{"{project}/{PLACED}":"{skill_file}","{project}/.claude/skills/pdf/notes.txt":"{notes}"}}}}}}}}"#
            ),
            "hash",
        ),
    ];
    drop(copied);
    for (file, text, way) in table {
        let copied = Copied::new();
        let there = copied.world.proj.path().canonicalize().expect("path").display().to_string();
        copied.world.proj.write(file, text.replace(&project, &there));
        let before = state(&copied.world.proj, &[file]);
        let (document, code) = copied.import(&[file]);
        assert_eq!(code, 0, "{document}");
        let row = &document["results"][0];
        assert_eq!(row["found_by"], way, "{file}: {document}");
        assert_eq!((&row["base_from"], &row["status"]), (&"import".into(), &"recorded".into()), "{file}");
        assert_eq!(copied.world.note()[0]["base"], copied.tree.as_str(), "{file}");
        copied.expect_merge();
        assert_eq!(state(&copied.world.proj, &[file]), before, "{file}");
    }
}

fn skillmeat_record(hash: &str) -> String {
    format!(
        "[[deployed]]\nartifact_name = \"pdf\"\nartifact_type = \"skill\"\nfrom_collection = \"default\"\n\
         deployed_at = \"2026-01-05T15:07:49.157370\"\nartifact_path = \"skills/pdf\"\ncontent_hash = \"{hash}\"\n\
         local_modifications = true\nversion_lineage = [\"{hash}\"]\nplatform = \"claude_code\"\n\
         profile_root_dir = \".claude\"\ncollection_sha = \"{hash}\"\n"
    )
}

fn apm_record(commit: &str, hashes: &str) -> String {
    format!(
        "lockfile_version: '1'\ngenerated_at: '2026-07-31T12:14:04.210842+00:00'\napm_version: 0.26.0\n\
         dependencies:\n- repo_url: acme/skills\n  resolved_commit: {commit}\n  resolved_ref: main\n  \
         virtual_path: skills/pdf\n  is_virtual: true\n  deployed_files: [.claude/skills/pdf, .claude/skills/pdf/SKILL.md]\n{hashes}"
    )
}

/// The skill as `gh skill` writes it: keys added, front matter in its own order.
fn gh_skill(edits: &[(usize, &str)], tree: &str, pinned: &str) -> String {
    let text = skill(edits);
    let body =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("---\n")).map_or(&*text, |(_, body)| body);
    format!(
        "---\ndescription: Works with PDF.\nmetadata:\n    github-path: skills/pdf\n{pinned}    github-ref: refs/heads/main\n    \
         github-repo: https://github.com/acme/skills\n    github-tree-sha: {tree}\nname: pdf\n---\n{body}"
    )
}

#[test]
fn front_matter_that_was_written_anew_counts_as_an_edit() {
    let copied = Copied::new();
    let text = gh_skill(&[OURS], &copied.tree, "    github-pinned: HEAD~1\n");
    copied.world.proj.write(PLACED, &text).commit_all("Install with gh");
    let before = state(&copied.world.proj, &[PLACED]);
    let (document, code) = copied.import(&["--auto"]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["results"][0]["file"], PLACED);
    let note = &copied.world.note()[0];
    assert_eq!((&note["base"], &note["pin"]), (&copied.tree.as_str().into(), &"HEAD~1".into()));
    assert_eq!(state(&copied.world.proj, &[PLACED]), before);
    assert_eq!(copied.world.outcome(&["pull"]), ("up_to_date".into(), 0), "it stays where it was pinned");

    let copied = Copied::new();
    let text = gh_skill(&[OURS], &copied.tree, "");
    copied.world.proj.write(PLACED, &text).commit_all("Install with gh");
    copied.world.proj.skillsync(&["import", PLACED]).expect_success();
    assert_eq!(copied.world.outcome(&["pull"]), ("merged".into(), 0));
    let merged = copied.world.proj.read(PLACED);
    assert!(
        merged.contains("github-tree-sha") && merged.contains("later") && merged.contains("ours"),
        "{merged}"
    );
}

#[test]
fn what_leads_nowhere_is_no_base() {
    let copied = Copied::new();
    let nothing = sha256(&[]);
    copied.world.proj.write(".claude/.skillmeat-deployed.toml", skillmeat_record(&nothing));
    let before = copied.world.everything();
    insta::assert_snapshot!(copied.world.proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  skipped: what was written down is no version that the collection had (.claude/skills/pdf, named in .claude/.skillmeat-deployed.toml)
    nothing to record
    ----- stderr
    hint: 'git skillsync adopt' looks for the nearest version
    ----- status 1
    ");
    assert!(copied.world.everything() == before);
    assert_eq!(copied.world.outcome(&["pull", "pdf"]), ("skipped".into(), 1));
}

#[test]
fn nothing_is_fetched_from_an_address_in_a_record() {
    let copied = Copied::new();
    copied.world.proj.write("apm.lock.yaml", apm_record(&"0".repeat(40), ""));
    let before = copied.world.everything();
    insta::assert_snapshot!(copied.world.proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  skipped: it came from 'https://github.com/acme/skills', which is no collection here (.claude/skills/pdf, named in apm.lock.yaml)
    nothing to record
    ----- stderr
    hint: 'git skillsync collection add skills https://github.com/acme/skills' makes it a collection
    ----- status 1
    ");
    assert!(copied.world.everything() == before);
}

#[test]
fn an_address_is_not_offered_to_a_shell() {
    let copied = Copied::new();
    let record = apm_record(&"0".repeat(40), "").replace("acme/skills", "acme/$(touch x)");
    copied.world.proj.write("apm.lock.yaml", record);
    let run = copied.world.proj.skillsync(&["import", "apm.lock.yaml"]);
    assert_eq!((run.code, run.stderr.contains("touch")), (1, false), "{run}");
}

#[test]
fn a_version_is_found_where_it_stood_before() {
    let copied = Copied::new();
    copied.world.coll.git(&["mv", "skills/pdf", "skills/documents"]);
    copied.world.coll.commit_all("Rename pdf");
    let text = gh_skill(&[OURS], &copied.tree, "").replace("skills/pdf", "elsewhere/pdf");
    copied.world.proj.write(PLACED, &text).commit_all("Install with gh");
    let (document, code) = copied.import(&["--auto"]);
    let row = &document["results"][0];
    assert_eq!(
        (&row["source"], &row["found_by"], code),
        (&"skills/pdf".into(), &"object".into(), 0),
        "{document}"
    );
}

#[test]
fn a_tag_counts_in_its_own_repository_and_a_branch_never() {
    let record = |reference: &str| {
        apm_record("", "").replace("resolved_ref: main", &format!("resolved_ref: {reference}"))
    };
    for (reference, remote, code) in [
        ("v1", Some("git@github.com:Acme/skills.git"), 0),
        ("v1", Some("https://github.com/other/skills"), 1),
        ("v1", None, 1),
        ("main", Some("https://github.com/acme/skills"), 1),
    ] {
        let copied = Copied::new();
        copied.world.coll.git(&["tag", "v1", &copied.commit]);
        if let Some(remote) = remote {
            copied.world.coll.git(&["remote", "add", "origin", remote]);
        }
        copied.world.proj.write("apm.lock.yaml", record(reference));
        let (document, found) = copied.import(&["apm.lock.yaml"]);
        assert_eq!(found, code, "{reference} {remote:?}: {document}");
        if code == 0 {
            assert_eq!(document["results"][0]["found_by"], "tag");
            copied.expect_merge();
        } else {
            assert_eq!(copied.world.note().len(), 0);
        }
    }
}

/// A project with records of several tools, good and bad ones.
fn several() -> Copied {
    let copied = Copied::new();
    let proj = &copied.world.proj;
    proj.write(".claude/commands/review.md", "# Review\n\nRead it.\n\nTwice.\n");
    proj.write(".claude/agents/helper.md", "---\nname: helper\ndescription: Helps.\n---\nHelp.\n");
    proj.commit_all("Copy more");
    let review = sha256(&["# Review\n\nRead it.\n"]);
    let table = skillmeat_record(&sha256(&["SKILL.md", &skill(&[]), "notes.txt", NOTES]));
    let more = format!(
        "[[deployed]]\nartifact_name = \"review\"\nartifact_type = \"command\"\nartifact_path = \"commands/review.md\"\n\
         collection_sha = \"{review}\"\n[[deployed]]\nartifact_name = \"db\"\nartifact_type = \"mcp\"\n\
         artifact_path = \"mcp/db\"\ncontent_hash = \"{review}\"\n"
    );
    proj.write(".claude/.skillmeat-deployed.toml", table + &more);
    proj.write(".other/.skillmeat-deployed.toml", skillmeat_record(&review));
    proj.write(
        "skills-lock.json",
        format!(
            r#"{{"version":1,"skills":{{"gone":{{"source":"acme/skills","sourceType":"github","computedHash":"{review}"}},"odd":{{}}}}}}"#
        ),
    );
    let helper = sha256(&["something else"]);
    let root = proj.path().canonicalize().expect("path").display().to_string();
    std::fs::create_dir_all(copied.world.sandbox.home().join(".harnesssync")).expect("folder");
    let text = format!(
        r#"{{"version":1,"targets":{{"codex":{{"file_hashes":{{"{root}/.claude/agents/helper.md":"{helper}","/else/.claude/agents/x.md":"{helper}"}}}}}}}}"#
    );
    std::fs::write(copied.world.sandbox.home().join(".harnesssync/state.json"), text).expect("state");
    copied
}

#[test]
fn all_are_imported_in_one_go_and_only_once() {
    let copied = several();
    let proj = &copied.world.proj;
    let files = [".claude/.skillmeat-deployed.toml", ".other/.skillmeat-deployed.toml", "skills-lock.json"];
    let (before, untouched) = (state(proj, &files), copied.world.everything());
    insta::assert_snapshot!(proj.skillsync(&["import", "--auto", "--dry-run"]), @"
    ----- stdout
    agent/helper  would be recorded: .claude/agents/helper.md is agents/helper.md of default at 864096e8ba (by content; named in [SANDBOX]/home/.harnesssync/state.json)
    command/review  would be recorded: .claude/commands/review.md is commands/review.md of default at 864096e8ba (hash in .claude/.skillmeat-deployed.toml)
    skill/pdf  would be recorded: .claude/skills/pdf is skills/pdf of default at 864096e8ba, version 1.0.0 (hash in .claude/.skillmeat-deployed.toml)
    nothing was written
    ----- stderr
    warning: 'deployed.db' in '.claude/.skillmeat-deployed.toml' is left out: artifacts of type 'mcp' are not kept in sync
    warning: 'skills.odd' in 'skills-lock.json' is left out: 'source' is missing
    warning: 'skills.gone' in 'skills-lock.json' is left out: nothing of this name is there
    warning: 'deployed.pdf' in '.other/.skillmeat-deployed.toml' is left out: it stands in no target's folder
    ----- status 1
    ");
    assert!(copied.world.everything() == untouched, "a dry run writes nothing");
    insta::assert_snapshot!(proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    agent/helper  recorded: .claude/agents/helper.md is agents/helper.md of default at 864096e8ba (by content; named in [SANDBOX]/home/.harnesssync/state.json)
    command/review  recorded: .claude/commands/review.md is commands/review.md of default at 864096e8ba (hash in .claude/.skillmeat-deployed.toml)
    skill/pdf  recorded: .claude/skills/pdf is skills/pdf of default at 864096e8ba, version 1.0.0 (hash in .claude/.skillmeat-deployed.toml)
    3 recorded
    ----- stderr
    warning: 'deployed.db' in '.claude/.skillmeat-deployed.toml' is left out: artifacts of type 'mcp' are not kept in sync
    warning: 'skills.odd' in 'skills-lock.json' is left out: 'source' is missing
    warning: 'skills.gone' in 'skills-lock.json' is left out: nothing of this name is there
    warning: 'deployed.pdf' in '.other/.skillmeat-deployed.toml' is left out: it stands in no target's folder
    ----- status 1
    ");
    assert_eq!(copied.world.note().len(), 3);
    insta::assert_snapshot!(proj.skillsync(&["import", "--auto", "--quiet"]), @"----- status 1");
    let (document, _) = copied.import(&["--auto"]);
    let summary = &document["summary"];
    assert_eq!((&summary["recorded"], &summary["already_recorded"]), (&0.into(), &3.into()));
    assert_eq!(document["operations"].as_array().map(Vec::len), Some(0));
    assert_eq!(state(proj, &files), before);
    copied.expect_merge();
    assert_eq!(
        copied.world.porcelain(),
        "M.\tcommand/review\t.claude/commands/review.md\nM.\tskill/pdf\t.claude/skills/pdf"
    );
}

#[test]
fn a_damaged_file_stops_itself_only() {
    let copied = Copied::new();
    let proj = &copied.world.proj;
    proj.write("skills-lock.json", "{\"version\":1,\n<<<<<<< HEAD\n\"skills\":{}}\n");
    let before = copied.world.everything();
    insta::assert_snapshot!(proj.skillsync(&["import", "skills-lock.json"]), @"
    ----- stderr
    fatal: 'skills-lock.json' cannot be imported: line 2 is a conflict marker; finish that merge first
    ----- status 128
    ");
    insta::assert_snapshot!(proj.skillsync(&["import", "skills-lock.json", "--json"]), @r#"
    ----- stdout
    {"schema":1,"command":"import","error":{"kind":"import","message":"'skills-lock.json' cannot be imported: line 2 is a conflict marker; finish that merge first","hint":null}}
    ----- status 128
    "#);
    insta::assert_snapshot!(proj.skillsync(&["import", "README"]), @"
    ----- stderr
    error: 'README' is no file of a known tool
    hint: it reads '.skillmeat-deployed.toml', 'skills-lock.json', '.skill-lock.json', 'apm.lock.yaml', 'SKILL.md', 'state.json' and 'sync-state.json'
    ----- status 2
    ");
    assert_eq!(proj.skillsync(&["import"]).code, 2);
    assert_eq!(proj.skillsync(&["import", "no/apm.lock.yaml"]).code, 128);
    assert!(copied.world.everything() == before);
    proj.write("apm.lock.yaml", apm_record(&copied.commit, ""));
    insta::assert_snapshot!(proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  recorded: .claude/skills/pdf is skills/pdf of default at 864096e8ba, version 1.0.0 (commit in apm.lock.yaml)
    1 recorded
    ----- stderr
    warning: 'skills-lock.json' is left out: line 2 is a conflict marker; finish that merge first
    ----- status 1
    ");
    copied.expect_merge();
}

#[test]
fn what_is_not_committed_waits() {
    let copied = Copied::new();
    let proj = &copied.world.proj;
    proj.git(&["rm", "--quiet", "-r", "--cached", ".claude"]);
    proj.git(&["commit", "--quiet", "-m", "Do without"]);
    proj.write("apm.lock.yaml", apm_record(&copied.commit, ""));
    insta::assert_snapshot!(proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  skipped: is not tracked by git (.claude/skills/pdf, named in apm.lock.yaml)
    nothing to record
    ----- stderr
    hint: 'git add' it, then run the command again
    ----- status 1
    ");
    proj.git(&["add", ".claude"]);
    proj.skillsync(&["import", "--auto"]).expect_success();
    assert_eq!(copied.world.note().len(), 0);
    let (document, code) = copied.import(&["--auto"]);
    assert_eq!((&document["summary"]["already_recorded"], code), (&1.into(), 0), "{document}");
    let (document, _) = copied.world.json(&["status", "--verbose"]);
    assert_eq!(document["artifacts"][0]["base_from"], "pending", "{document}");
    proj.commit_all("With it");
    proj.skillsync(&["status"]);
    assert_eq!(copied.world.note()[0]["base"], copied.tree.as_str());
    copied.expect_merge();
}

#[test]
fn an_import_is_undone_as_long_as_it_waits() {
    let copied = Copied::new();
    let proj = &copied.world.proj;
    proj.write("apm.lock.yaml", apm_record(&copied.commit, ""));
    proj.git(&["mv", ".claude/skills/pdf", ".claude/skills/x"]);
    proj.git(&["commit", "--quiet", "-m", "Away"]);
    proj.git(&["mv", ".claude/skills/x", ".claude/skills/pdf"]);
    proj.skillsync(&["import", "--auto"]).expect_success();
    let before = proj.tree_snapshot();
    proj.skillsync(&["undo"]).expect_success();
    let without_ops = |text: String| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("refs/skillsync/")).map(str::to_owned).collect()
    };
    assert_eq!(without_ops(proj.tree_snapshot()), without_ops(before));
    proj.skillsync(&["import", "--auto"]).expect_success();
    proj.commit_all("Back");
    insta::assert_snapshot!(proj.skillsync(&["undo"]), @"
    ----- stdout
    skill/pdf  skipped: was committed or taken back since
    ----- status 1
    ");
    assert_eq!(copied.world.note()[0]["base"], copied.tree.as_str());
}

#[test]
fn content_is_believed_rather_than_a_record() {
    // The record tells of the collection's present version, the files are those of the first one.
    let world = World::new();
    let first = world.coll.git(&["rev-parse", "HEAD:skills/pdf"]);
    world.proj.write(PLACED, skill(&[])).write(".claude/skills/pdf/notes.txt", NOTES).commit_all("Copy pdf");
    world.edit_project(&[OURS]);
    let second = world.edit_collection(&[LATER]);
    world.proj.write("apm.lock.yaml", apm_record(&second, ""));
    insta::assert_snapshot!(world.proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  recorded: .claude/skills/pdf is skills/pdf of default at 864096e8ba, version 1.0.0 (by content; named in apm.lock.yaml, which tells of another version)
    1 recorded
    ----- status 0
    ");
    assert_eq!(world.note()[0]["base"], first.as_str());
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, LATER]));
}

#[test]
fn records_that_disagree_are_not_chosen_from() {
    let copied = Copied::new();
    let second = copied.world.coll.git(&["rev-parse", "HEAD"]);
    copied.world.proj.write("apm.lock.yaml", apm_record(&second, ""));
    let pristine = sha256(&["SKILL.md", &skill(&[]), "notes.txt", NOTES]);
    copied.world.proj.write(".claude/.skillmeat-deployed.toml", skillmeat_record(&pristine));
    insta::assert_snapshot!(copied.world.proj.skillsync(&["import", "--auto"]), @"
    ----- stdout
    skill/pdf  skipped: the tools' records name different versions (.claude/skills/pdf, named in .claude/.skillmeat-deployed.toml)
    nothing to record
    ----- stderr
    hint: 'git skillsync import FILE' takes the word of one file
    ----- status 1
    ");
    assert_eq!(copied.world.note().len(), 0);
    copied.world.proj.skillsync(&["import", ".claude/.skillmeat-deployed.toml"]).expect_success();
    copied.expect_merge();
}

#[test]
fn a_users_lock_file_tells_of_the_users_places_only() {
    let copied = Copied::new();
    let home = copied.world.sandbox.home();
    std::fs::create_dir_all(home.join(".agents")).expect("folder");
    let lock = |tree: &str| {
        format!(
            r#"{{"version":3,"skills":{{"pdf":{{"source":"acme/skills","sourceType":"github","skillFolderHash":"{tree}"}}}}}}"#
        )
    };
    std::fs::write(home.join(".agents/.skill-lock.json"), lock(&copied.tree)).expect("lock");
    let (document, code) = copied.import(&["--auto"]);
    assert_eq!((document["results"].as_array().map(Vec::len), code), (Some(0), 0), "{document}");

    // The home folder itself is a project: there the lock file is about these paths.
    let proj = copied.world.sandbox.repo("home");
    proj.write(PLACED, skill(&[OURS])).write(".claude/skills/pdf/notes.txt", NOTES);
    proj.commit_all("Everything");
    proj.skillsync(&["init", "../coll", "--no-hooks"]).expect_success();
    let run = proj.skillsync(&["import", "--auto", "--json"]);
    assert_eq!(run.json()["results"][0]["found_by"], "object", "{run}");
}

#[test]
fn the_collection_that_has_the_version_is_found() {
    let copied = Copied::new();
    let other = copied.world.sandbox.repo("other");
    other.write("skills/pdf/SKILL.md", "---\nname: pdf\n---\nQuite another.\n").commit_all("Start");
    let proj = &copied.world.proj;
    proj.git(&["config", "skillsync-collection.a.url", "../other"]);
    proj.write("apm.lock.yaml", apm_record(&copied.commit, ""));
    let (document, code) = copied.import(&["--auto", "--collection", "a"]);
    assert_eq!((code, copied.world.note().len()), (1, 0), "{document}");
    let (document, code) = copied.import(&["--auto"]);
    assert_eq!((&document["results"][0]["collection"], code), (&"default".into(), 0), "{document}");
}
