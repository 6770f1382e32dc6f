//! A project and a collection that name objects by different hashes: everything is as where they do
//! not, and what is written down has the ids of the collection itself.

use crate::support::{PLACED, Repo, Run, SOURCE, Sandbox, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

fn repo(sandbox: &Sandbox, name: &str, format: &str) -> Repo {
    sandbox.git(&["init", "--quiet", &format!("--object-format={format}"), name]);
    sandbox.open(name)
}

/// A project and a collection with these object formats.
fn world(project: &str, collection: &str) -> World {
    let sandbox = Sandbox::new();
    let (coll, proj) = (repo(&sandbox, "coll", collection), repo(&sandbox, "proj", project));
    coll.write(SOURCE, skill(&[])).write("skills/pdf/notes.txt", "one\ntwo\nthree\n");
    coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets")]));
    coll.write("commands/review.md", "# Review\n\nRead it.\n");
    coll.commit_all("Add artifacts");
    proj.write("README", "A project.\n").commit_all("Start");
    proj.skillsync(&["init", "../coll"]).expect_success();
    World { sandbox, coll, proj }
}

/// All pairs that differ, and one that does not, which is what they are compared with.
const MIXED: [[&str; 2]; 2] = [["sha256", "sha1"], ["sha1", "sha256"]];
const SAME: [&str; 2] = ["sha1", "sha1"];

/// What a session looks like, in words that no hash is part of.
fn session(world: &World) -> Vec<String> {
    let World { proj, coll, .. } = world;
    let mut seen = Vec::new();
    let mut see = |what: &str, run: &Run| {
        let lines = format!("{}{}", run.stdout, run.stderr);
        let lines: String = lines.split_inclusive('\n').filter(|line| !line.starts_with("index ")).collect();
        // Ids are of different lengths.
        let words = lines.split_inclusive([' ', '\n', '\'']).map(|word| {
            let hex = word.trim_end_matches([' ', '\n', '\'', '.']);
            if hex.len() >= 7 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) { "ID " } else { word }
        });
        let text: String = words.collect();
        seen.push(
            format!("{what}: {} {text}", run.code).replace(&*world.sandbox.root().to_string_lossy(), ""),
        );
    };
    world.deploy(&["pdf", "review"]);
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Review twice");
    see("status", &proj.skillsync(&["status"]));
    see("diff", &proj.skillsync(&["diff", "pdf"]));
    see("incoming", &proj.skillsync(&["diff", "--incoming"]));
    see("preview", &proj.skillsync(&["pull", "--preview"]));
    see("pull", &proj.skillsync(&["pull"]));
    see("work tree", &proj.try_git(&["show", &format!(":{PLACED}")]));
    proj.git(&["commit", "--quiet", "--message", "Pull"]);
    see("status", &proj.skillsync(&["status", "--verbose"]));
    see("push", &proj.skillsync(&["push"]));
    see("collection", &coll.try_git(&["show", &format!("HEAD:{SOURCE}")]));
    see("its status", &coll.try_git(&["status", "--porcelain"]));
    see("in step", &proj.skillsync(&["status", "--verbose"]));
    // Both sides again: what was pushed comes back merged with something else.
    world.edit_project(&[OURS, THEIRS, (12, "more")]);
    world.edit_collection(&[OURS, THEIRS, (20, "last")]);
    see("push", &proj.skillsync(&["push"]));
    see("status", &proj.skillsync(&["status", "--verbose"]));
    see("pull", &proj.skillsync(&["pull", "--commit"]));
    // A conflict, taken back, and resolved.
    world.edit_project(&[OURS, THEIRS, (9, "mine"), (12, "more"), (20, "last")]);
    world.edit_collection(&[OURS, THEIRS, (9, "yours"), (12, "more"), (20, "last")]);
    see("conflict", &proj.skillsync(&["pull"]));
    see("git status", &proj.try_git(&["status", "--porcelain"]));
    see("markers", &proj.try_git(&["diff"]));
    see("abort", &proj.skillsync(&["abort"]));
    see("git status", &proj.try_git(&["status", "--porcelain"]));
    see("theirs", &proj.skillsync(&["pull", "--auto-resolve", "theirs", "--commit"]));
    see("status", &proj.skillsync(&["status", "--verbose"]));
    // Moved in the collection.
    coll.git(&["mv", "skills/pdf", "skills/portable"]);
    coll.commit_all("Rename");
    see("moved", &proj.skillsync(&["status"]));
    see("pull", &proj.skillsync(&["pull", "--commit"]));
    // Without any note the base is known by content.
    proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    see("by content", &proj.skillsync(&["status", "--verbose"]));
    see("adopt", &proj.skillsync(&["adopt"]));
    see("doctor", &proj.skillsync(&["doctor", "--verify"]));
    see("remove", &proj.skillsync(&["remove", "review"]));
    see("undo", &proj.skillsync(&["undo"]));
    see("git status", &proj.try_git(&["status", "--porcelain"]));
    seen
}

