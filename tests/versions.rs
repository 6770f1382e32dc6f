//! The version of what names none: what the collection calls its commits.

use crate::support::World;
use serde_json::Value;

/// The command `review` in a verbose status.
fn review(world: &World) -> Value {
    let (document, code) = world.json(&["status", "--verbose", "review"]);
    assert_eq!((code, &document["drift_count"]), (0, &Value::from(0)), "{document}");
    document["artifacts"][0].clone()
}

#[test]
fn another_tag_of_the_same_content_is_told_and_no_drift() {
    let world = World::new();
    world.coll.git(&["tag", "v1"]);
    world.deploy(&["review", "pdf"]);
    let versions: Vec<_> = world.note().iter().map(|record| record["version"].clone()).collect();
    // The skill names its own.
    assert_eq!(versions, ["v1", "1.0.0"]);
    assert_eq!(review(&world)["drift_type"], Value::Null);
    world.coll.write("README", "Other.\n").commit_all("Something else");
    assert_eq!(review(&world)["drift_type"], Value::Null);
    world.coll.git(&["tag", "-a", "-m", "Second", "v2"]);
    let artifact = review(&world);
    assert_eq!(artifact["drift_type"], "version_mismatch");
    assert_eq!((&artifact["project_version"], &artifact["collection_version"]), (&"v1".into(), &"v2".into()));
    assert_eq!(artifact["recommendation"], "none");
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.proj.skillsync(&["check"]).code, 0);
}

#[test]
fn a_pin_is_shown_and_kept_by_a_pull() {
    let world = World::new();
    world.coll.git(&["tag", "v1"]);
    world.proj.skillsync(&["deploy", "review", "--ref", "v1", "--commit"]).expect_success();
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Twice");
    world.coll.git(&["tag", "v2"]);
    assert_eq!(world.note()[0]["version"], "v1");
    let artifact = review(&world);
    assert_eq!((&artifact["pin"], &artifact["drift_type"]), (&"v1".into(), &Value::Null));
    let text = world.proj.skillsync(&["status", "--verbose"]).expect_success();
    assert!(text.contains("pinned to v1"), "{text}");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert_eq!(world.proj.read(".claude/commands/review.md"), "# Review\n\nRead it.\n");
    // The branch unpins.
    world.proj.skillsync(&["deploy", "review", "--ref", "main", "--commit"]).expect_success();
    assert_eq!(world.proj.read(".claude/commands/review.md"), "# Review\n\nRead it twice.\n");
    assert_eq!(world.note()[0]["version"], "v2");
}

/// A marketplace of one plugin that is the whole collection; what is said of it may go on to others.
fn market(more: &str) -> String {
    let entry = format!("{{\"name\":\"p\",\"source\":\"./\"{more}}}");
    format!("{{\"name\":\"m\",\"owner\":{{\"name\":\"o\"}},\"version\":\"9.9\",\"plugins\":[{entry}]}}")
}

/// What names the version of the command `review`, each put on top of what stands above it: what is written
/// and tagged, and what `list --available` and the record of a deployment say then.
#[test]
fn what_names_a_version_is_asked_in_order() {
    let world = World::new();
    let first = world.coll.git(&["log", "-1", "--format=%h", "--", "commands/review.md"]);
    let file = ".claude-plugin/marketplace.json";
    let (two, own) = (r#","version":"2.0""#, r#"{"name":"p","version":" 3.0 "}"#);
    let disagree = market(r#","version":"2.0"},{"name":"q","source":"./","version":"8.8""#);
    let elsewhere = r#","version":"8.8","source":{"source":"github","repo":"a/b"}"#;
    let lists = market(
        r#","version":"2.0"},{"name":"q","source":"./","commands":["./commands/review.md"],"version":"2.1""#,
    );
    let front_matter = "---\nversion: 5.10\n---\nRead.\n".to_owned();
    let table: [(&str, &str, String, &str, &str); 11] = [
        ("the commit that brought it", "README", "A\n".into(), "", &first),
        ("a tag of the tip", "README", "B\n".into(), "v1", "v1"),
        ("the newest tag that has it as it is", "README", "C\n".into(), "", "v1"),
        ("a marketplace without versions", file, market(""), "", "v1"),
        ("two plugins that disagree", file, disagree, "", "v1"),
        ("a plugin that stands elsewhere", file, market(elsewhere), "", "v1"),
        ("its plugin in the marketplace", file, market(two), "", "2.0"),
        ("a plugin that lists it", file, lists, "", "2.1"),
        ("again the one that it stands in", file, market(two), "", "2.0"),
        ("what that says of itself", ".claude-plugin/plugin.json", own.into(), "v4", "3.0"),
        ("its front matter", "commands/review.md", front_matter, "v5", "5.10"),
    ];
    for (what, path, text, tag, version) in table {
        world.coll.write(path, text).commit_all(what);
        if !tag.is_empty() {
            world.coll.git(&["tag", tag]);
        }
        let (offered, _) = world.json(&["list", "--available"]);
        let all = offered["artifacts"].as_array().expect("a list");
        let offered = all.iter().find(|it| it["name"] == "review").expect("the command");
        assert_eq!(offered["version"], version, "{what}");
        world.deploy(&["review"]);
        assert_eq!(world.note()[0]["version"], version, "{what}");
        world.proj.skillsync(&["remove", "review"]).expect_success();
        world.proj.commit_all("Removed");
    }
}

/// The last commit that changed an artifact, as `git log -1 -- PATH` says, over merges and renames of others.
#[test]
fn without_a_name_the_last_commit_that_changed_it_is_told() {
    let world = World::new();
    let coll = &world.coll;
    coll.git(&["switch", "--quiet", "--create", "topic"]);
    coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Twice");
    coll.write("README", "On the topic.\n").commit_all("Something else");
    coll.git(&["switch", "--quiet", "main"]);
    coll.write("agents/helper.md", "Help more.\n").commit_all("More help");
    coll.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "topic"]);
    coll.write("commands/other.md", "Other.\n").commit_all("Another one");
    let (offered, _) = world.json(&["list", "--available"]);
    let mut seen = 0;
    for artifact in offered["artifacts"].as_array().expect("a list") {
        let path = artifact["path"].as_str().expect("a path");
        let by_git = coll.git(&["log", "-1", "--format=%h", "--", path]);
        let named = path.starts_with("skills/");
        assert_eq!(artifact["version"], if named { "1.0.0" } else { by_git.as_str() }, "{path}");
        seen += usize::from(!named);
    }
    assert_eq!(seen, 3);
}

