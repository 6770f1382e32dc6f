//! What is wrong with a project, and which of it can be mended without any risk.

mod refspecs;

use crate::model::health::{
    Facts, Finding, Fix, Holder, Hook, HookStanding, Hooks, LockFile, Lost, Misplaced, Notes, Severity,
    Standing, Unsound, Unusable, Waiting,
};
use crate::model::path::RepoPath;
use crate::model::setting::Key;
use gix::ObjectId;
use refspecs::git_setting;

/// How old a lock file has to be before it counts as left behind, in seconds.
const LEFT_BEHIND: i64 = 10 * 60;

/// Everything that is to be said.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(hooks(&facts.hooks));
    findings.extend(notes(&facts.notes));
    findings.extend(facts.records.iter().map(|(path, unsound)| record(path, unsound)));
    findings.extend(facts.git_settings.iter().filter_map(|[_, key, value]| git_setting(key, value)));
    findings.extend(facts.settings.iter().filter_map(|line| setting(line, &facts.collection_names)));
    findings.extend(facts.collections.iter().map(|(name, unusable)| collection(name, unusable)));
    findings.extend(facts.bases.iter().filter(|standing| standing.base.is_none()).map(without_base));
    findings.extend(facts.locks.iter().filter_map(lock));
    findings.extend(pending(&facts.pending));
    for path in &facts.damaged_caches {
        let what = format!("the cache file '{}' is damaged", path.display());
        findings.push(Finding { fix: Some(Fix::DropCache(path.clone())), ..warning("cache.damaged", what) });
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn without_base(standing: &Standing) -> Finding {
    let Standing { collection, name, path, .. } = standing;
    let what = format!("no version of '{name}' at '{path}' is known that '{collection}' had too");
    let hint = format!("'git skillsync pull {name}' names the nearest one and the ways out");
    hinted(warning("bases.unknown", what), hint)
}

fn note(id: &'static str, what: String) -> Finding {
    Finding { id, severity: Severity::Note, what, hint: None, fix: None }
}

fn warning(id: &'static str, what: String) -> Finding {
    Finding { severity: Severity::Warning, ..note(id, what) }
}

fn error(id: &'static str, what: String) -> Finding {
    Finding { severity: Severity::Error, ..note(id, what) }
}

fn hinted(finding: Finding, hint: impl Into<String>) -> Finding {
    Finding { hint: Some(hint.into()), ..finding }
}

fn short(id: ObjectId) -> String {
    id.to_hex_with_len(10).to_string()
}

fn hooks(hooks: &Hooks) -> Vec<Finding> {
    let is_absent = |hook: &Hook| hook.standing == HookStanding::Absent;
    let is_uncalled = |hook: &Hook| is_absent(hook) || matches!(hook.standing, HookStanding::Foreign(_));
    let are_bypassed = hooks.are_bypassed && hooks.all.iter().all(is_uncalled);
    if hooks.all.is_empty() || !are_bypassed && !hooks.all.iter().all(is_absent) {
        return hooks.all.iter().filter_map(|hook| one_hook(hook, hooks.is_own)).collect();
    }
    if are_bypassed {
        let folder = hooks.folder.display();
        let what = format!("git looks for hooks in '{folder}' and does not call the ones that are installed");
        let hint = "'git config --show-origin core.hooksPath' says who set it, 'git skillsync hooks install' says what can be added there";
        return vec![hinted(warning("hooks.bypassed", what), hint)];
    }
    let hint =
        "'git skillsync hooks install' lets records be written right after a commit; nothing depends on it";
    vec![hinted(note("hooks.none", "no git hooks are installed".into()), hint)]
}

fn one_hook(hook: &Hook, is_own: bool) -> Option<Finding> {
    let event = hook.event;
    let line = || hook.advice.clone();
    let install = |finding: Finding| Finding {
        fix: is_own.then_some(Fix::InstallHooks),
        ..hinted(finding, "'git skillsync hooks install' installs it")
    };
    Some(match &hook.standing {
        HookStanding::Installed => return None,
        HookStanding::Outdated => {
            let what = format!("the hook '{event}' calls another program or is of another release");
            install(warning("hooks.outdated", what))
        }
        HookStanding::Absent => {
            install(warning("hooks.missing", format!("the hook '{event}' does not call git-skillsync")))
        }
        HookStanding::Broken(reason) => {
            hinted(warning("hooks.broken", format!("the hook '{event}' does not work: {reason}")), line())
        }
        HookStanding::Foreign(reason) => {
            hinted(note("hooks.foreign", format!("the hook '{event}' is not ours: {reason}")), line())
        }
    })
}

fn notes(notes: &Notes) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(reason) = &notes.damaged {
        let what = format!("the notes with the records cannot be read: {reason}");
        let hint = "'git update-ref -d refs/notes/skillsync' lets go of them: 'git skillsync notes fetch' brings \
                    back what was shared, and bases are found by content";
        findings.push(hinted(error("notes.damaged", what), hint));
    }
    for (remote, commits) in &notes.unshared {
        let what = format!("'{remote}' has {} without the records on them", count(*commits, "commit"));
        let hint = format!("'git skillsync notes push {remote}' shares them");
        findings.push(hinted(warning("notes.unshared", what), hint));
    }
    findings.extend(notes.misplaced.iter().map(misplaced));
    for (commit, reason) in &notes.unreadable {
        let what = format!("the note on {} cannot be read in full: {reason}", short(*commit));
        let hint = format!("'git notes --ref=skillsync edit {}' mends it", short(*commit));
        findings.push(hinted(warning("notes.unreadable", what), hint));
    }
    findings.extend(notes.lost.iter().map(lost));
    if notes.unreachable + notes.gone > 0 {
        let all = count(notes.unreachable + notes.gone, "note");
        let what = format!("{all} on commits that no branch has any more, {} of them gone", notes.gone);
        findings.push(note("notes.orphaned", what));
    }
    findings
}