#[test]
fn a_session_is_the_same_in_every_pair_of_formats() {
    let expected = session(&world(SAME[0], SAME[1]));
    for [project, collection] in MIXED {
        let world = world(project, collection);
        let seen = session(&world);
        for (seen, expected) in seen.iter().zip(&expected) {
            assert_eq!(seen, expected, "{project} project, {collection} collection");
        }
        for repo in [&world.proj, &world.coll] {
            repo.git(&["fsck", "--strict"]);
        }
        let copies = world.sandbox.home().join(".local/share/git-skillsync/copies");
        let copy = std::fs::read_dir(copies).expect("copies").next().expect("a copy").expect("copy").path();
        let copy =
            copy.strip_prefix(world.sandbox.root()).expect("in the sandbox").to_string_lossy().into_owned();
        let copy = world.sandbox.open(&copy);
        copy.git(&["fsck", "--strict"]);
        let history = |repo: &Repo| repo.git(&["log", "--format=%an %ae %at %cn %ct%n%B", "main", "--"]);
        assert_eq!(history(&copy), history(&world.coll), "commit by commit");
    }
}

#[test]
fn what_is_written_down_has_the_ids_of_the_collection() {
    let digest = |world: &World| world.note()[0]["sha256"].as_str().expect("digest").to_owned();
    let plain = world(SAME[0], SAME[1]);
    plain.deploy(&["pdf"]);
    for [project, collection] in MIXED {
        let world = world(project, collection);
        world.deploy(&["pdf"]);
        world.edit_collection(&[THEIRS]);
        world.edit_project(&[OURS]);
        let root = world.coll.git(&["rev-list", "--max-parents=0", "HEAD"]);
        for edits in [&[][..], &[THEIRS]] {
            let note = if edits.is_empty() {
                world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD~1"])
            } else {
                world.proj.skillsync(&["pull", "--commit"]).expect_success();
                world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD"])
            };
            let record: Value = serde_json::from_str(&note).expect("a record");
            let at = format!("{}:skills/pdf", record["commit"].as_str().expect("commit"));
            assert_eq!(record["base"], world.coll.git(&["rev-parse", &at]), "{note}");
            assert_eq!(record["collection"]["id"], root.as_str(), "{note}");
            assert_eq!(world.coll.git(&["show", &format!("{at}/SKILL.md")]) + "\n", skill(edits));
        }
        let at = world.note()[0]["at"].clone();
        assert_eq!(at, world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]));
        world.proj.skillsync(&["push"]).expect_success();
        let pushed = world.coll.git(&["log", "-1", "--format=%(trailers:key=Skillsync-Content,valueonly)"]);
        assert_eq!(pushed.trim(), world.coll.git(&["rev-parse", "HEAD:skills/pdf"]));
        let from = world.coll.git(&["log", "-1", "--format=%(trailers:key=Skillsync-Project,valueonly)"]);
        assert_eq!(from.trim(), world.proj.git(&["rev-list", "--max-parents=0", "HEAD"]));
        // The digest is the same everywhere.
        let first = world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD~2"]);
        let first: Value = serde_json::from_str(&first).expect("a record");
        assert_eq!(first["sha256"], digest(&plain));
        let status = world.proj.skillsync(&["status", "--json", "--verbose"]).json();
        assert_eq!(status["tip"], world.coll.head());
        let list = world.proj.skillsync(&["list", "--available", "--json"]).json();
        assert_eq!(list["tip"], world.coll.head());
    }
}

