//! One test per layout that collections have.

use super::{list, list_files, options, scan_files};
use git_skillsync::model::artifact::ArtifactType;
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::scan::{ScanOptions, ScanWarning};
use insta::assert_snapshot;

fn below(root: &str) -> ScanOptions {
    ScanOptions { root: Some(RepoPath::new(root).unwrap()), ..options() }
}

#[test]
fn marketplace_with_lists_and_without_its_own_manifests() {
    let found = list_files(&[
        r#".claude-plugin/marketplace.json = {"plugins":[
            {"name":"office","source":"./","strict":false,"skills":["./skills/pdf","./skills/xlsx/"]},
            {"name":"web","source":"./","strict":false,"skills":["./skills/design/SKILL.md"]}]}"#,
        "skills/pdf/SKILL.md",
        "skills/xlsx/SKILL.md",
        "skills/design/SKILL.md",
        "skills/unlisted/SKILL.md",
        "template/SKILL.md",
    ]);
    assert_snapshot!(found, @r"
    skill/design = skills/design [web]
    skill/pdf = skills/pdf [office]
    skill/unlisted = skills/unlisted
    skill/xlsx = skills/xlsx [office]
    ");
}

#[test]
fn marketplace_with_a_plugin_root_and_plugins_elsewhere() {
    let found = scan_files(
        &[
            r#".claude-plugin/marketplace.json = {"metadata":{"pluginRoot":"./packs"},"plugins":[
                {"name":"one","source":"one"},{"name":"far","source":{"source":"github","repo":"x/y"}}]}"#,
            "packs/one/commands/go.md",
            "packs/one/agents/sub/helper.md",
            "packs/one/extra/notes.md",
            r#"packs/one/.claude-plugin/plugin.json = {"name":"other","commands":"./extra"}"#,
            "packs/two/commands/lost.md",
        ],
        &options(),
    );
    assert_snapshot!(list(&found), @r"
    command/go = packs/one/commands/go.md [one]
    command/notes = packs/one/extra/notes.md [one]
    agent/sub/helper = packs/one/agents/sub/helper.md [one]
    ");
    assert!(matches!(&found.warnings[..], [ScanWarning::External { plugin, .. }] if plugin == "far"));
}

#[test]
fn sibling_marketplaces_give_each_artifact_once() {
    let found = list_files(&[
        r#".claude-plugin/marketplace.json = {"plugins":[{"name":"p","source":"./plugins/p"}]}"#,
        r#".agents/plugins/marketplace.json = {"plugins":[{"name":"p","source":{"source":"local","path":"./plugins/p"}}]}"#,
        r#".github/plugin/marketplace.json = {"plugins":[{"name":"p","source":"plugins/p"}]}"#,
        "plugins/p/skills/x/SKILL.md",
    ]);
    assert_snapshot!(found, @"skill/x = plugins/p/skills/x [p]");
}

#[test]
fn plugin_manifest_at_the_root_with_paths_besides_the_defaults() {
    let found = list_files(&[
        r#"plugin.json = {"name":"kit","skills":["./more"],"agents":["./people/ann.md"],"commands":["./do"]}"#,
        "skills/a/SKILL.md",
        "more/b/SKILL.md",
        "people/ann.md",
        "people/bob.md",
        "do/it/now.md",
    ]);
    assert_snapshot!(found, @r"
    skill/a = skills/a [kit]
    skill/b = more/b [kit]
    command/it/now = do/it/now.md [kit]
    agent/ann = people/ann.md [kit]
    ");
}

#[test]
fn plugin_whose_only_skill_is_its_root() {
    let found = list_files(&[
        r#".claude-plugin/marketplace.json = {"plugins":[{"name":"p","source":"./p","skills":["./"]}]}"#,
        "p/SKILL.md",
        "p/agents/part-of-the-skill.md",
    ]);
    assert_snapshot!(found, @"skill/p = p [p]");
}

#[test]
fn lists_in_a_vendor_extension_name_paths_of_the_repository() {
    let found = list_files(&[
        r#"plugins/azure/plugin.json = {"name":"azure","extensions":{"com.github.awesome-copilot":
            {"skills":["./skills/bicep"],"agents":["./agents/planner.md"]}}}"#,
        "skills/bicep/SKILL.md",
        "agents/planner.agent.md",
        "prompts/review.prompt.md",
        "instructions/style.instructions.md",
    ]);
    assert_snapshot!(found, @r"
    skill/bicep = skills/bicep [azure]
    command/review = prompts/review.prompt.md
    agent/planner = agents/planner.agent.md [azure]
    ");
}