fn misplaced(found: &Misplaced) -> Finding {
    let commit = short(found.commit);
    let paths: Vec<String> = found.paths.iter().map(|path| format!("'{path}'")).collect();
    let what =
        format!("the note on {commit} does not fit this commit and is ignored for {}", paths.join(", "));
    let finding = warning("notes.misplaced", what);
    if !found.wholly {
        return hinted(finding, "the other records in it are good: it can stay as it is");
    }
    hinted(finding, format!("'git notes --ref=skillsync remove {commit}' takes it off"))
}

fn lost(lost: &Lost) -> Finding {
    let (path, noted) = (&lost.path, short(lost.noted));
    let what = format!("the record of '{path}' is on {noted}, which HEAD does not lead to");
    let finding = warning("notes.lost", what);
    match &lost.proven {
        Some(record) => Finding { fix: Some(Fix::Carry(record.clone())), ..finding },
        None => hinted(
            finding,
            format!(
                "what stands there now is another version; 'git skillsync status {path}' says whether a base is found"
            ),
        ),
    }
}

fn record(path: &RepoPath, unsound: &Unsound) -> Finding {
    match unsound {
        Unsound::UnknownCollection(name) => {
            let what = format!("'{path}' comes from the collection '{name}', which is not configured");
            hinted(
                warning("records.collection", what),
                "'git skillsync collection add NAME URL|PATH' registers it",
            )
        }
        Unsound::CommitMissing { collection, commit } => {
            let what = format!(
                "the record of '{path}' names {}, which is not in the history of '{collection}'",
                short(*commit)
            );
            hinted(
                warning("records.commit", what),
                format!(
                    "'git skillsync collection update {collection}' brings what is new; the base is looked for in its history"
                ),
            )
        }
        Unsound::BaseMissing { collection, base } => {
            let what = format!(
                "the base {} of '{path}' does not stand in '{collection}' where its record says",
                short(*base)
            );
            hinted(
                warning("records.base", what),
                "the record is not used unless the base stands elsewhere in the history",
            )
        }
        Unsound::OtherDigest { recorded, found } => {
            let cut = |digest: &str| digest.get(..12).unwrap_or(digest).to_owned();
            let what = format!(
                "the base of '{path}' has the digest {}, its record says {}",
                cut(found),
                cut(recorded)
            );
            hinted(
                error("records.digest", what),
                "somebody changed the record: compare 'git log refs/notes/skillsync'",
            )
        }
    }
}

