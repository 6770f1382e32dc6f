//! Whatever stands in a tree, the scanner ends, and ends well.

use super::{Item, Memory, options};
use git_skillsync::observe::scan::{describe, scan};
use gix::objs::Kind;
use proptest::prelude::*;
use std::collections::HashSet;

fn part() -> impl Strategy<Value = String> {
    let words = [
        "skills",
        "commands",
        "agents",
        "plugins",
        "components",
        "SKILL.md",
        "skill.md",
        "README.md",
        "a",
        "b.md",
        "x.agent.md",
        "y.prompt.md",
        ".claude",
        ".claude-plugin",
        "plugin.json",
        "marketplace.json",
        "docs",
        "..",
        "tools",
        "node_modules",
        ".apm",
        "",
    ];
    prop_oneof![9 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "[^/\0]{1,8}"]
}

fn path() -> impl Strategy<Value = String> {
    proptest::collection::vec(part(), 1..6).prop_map(|parts| parts.join("/"))
}

fn text() -> impl Strategy<Value = String> {
    let list = path().prop_map(|path| {
        format!(r#"{{"name":"n","plugins":[{{"name":"p","source":"{path}","skills":["{path}"]}}],"agents":"{path}","commands":["./{path}"]}}"#)
    });
    prop_oneof![
        list,
        "---\n(name|version|metadata|[a-z]):[ >|*&\\[{\"'a-z:\n-]{0,40}\n---\n",
        any::<String>()
    ]
}

fn items() -> impl Strategy<Value = Vec<(String, bool, String)>> {
    proptest::collection::vec((path(), proptest::bool::weighted(0.2), text(), path()), 0..25).prop_map(
        |items| {
            let item = |(path, is_link, text, target)| (path, is_link, if is_link { target } else { text });
            items.into_iter().map(item).collect()
        },
    )
}

proptest! {
    #[test]
    fn any_tree_is_scanned(items in items()) {
        let mut memory = Memory::default();
        let item = |(path, is_link, text): &'_ (String, bool, String)| -> (String, bool, String) { (path.clone(), *is_link, text.clone()) };
        let owned: Vec<_> = items.iter().map(item).collect();
        let items: Vec<_> = owned
            .iter()
            .map(|(path, is_link, text)| (path.as_str(), if *is_link { Item::Link(text) } else { Item::File(text) }))
            .collect();
        let tree = memory.tree(&items);
        let found = scan(&memory, tree, &options()).unwrap();
        let sources: HashSet<_> = found.artifacts.iter().map(|artifact| &artifact.source).collect();
        prop_assert_eq!(sources.len(), found.artifacts.len());
        prop_assert_eq!(&found, &scan(&memory, tree, &options()).unwrap());
        for artifact in &found.artifacts {
            prop_assert!(!artifact.name.name.is_empty());
            describe(&memory, artifact);
        }
    }

    #[test]
    fn any_bytes_are_no_reason_to_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let mut memory = Memory::default();
        let tree = memory.keep(Kind::Tree, &bytes);
        let _ = scan(&memory, tree, &options());
        let tree = memory.tree(&[("a/SKILL.md", Item::File(&format!("---\n{text}\n---\n")))]);
        for artifact in scan(&memory, tree, &options()).unwrap().artifacts {
            describe(&memory, &artifact);
        }
    }
}
