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