fn setting([origin, key, value]: &[String; 3], collections: &[String]) -> Option<Finding> {
    let Some(known) = Key::find(key) else {
        let what = format!("the configuration key '{key}' is unknown ({origin})");
        return Some(hinted(
            warning("config.unknown", what),
            "'git skillsync config' lists the keys that hold",
        ));
    };
    let allowed = &known.setting.allowed;
    if allowed.takes(value, collections) {
        return None;
    }
    let what = format!("'{value}' is no value for '{}' ({origin})", known.full());
    Some(hinted(warning("config.value", what), format!("it takes {}", allowed.say(collections))))
}

fn collection(name: &str, unusable: &Unusable) -> Finding {
    match unusable {
        Unusable::Unreachable(reason) => {
            let what = format!("the collection '{name}' cannot be used: {reason}");
            hinted(
                warning("collection.unreachable", what),
                "'git skillsync collection list' shows where it should be",
            )
        }
        Unusable::NotCloned => {
            let what = format!("the collection '{name}' has not been fetched yet");
            hinted(
                note("collection.not_cloned", what),
                format!("'git skillsync collection update {name}' fetches it"),
            )
        }
        Unusable::OtherId { registered, found } => {
            let what = format!(
                "the collection '{name}' is another one than was registered: its root commit is {}, not {}",
                short(*found),
                short(*registered)
            );
            hinted(
                error("collection.id", what),
                "'git skillsync config --show-origin' shows where it is configured",
            )
        }
    }
}

fn lock(lock: &LockFile) -> Option<Finding> {
    let (path, minutes) = (lock.path.display(), lock.age / 60);
    if lock.age < LEFT_BEHIND {
        return None;
    }
    let what =
        format!("git's lock file '{path}' is {} old", count(usize::try_from(minutes).unwrap_or(0), "minute"));
    let hint = "if no git is at work here, remove it";
    Some(match &lock.holder {
        Holder::Process(name) => {
            hinted(warning("lock.held", format!("{what} and may be held by {name}")), "let it end first")
        }
        Holder::Unknown => hinted(warning("lock.stale", what), hint),
        Holder::Nobody => {
            let finding = hinted(warning("lock.stale", format!("{what}, and nobody holds it")), hint);
            Finding { fix: Some(Fix::RemoveLock(lock.path.clone())), ..finding }
        }
    })
}

fn pending(waiting: &Waiting) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(trouble) = &waiting.trouble {
        let what = format!("the pending file cannot be used: {trouble}");
        let finding = hinted(error("pending.damaged", what), "the next command that writes keeps it aside");
        findings.push(Finding { fix: Some(Fix::Reconcile), ..finding });
    }
    if let Some(operation) = &waiting.interrupted {
        let what = format!("the operation {operation} was interrupted");
        let finding =
            hinted(warning("pending.interrupted", what), "the next command that writes recovers it");
        findings.push(Finding { fix: Some(Fix::Reconcile), ..finding });
    }
    if waiting.ready > 0 {
        let what = format!("{} to be written down", count(waiting.ready, "record"));
        findings.push(Finding { fix: Some(Fix::Reconcile), ..note("pending.ready", what) });
    }
    for path in &waiting.dormant {
        let what = format!("what was done to '{path}' is not there any more");
        let hint =
            format!("'git skillsync abort {path}' forgets it; it counts again when the content comes back");
        findings.push(hinted(note("pending.dormant", what), hint));
    }
    findings
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
