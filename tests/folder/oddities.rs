//! State files that are damaged, newer or odd, and folders that are in the way.

use super::{OURS, PLACED, Plain, STATE, THEIRS};
use crate::support::skill;

const MERGED: (&str, i32) = ("merged", 0);

#[test]
fn garbage_is_put_aside_once_and_the_generation_before_goes_on() {
    let plain = Plain::both_changed(THEIRS);
    plain.run(&["deploy", "review"]).expect_success();
    plain.folder.write(STATE, "garbage");
    let run = plain.run(&["status", "--porcelain"]);
    assert_eq!(run.stdout, "MM\tskill/pdf\t.claude/skills/pdf\n");
    assert!(run.stderr.contains("is kept as") && run.stderr.contains("state.json.bak-"), "{run}");
    let again = plain.run(&["status", "--porcelain"]);
    assert_eq!(again.stderr, "", "said once");
    let names: Vec<String> = std::fs::read_dir(plain.folder.path().join(".skillsync"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".bak-"))
        .collect();
    let [kept] = names.try_into().unwrap();
    assert_eq!(plain.folder.read(&format!(".skillsync/{kept}")), "garbage");
    let (status, code) = plain.outcome(&["pull"]);
    assert_eq!((status.as_str(), code), ("up_to_date", 0), "the command that was deployed last comes first");
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn without_any_state_the_base_is_found_by_content() {
    for text in ["", "{}", "garbage"] {
        let plain = Plain::both_changed(THEIRS);
        // What was written a moment ago would be written again.
        plain.porcelain();
        plain.folder.write(STATE, text);
        let _ = std::fs::remove_file(plain.folder.path().join(".skillsync/state.json.prev"));
        let run = plain.run(&["status", "--json"]);
        assert_eq!(run.json()["artifacts"][0]["base_from"], "history", "{text:?}: {run}");
        assert_eq!(run.stderr.contains("is kept as"), text == "garbage", "{run}");
        let (status, code) = plain.outcome(&["pull"]);
        assert_eq!((status.as_str(), code), MERGED, "{text:?}");
        assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
        assert_eq!(plain.records(), 1);
    }
}

#[test]
fn a_newer_file_or_one_bad_record_stops_what_would_write_and_nothing_else() {
    let plain = Plain::both_changed(THEIRS);
    let good = plain.folder.read(STATE);
    let bad = good.replacen("\"n\": 1", "\"n\": \"one\"", 1);
    assert_ne!(good, bad);
    for (text, named) in
        [("{\"version\":99}", "version 99 is newer"), (bad.as_str(), "records[0] (.claude/skills/pdf)")]
    {
        plain.folder.write(STATE, text);
        let run = plain.run(&["status", "--porcelain"]);
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stderr.contains(named), "{run}");
        for command in [&["pull"][..], &["deploy", "sheets"], &["undo"], &["remove", "pdf"], &["abort"]] {
            let run = plain.run(command);
            assert_eq!(run.code, 128, "{command:?}: {run}");
            assert!(run.stderr.contains(named) && run.stderr.contains("hint:"), "{command:?}: {run}");
        }
        assert_eq!((plain.folder.read(STATE), plain.folder.read(PLACED)), (text.to_owned(), skill(&[OURS])));
    }
    plain.folder.write(STATE, &good);
    assert_eq!(plain.outcome(&["pull"]), (MERGED.0.to_owned(), MERGED.1));
}

#[test]
fn links_big_folders_and_repositories_are_left_alone() {
    let plain = Plain::deployed();
    let skills = plain.folder.path().join(".claude/skills");
    // A skill that is a clone of its own, one that is a link, and one that is far too large.
    plain.sandbox.git(&["clone", "--quiet", "coll", skills.join("clone").to_str().unwrap()]);
    std::os::unix::fs::symlink(plain.coll.path().join("skills/sheets"), skills.join("linked")).unwrap();
    std::fs::create_dir(skills.join("large")).unwrap();
    std::fs::File::create(skills.join("large/SKILL.md")).unwrap().set_len(65 * 1024 * 1024).unwrap();
    assert_eq!(plain.porcelain(), "");
    plain.edit_collection(&[THEIRS]);
    plain.run(&["pull"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[THEIRS]));
    let objects =
        std::process::Command::new("du").arg("-sk").arg(plain.folder.path().join(".skillsync")).output();
    let size: u64 =
        String::from_utf8(objects.unwrap().stdout).unwrap().split('\t').next().unwrap().parse().unwrap();
    assert!(size < 2000, "{size} kB");
    // Nothing is written through a link.
    let other = plain.sandbox.folder("elsewhere");
    std::fs::rename(plain.folder.path().join(".claude"), other.path().join("claude")).unwrap();
    std::os::unix::fs::symlink(other.path().join("claude"), plain.folder.path().join(".claude")).unwrap();
    let before = other.tree_snapshot();
    let (status, code) = plain.outcome(&["deploy", "sheets"]);
    assert_ne!((status.as_str(), code), ("deployed", 0));
    assert_eq!(other.tree_snapshot(), before);
    assert!(plain.folder.path().join(".claude").is_symlink());
}

#[test]
fn a_folder_that_may_not_be_written_can_be_looked_at() {
    use std::os::unix::fs::PermissionsExt;
    let plain = Plain::both_changed(THEIRS);
    let lock = |mode| {
        let run = std::process::Command::new("chmod").args(["-R", mode]).arg(plain.folder.path()).status();
        assert!(run.unwrap().success());
    };
    lock("a-w");
    let root = plain.folder.path().metadata().unwrap().permissions().mode() & 0o200 == 0;
    let run = plain.run(&["status", "--porcelain"]);
    lock("u+w");
    assert!(root);
    assert_eq!(run.stdout, "MM\tskill/pdf\t.claude/skills/pdf\n", "{run}");
}

#[test]
fn a_killed_pull_is_completed_or_taken_back() {
    let plain = Plain::new();
    let names: Vec<String> = (0..12).map(|at| format!("skill{at}")).collect();
    let version = |text: &str| {
        for name in &names {
            plain.coll.write(&format!("skills/{name}/SKILL.md"), format!("# {name}\n{text}\n"));
        }
        plain.coll.commit_all(text);
    };
    version("v0");
    let args: Vec<&str> =
        ["deploy", "--from", "../coll"].into_iter().chain(names.iter().map(String::as_str)).collect();
    plain.run(&args).expect_success();
    for round in 1..=6_u64 {
        version(&format!("v{round}"));
        let mut child = plain.folder.command("git-skillsync");
        child.arg("pull").stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut child = child.spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * round * 12));
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever was reached: the next pull ends with everything in place.
        let run = plain.run(&["pull"]);
        assert_eq!(run.code, 0, "round {round}: {run}");
        for name in &names {
            let found = plain.folder.read(&format!(".claude/skills/{name}/SKILL.md"));
            assert_eq!(found, format!("# {name}\nv{round}\n"), "round {round}");
        }
        assert_eq!(plain.porcelain(), "", "round {round}");
    }
}
