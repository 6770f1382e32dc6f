//! A collection and a project beside each other, as most tests want them.

use super::{Repo, Run, Sandbox};
use serde_json::Value;

/// The collection `coll` and the project `proj`, which has it registered and the hooks installed.
pub struct World {
    /// Both stand in it.
    pub sandbox: Sandbox,
    /// Offers the skills `pdf` and `sheets`, the command `review` and the agent `helper`.
    pub coll: Repo,
    /// Has one commit with a `README`.
    pub proj: Repo,
}

/// Where the skill stands in the collection.
pub const SOURCE: &str = "skills/pdf/SKILL.md";
/// Where the skill stands in the project.
pub const PLACED: &str = ".claude/skills/pdf/SKILL.md";

/// Twenty lines of a skill with front matter, some of them replaced.
pub fn skill(edits: &[(usize, &str)]) -> String {
    let front = ["---", "name: pdf", "description: Work with PDF files.", "version: 1.0.0", "---"];
    let mut lines: Vec<String> = front.into_iter().map(str::to_owned).collect();
    lines.extend((6..=20).map(|number| format!("line {number}")));
    for (number, text) in edits {
        lines[number - 1] = (*text).to_owned();
    }
    lines.join("\n") + "\n"
}

impl World {
    /// A registered collection, nothing deployed.
    pub fn new() -> Self {
        Self::within(Sandbox::new())
    }

    /// The same in a sandbox that is there already.
    pub fn within(sandbox: Sandbox) -> Self {
        let (coll, proj) = (sandbox.repo("coll"), sandbox.repo("proj"));
        coll.write(SOURCE, skill(&[])).write("skills/pdf/notes.txt", "one\ntwo\nthree\n");
        coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets")]));
        coll.write("commands/review.md", "# Review\n\nRead it.\n");
        coll.write("agents/helper.md", "---\nname: helper\ndescription: Helps.\n---\nHelp.\n");
        coll.commit_all("Add artifacts");
        proj.write("README", "A project.\n").commit_all("Start");
        proj.skillsync(&["init", "../coll"]).expect_success();
        // A busy machine is no reason for a hook to leave its work to others.
        proj.git(&["config", "skillsync.hookTimeout", "60s"]);
        Self { sandbox, coll, proj }
    }

    /// `pdf` is deployed and committed.
    pub fn deployed() -> Self {
        let world = Self::new();
        world.deploy(&["pdf"]);
        world
    }

    /// Deploy artifacts and commit them.
    pub fn deploy(&self, artifacts: &[&str]) {
        self.proj.skillsync(&[&["deploy"], artifacts].concat()).expect_success();
        self.proj.commit_all("Deploy");
    }

    /// Change the skill in the collection, in a commit.
    pub fn edit_collection(&self, edits: &[(usize, &str)]) -> String {
        self.coll.write(SOURCE, skill(edits)).commit_all("Improve pdf")
    }

    /// Change the skill in the project, in a commit.
    pub fn edit_project(&self, edits: &[(usize, &str)]) -> String {
        self.proj.write(PLACED, skill(edits)).commit_all("Adapt pdf")
    }

    /// The records that the note on HEAD holds.
    pub fn note(&self) -> Vec<Value> {
        let run = self.proj.try_git(&["notes", "--ref=skillsync", "show", "HEAD"]);
        let lines = run.stdout.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| serde_json::from_str(line).expect("a record")).collect()
    }

    /// How everything stands, in lines for scripts.
    pub fn porcelain(&self) -> String {
        self.proj.skillsync(&["status", "--porcelain"]).expect_success()
    }

    /// Run the program in the project with `--json`: the document and the exit status.
    pub fn json(&self, args: &[&str]) -> (Value, i32) {
        let run: Run = self.proj.skillsync(&[args, &["--json"]].concat());
        (run.json(), run.code)
    }

    /// The status word of the first result of a command run with `--json`, and the exit status.
    pub fn outcome(&self, args: &[&str]) -> (String, i32) {
        let (document, code) = self.json(args);
        (document["results"][0]["status"].as_str().unwrap_or_default().to_owned(), code)
    }

    /// The skill as it stands in the project's work tree, in its index and at HEAD.
    pub fn three(&self) -> [String; 3] {
        let show = |at: &str| self.proj.try_git(&["show", &format!("{at}:{PLACED}")]).stdout;
        [self.proj.read(PLACED), show(""), show("HEAD")]
    }

    /// All that a command that changes nothing leaves as it was: work tree, index, refs, objects, own files.
    pub fn everything(&self) -> String {
        let objects = self.proj.git(&["count-objects", "-v"]);
        let pending = std::fs::read(self.proj.path().join(".git/skillsync/pending.json")).unwrap_or_default();
        let config = self.proj.read(".git/config");
        [
            self.proj.tree_snapshot(),
            objects,
            pending.escape_ascii().to_string(),
            config,
            self.coll.tree_snapshot(),
        ]
        .join("\n")
    }
}