#[test]
fn plugins_without_manifests() {
    let found = list_files(&[
        "plugins/a/skills/x/SKILL.md",
        "plugins/a/commands/x.md",
        "plugins/docs/agents/x.md",
        "external_plugins/b/agents/x.md",
    ]);
    assert_snapshot!(found, @r"
    skill/x = plugins/a/skills/x [a]
    command/x = plugins/a/commands/x.md [a]
    agent/x = external_plugins/b/agents/x.md [b]
    agent/x = plugins/docs/agents/x.md [docs]
    ");
}

#[test]
fn skills_in_groups_also_hidden_ones() {
    let found = list_files(&[
        "skills/a/SKILL.md",
        "skills/g/h/b/SKILL.md",
        "skills/.curated/c/SKILL.md",
        "skills/build/SKILL.md",
    ]);
    assert_snapshot!(found, @r"
    skill/a = skills/a
    skill/b = skills/g/h/b
    skill/build = skills/build
    skill/c = skills/.curated/c
    ");
    let found =
        scan_files(&["skills/.curated/c/SKILL.md", "skills/docs/SKILL.md", "a/SKILL.md"], &below("skills"));
    assert_snapshot!(list(&found), @r"
    skill/c = skills/.curated/c
    skill/docs = skills/docs
    ");
}

#[test]
fn commands_and_agents_at_the_root() {
    let found = list_files(&[
        "commands/frontend/x.md",
        "commands/README.md",
        "commands/docs/update.md",
        "agents/a.md",
        "agents/b.agent.md",
        "agents/CLAUDE.md",
        "agents/references/notes.md",
        "src/agents/code.md",
        "docs/commands/manual.md",
    ]);
    assert_snapshot!(found, @r"
    command/docs/update = commands/docs/update.md
    command/frontend/x = commands/frontend/x.md
    agent/a = agents/a.md
    agent/b = agents/b.agent.md
    ");
}

#[test]
fn skills_at_the_root_in_packs_and_in_domains() {
    let found = list_files(&[
        "pdf/SKILL.md",
        "pack/docx/SKILL.md",
        "marketing/skills/seo/SKILL.md",
        "marketing/agents/writer.md",
        "eng/team/skills/tdd/SKILL.md",
        "cli/components/agents/dev/rust.md",
        "cli/components/skills/web/css/SKILL.md",
        "cli/components/commands/git/commit.md",
    ]);
    assert_snapshot!(found, @r"
    skill/css = cli/components/skills/web/css
    skill/docx = pack/docx
    skill/pdf = pdf
    skill/seo = marketing/skills/seo
    skill/tdd = eng/team/skills/tdd
    command/git/commit = cli/components/commands/git/commit.md
    agent/dev/rust = cli/components/agents/dev/rust.md
    agent/writer = marketing/agents/writer.md
    ");
}

#[test]
fn repository_that_is_one_skill() {
    assert_snapshot!(list_files(&["SKILL.md", "agents/a.md", "sub/SKILL.md"]), @"skill/collection = .");
    let found = scan_files(&["SKILL.md", "skills/a/SKILL.md"], &options());
    assert_snapshot!(list(&found), @"skill/a = skills/a");
    assert!(matches!(&found.warnings[..], [ScanWarning::RootSkill { .. }]));
}

#[test]
fn harness_folders_count_only_alone() {
    let own = [
        ".claude/skills/a/SKILL.md",
        ".claude/commands/b.md",
        ".github/agents/c.agent.md",
        ".github/workflows/ci.md",
    ];
    assert_snapshot!(list_files(&own), @r"
    skill/a = .claude/skills/a
    command/b = .claude/commands/b.md
    agent/c = .github/agents/c.agent.md
    ");
    assert_snapshot!(list_files(&[&own[..], &["x/SKILL.md"]].concat()), @"skill/x = x");
    let found = list(&scan_files(&[&own[..], &["x/SKILL.md"]].concat(), &below(".claude")));
    assert_snapshot!(found, @r"
    skill/a = .claude/skills/a
    command/b = .claude/commands/b.md
    ");
}

#[test]
fn sources_of_other_tools() {
    assert_snapshot!(list_files(&[".apm/skills/a/SKILL.md", ".apm/prompts/b.prompt.md", "skills/c/SKILL.md"]), @r"
    skill/a = .apm/skills/a
    skill/c = skills/c
    command/b = .apm/prompts/b.prompt.md
    ");
    assert_snapshot!(list_files(&[".rulesync/subagents/a.md"]), @"agent/a = .rulesync/subagents/a.md");
}

#[test]
fn samples_and_translations_count_only_alone() {
    let aside = ["docs/ja/skills/a/SKILL.md", "tests/data/b/SKILL.md", "node_modules/x/SKILL.md"];
    assert_snapshot!(list_files(&aside), @r"
    skill/a = docs/ja/skills/a
    skill/b = tests/data/b
    ");
    assert_snapshot!(list_files(&[&aside[..], &["a/SKILL.md"]].concat()), @"skill/a = a");
    assert_snapshot!(list(&scan_files(&[&aside[..], &["a/SKILL.md"]].concat(), &below("docs/ja"))), @"skill/a = docs/ja/skills/a");
}

#[test]
fn tools_and_workflows_are_commands_where_there_is_nothing_else() {
    let flat = ["README.md", "tools/x.md", "workflows/y.md", "notes/z.md"];
    assert_snapshot!(list_files(&flat), @r"
    command/x = tools/x.md
    command/y = workflows/y.md
    ");
    assert_snapshot!(list_files(&[&flat[..], &["skills/a/SKILL.md"]].concat()), @"skill/a = skills/a");
}

#[test]
fn loose_files_need_a_word_for_what_they_are() {
    let files =
        ["README.md", "top.md", "categories/01-core/a.md", "docs/manual.md", "categories/x/templates/t.md"];
    assert_eq!(list_files(&files), "");
    let named = ScanOptions { repository_name: "awesome-subagents".into(), ..options() };
    assert_snapshot!(list(&scan_files(&files, &named)), @r"
    agent/categories/01-core/a = categories/01-core/a.md
    agent/top = top.md
    ");
    let told = ScanOptions { loose: Some(ArtifactType::Command), ..below("categories/01-core") };
    assert_snapshot!(list(&scan_files(&files, &told)), @"command/a = categories/01-core/a.md");
    assert_snapshot!(list(&scan_files(&["x/my-agents/a.md", "b.md"], &below("x/my-agents"))), @"agent/a = x/my-agents/a.md");
}