#[test]
fn both_sides_of_a_drift_and_what_a_pull_took_are_told_by_commit() {
    let world = World::new();
    world.deploy(&["review"]);
    let first = world.coll.git(&["rev-parse", "--short", "HEAD"]);
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Twice");
    let second = world.coll.git(&["rev-parse", "--short", "HEAD"]);
    world.coll.write("README", "Other.\n").commit_all("Something else");
    let (document, _) = world.json(&["status"]);
    let artifact = &document["artifacts"][0];
    assert_eq!(
        (&artifact["project_version"], &artifact["collection_version"]),
        (&first.as_str().into(), &second.as_str().into())
    );
    let (document, _) = world.json(&["pull", "--commit"]);
    let result = &document["results"][0];
    assert_eq!(
        (&result["previous_version"], &result["updated_version"]),
        (&first.as_str().into(), &second.as_str().into())
    );
    // An edit here is one of the version that was taken.
    world.proj.write(".claude/commands/review.md", "# Review\n\nRead it three times.\n").commit_all("Thrice");
    let (document, _) = world.json(&["status"]);
    let artifact = &document["artifacts"][0];
    assert_eq!(artifact["direction"], "to_collection");
    assert_eq!(
        (&artifact["project_version"], &artifact["collection_version"]),
        (&second.as_str().into(), &second.as_str().into())
    );
    // What is sent is no version that has a name yet.
    let (document, _) = world.json(&["push"]);
    let result = &document["results"][0];
    assert_eq!(
        (&result["previous_version"], &result["updated_version"]),
        (&second.as_str().into(), &Value::Null)
    );
}

#[test]
fn another_entry_in_the_marketplace_for_the_same_content_is_told_and_no_drift() {
    let world = World::new();
    let market = |version: &str| market(&format!(",\"version\":\"{version}\""));
    world.coll.write(".claude-plugin/marketplace.json", market("1.1")).commit_all("1.1");
    world.deploy(&["review", "pdf"]);
    let versions: Vec<_> = world.note().iter().map(|record| record["version"].clone()).collect();
    assert_eq!(versions, ["1.1", "1.0.0"]);
    assert_eq!(review(&world)["drift_type"], Value::Null);
    world.coll.write(".claude-plugin/marketplace.json", market("1.2")).commit_all("1.2");
    let artifact = review(&world);
    assert_eq!(artifact["drift_type"], "version_mismatch");
    assert_eq!(
        (&artifact["project_version"], &artifact["collection_version"]),
        (&"1.1".into(), &"1.2".into())
    );
    // The skill's own version is what counts for it.
    let (document, _) = world.json(&["status", "--verbose", "pdf"]);
    assert_eq!(document["artifacts"][0]["drift_type"], Value::Null);
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.proj.skillsync(&["check"]).code, 0);
    // By hand back to what it was: only the commit differs, and that is no version.
    world.coll.git(&["rm", "--quiet", "-r", ".claude-plugin"]);
    world.coll.commit_all("No marketplace");
    let artifact = review(&world);
    assert_eq!((&artifact["drift_type"], &artifact["collection_version"]), (&Value::Null, &"1.1".into()));
}