/// A commit with these lines before its message, on top of HEAD, checked out.
fn odd_commit(repo: &Repo, headers: &str, message: &[u8]) -> String {
    let (tree, head) = (repo.git(&["write-tree"]), repo.head());
    let who = "Ada Lovelace <ada@example.com> 1767225600 +0130";
    let mut text =
        format!("tree {tree}\nparent {head}\nauthor {who}\ncommitter {who}\n{headers}\n").into_bytes();
    text.extend(message);
    let id = repo.git_with_input(&["hash-object", "-w", "-t", "commit", "--stdin"], text);
    repo.git(&["reset", "--hard", "--quiet", &id]);
    id
}

#[test]
fn odd_histories_are_copied_as_they_are() {
    for [project, collection] in MIXED {
        let world = world(project, collection);
        let World { coll, proj, sandbox } = &world;
        world.deploy(&["pdf"]);
        let base = coll.head();
        // A signature, a message in another encoding, a submodule, a merge, an annotated tag.
        let signed = odd_commit(
            coll,
            "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n",
            b"signed\n",
        );
        odd_commit(coll, "encoding ISO-8859-1\n", b"Gr\xfc\xdfe\n");
        let link = format!("160000,{signed},vendor/lib");
        coll.git(&["update-index", "--add", "--cacheinfo", &link]);
        coll.git(&["commit", "--quiet", "--message", "A submodule"]);
        coll.git(&["checkout", "--quiet", "-b", "side", &base]);
        coll.write("skills/pdf/more.md", "more\n").commit_all("More");
        coll.git(&["checkout", "--quiet", "main"]);
        coll.git(&["merge", "--quiet", "--no-edit", "side"]);
        coll.git(&["tag", "-a", "-m", "one", "v1"]);
        world.edit_collection(&[THEIRS]);
        assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
        assert_eq!(proj.read(PLACED), skill(&[THEIRS]));
        assert_eq!(proj.read(".claude/skills/pdf/more.md"), "more\n");
        // A tag, a commit's id and an abbreviated one name versions of the collection.
        for revision in
            ["v1", &coll.git(&["rev-parse", "v1^{}"]), &coll.git(&["rev-parse", "--short", "v1^{}"])]
        {
            let args = ["deploy", "pdf", "--ref", revision, "--as", "old", "--dry-run", "--json"];
            let run = proj.skillsync(&args);
            assert_eq!(
                (run.code, &run.json()["results"][0]["status"]),
                (0, &Value::from("deployed")),
                "{run}"
            );
        }
        assert_eq!(proj.skillsync(&["deploy", "pdf", "--ref", "nonsense", "--as", "old"]).code, 128);
        // Rewritten: what was deployed is still known by its content.
        coll.git(&["reset", "--quiet", "--soft", &base]);
        coll.git(&["commit", "--quiet", "--message", "All at once"]);
        coll.git(&["tag", "-d", "v1"]);
        coll.git(&["branch", "-D", "side"]);
        assert_eq!(world.porcelain(), "");
        // Checked out without a branch.
        coll.git(&["checkout", "--quiet", "--detach"]);
        world.edit_collection(&[THEIRS, (20, "detached")]);
        assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
        // The copy is only a cache, whatever is removed of it.
        let copies = sandbox.home().join(".local/share/git-skillsync/copies");
        for gone in ["", "objects", "HEAD", "skillsync/ids", "skillsync/refs", "skillsync", "refs"] {
            let copy =
                std::fs::read_dir(&copies).expect("copies").next().expect("a copy").expect("copy").path();
            let path = if gone.is_empty() { copy } else { copy.join(gone) };
            if path.is_dir() {
                std::fs::remove_dir_all(&path).expect("removed");
            } else {
                std::fs::remove_file(&path).expect("removed");
            }
            assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf", "without '{gone}'");
        }
        coll.git(&["checkout", "--quiet", "-B", "main"]);
        // Shallow, then whole: the ids of the copy do not survive that, and need not.
        let url = format!("file://{}", coll.path().display());
        sandbox.git(&["clone", "--quiet", "--depth=1", &url, "shallow"]);
        let shallow = sandbox.open("shallow");
        proj.git(&["config", "skillsync-collection.default.url", &shallow.path().to_string_lossy()]);
        let before = world.porcelain();
        shallow.git(&["fetch", "--quiet", "--unshallow"]);
        assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf", "it was {before}");
    }
}

#[test]
fn a_collection_behind_a_url_and_a_topic_branch() {
    for [project, collection] in MIXED {
        let world = world(project, collection);
        let World { coll, proj, sandbox } = &world;
        sandbox.git(&["clone", "--quiet", "--bare", "coll", "server.git"]);
        let server = sandbox.open("server.git");
        let url = format!("file://{}", server.path().display());
        proj.git(&["config", "skillsync-collection.default.url", &url]);
        world.deploy(&["pdf"]);
        world.edit_project(&[OURS]);
        proj.skillsync(&["push", "--branch", "review"]).expect_success();
        assert_eq!(server.git(&["show", &format!("review:{SOURCE}")]) + "\n", skill(&[OURS]));
        // Somebody else is quicker; the push merges with that.
        coll.git(&["remote", "add", "server", &url]);
        world.edit_collection(&[THEIRS]);
        coll.git(&["push", "--quiet", "server", "main"]);
        proj.skillsync(&["push"]).expect_success();
        assert_eq!(server.git(&["show", &format!("main:{SOURCE}")]) + "\n", skill(&[OURS, THEIRS]));
        assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
        assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
        server.git(&["fsck", "--strict"]);
    }
}

#[test]
fn what_another_project_pushed_is_known_by_its_trailer() {
    for [project, collection] in MIXED {
        let world = world(project, collection);
        let World { coll, proj, sandbox } = &world;
        world.deploy(&["pdf"]);
        // A project like the collection, beside it.
        let other = repo(sandbox, "other", collection);
        other.write("README", "x\n").commit_all("Start");
        other.skillsync(&["init", "../coll"]).expect_success();
        other.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        other.write(PLACED, skill(&[OURS])).commit_all("Ours");
        world.edit_collection(&[THEIRS]);
        other.skillsync(&["push"]).expect_success();
        assert_eq!(coll.read(SOURCE), skill(&[OURS, THEIRS]));
        assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
        // Pulling from a project into the collection needs the same hash on both sides, and says so.
        let run = coll.skillsync(&["pull", "--project", &proj.path().to_string_lossy()]);
        assert_eq!(run.code, 128, "{run}");
        assert!(run.stderr.contains("run 'git skillsync push' there"), "{run}");
    }
}

#[test]
fn ids_of_the_wrong_length_in_a_note_do_no_harm() {
    for [project, collection] in [SAME, MIXED[0], MIXED[1], ["sha256", "sha256"]] {
        let world = world(project, collection);
        world.deploy(&["pdf"]);
        world.edit_collection(&[THEIRS]);
        let note = world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
        let record: Value = serde_json::from_str(&note).expect("a record");
        for (length, key) in
            [40, 64].into_iter().flat_map(|length| [(length, "base"), (length, "commit"), (length, "at")])
        {
            let mut odd = record.clone();
            odd[key] = Value::from("ab".repeat(length / 2));
            world.proj.git(&["notes", "--ref=skillsync", "add", "--force", "-m", &odd.to_string(), "HEAD"]);
            for args in [&["status"][..], &["doctor", "--verify"], &["pull", "--dry-run"], &["notes", "show"]]
            {
                let run = world.proj.skillsync(args);
                assert!([0, 1].contains(&run.code), "{key} of {length}: {run}");
            }
            assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf", "{key} of {length}");
        }
    }
}
