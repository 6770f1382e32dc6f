//! The kinds of repository: how each is made, and what it needs to be worked in.

/// One kind.
pub struct Kind {
    pub name: &'static str,
    /// How it is made, for the documentation.
    pub made: &'static str,
    /// The first git that has it.
    pub since: (u32, u32),
    /// Makes it, for `sh` in an empty folder with the functions of `session.rs`: `proj`, and `coll` if
    /// it has to be a special one.
    pub script: &'static str,
    /// Where the commands are run, relative to that folder.
    pub place: &'static str,
    /// The environment that git and the program get there; `@` stands for that folder.
    pub environment: &'static [(&'static str, &'static str)],
    /// What is worth to be said of it.
    pub remark: &'static str,
}

const fn kind(name: &'static str, made: &'static str, script: &'static str) -> Kind {
    Kind { name, made, since: (2, 39), script, place: "proj", environment: &[], remark: "" }
}

impl Kind {
    const fn since(self, minor: u32) -> Self {
        Self { since: (2, minor), ..self }
    }

    const fn place(self, place: &'static str) -> Self {
        Self { place, ..self }
    }

    const fn environment(self, environment: &'static [(&'static str, &'static str)]) -> Self {
        Self { environment, ..self }
    }

    const fn remark(self, remark: &'static str) -> Self {
        Self { remark, ..self }
    }
}

/// All kinds that are worked in; the first one is what the others are compared with.
pub const KINDS: &[Kind] = &[
    kind("plain", "`git init`", "start"),
    kind("bare collection", "`git init --bare`", "start; git init -q --bare coll"),
    kind("reftable", "`git init --ref-format=reftable`", "start --ref-format=reftable; git init -q --ref-format=reftable coll")
        .since(45)
        .remark("refs and reflogs through the git program"),
    kind("SHA-256", "`git init --object-format=sha256`", "start --object-format=sha256; git init -q --object-format=sha256 coll"),
    kind("SHA-256 project, SHA-1 collection", "`git init --object-format=sha256` for the project", "start --object-format=sha256; git init -q --object-format=sha1 coll")
        .remark("the collection is copied into the project's format; records keep its own ids"),
    kind("SHA-1 project, SHA-256 collection", "`git init --object-format=sha256` for the collection", "start --object-format=sha1; git init -q --object-format=sha256 coll")
        .remark("the collection is copied into the project's format; records keep its own ids"),
    kind("unborn HEAD", "`git init`, no commit", "git init -q proj")
        .remark("records wait for the first commit"),
    kind("unborn HEAD, reftable", "`git init --ref-format=reftable`, no commit", "git init -q --ref-format=reftable proj")
        .since(45),
    kind("detached HEAD", "`git checkout --detach`", "start; git -C proj checkout -q --detach"),
    kind("shallow", "`git clone --depth=1`", "start; commits 3; mv proj up; git clone -q --depth=1 \"file://$PWD/up\" proj"),
    kind("partial, blob:none", "`git clone --filter=blob:none`", "start; commits 3; mv proj up; serve up; git clone -q --filter=blob:none \"file://$PWD/up\" proj")
        .remark("what is missing and needed is fetched by git"),
    kind("partial, tree:0", "`git clone --filter=tree:0`", "start; commits 3; mv proj up; serve up; git clone -q --filter=tree:0 \"file://$PWD/up\" proj")
        .remark("what is missing and needed is fetched by git"),
    kind("sparse, cone", "`git sparse-checkout set --cone .claude`", "start; git -C proj sparse-checkout set --cone --no-sparse-index .claude")
        .remark("artifacts outside of the cone are placed too; `git add --sparse` takes edits of them"),
    kind("sparse, no cone", "`git sparse-checkout set --no-cone`", "start; git -C proj sparse-checkout set --no-cone '/*' '!/deep/'"),
    kind("sparse index", "`git sparse-checkout set --sparse-index .claude`", "start; git -C proj sparse-checkout set --cone --sparse-index .claude"),
    kind("split index", "`git update-index --split-index`", "start; git -C proj update-index --split-index"),
    kind("index version 4", "`git update-index --index-version 4`", "start; git -C proj update-index --index-version 4"),
    kind("untracked cache", "`git update-index --untracked-cache`", "start; git -C proj update-index --force-untracked-cache"),
    kind("fsmonitor", "`core.fsmonitor=HOOK`", "start; program monitor 'printf \"token\\0/\\0\"'; git -C proj config core.fsmonitor \"$PWD/monitor\"; git -C proj update-index --fsmonitor"),
    kind("many files", "`feature.manyFiles=true`, `index.skipHash=true`", "start; git -C proj config feature.manyFiles true; git -C proj config index.skipHash true; git -C proj update-index --force-write-index"),
    kind("linked worktree", "`git worktree add`", "start; git -C proj worktree add -q ../linked").place("linked")
        .remark("pending records are those of the worktree, notes are shared"),
    kind("submodule", "`git submodule add`", "start; mv proj inner; start; git -C proj submodule --quiet add \"$PWD/inner\" sub; git -C proj commit -qm sub").place("proj/sub"),
    kind("nested repository", "`git init` in a folder of another repository", "start; mv proj outer; start; mv proj outer/nested").place("outer/nested"),
    kind("separate git directory", "`git init --separate-git-dir`", "start --separate-git-dir=gitdir"),
    kind("GIT_DIR, GIT_WORK_TREE", "environment", "start; mv proj/.git gitdir").environment(&[("GIT_DIR", "@/gitdir"), ("GIT_WORK_TREE", "@/proj")]),
    kind("core.worktree", "`core.worktree=PATH`", "start; mkdir far; mv proj/.git far/git; git --git-dir=far/git config core.worktree \"$PWD/proj\"; echo \"gitdir: $PWD/far/git\" >proj/.git"),
    kind("core.hooksPath", "`core.hooksPath=PATH`", "start; mkdir hooks; git -C proj config core.hooksPath \"$PWD/hooks\""),
    kind("autocrlf", "`core.autocrlf=true`", "start; git -C proj config core.autocrlf true"),
    kind("eol", "`*.md text eol=crlf`", "start; attributes '*.md text eol=crlf'"),
    kind("filter", "`*.md filter=NAME`, clean and smudge", "start; git -C proj config filter.shift.clean 'tr b-za a-z'; git -C proj config filter.shift.smudge 'tr a-z b-za'; git -C proj config filter.shift.required true; attributes '*.md filter=shift'"),
    kind("pointers", "`notes.txt filter=NAME`, clean and smudge", "start; pointers; git -C proj config filter.pointer.required true; attributes 'notes.txt filter=pointer'")
        .remark("as Git LFS does: the blob is a pointer, the file what it points to"),
    kind("working-tree-encoding", "`*.md working-tree-encoding=UTF-16LE`", "start; attributes '*.md text working-tree-encoding=UTF-16LE'"),
    kind("ident", "`*.md ident`", "start; attributes '*.md ident'"),
    kind("-text, union, marker size", "`*.md -text conflict-marker-size=7`", "start; attributes '*.md -text conflict-marker-size=7'"),
    kind("ignore case", "`core.ignoreCase=true`", "start; git -C proj config core.ignoreCase true"),
    kind("no symbolic links", "`core.symlinks=false`", "start; git -C proj config core.symlinks false")
        .remark("links are text files, as git writes them"),
    kind("no file mode", "`core.fileMode=false`", "start; git -C proj config core.fileMode false"),
    kind("no ctime, minimal stat", "`core.trustctime=false`, `core.checkStat=minimal`", "start; git -C proj config core.trustctime false; git -C proj config core.checkStat minimal"),
    kind("shared", "`git init --shared=group`, umask 077", "umask 077; start --shared=group").environment(&[("UMASK", "077")]),
    kind("alternates", "`git clone --shared`", "start; mv proj up; git clone -q --shared up proj; git -C proj remote remove origin"),
    kind("replaced commits", "`git replace`", "start; commits 3; (cd proj; git replace --graft HEAD HEAD~2)"),
    kind("commit-graph, packed refs", "`git commit-graph write`, `git pack-refs --all`", "start; commits 3; git -C proj commit-graph write --reachable --changed-paths; git -C proj pack-refs --all; git -C proj repack -adq --write-bitmap-index"),
    kind("multi-pack index, reverse index", "`git multi-pack-index write`", "start; commits 3; git -C proj repack -dq; commits 2; git -C proj repack -dq; git -C proj multi-pack-index write"),
    kind("space and letters beyond ASCII in the path", "`git init 'ä b'`", "start; mkdir 'pröj ект'; mv proj 'pröj ект/ä b'").place("pröj ект/ä b"),
    kind("core.precomposeUnicode", "`core.precomposeUnicode=true`", "start; git -C proj config core.precomposeUnicode true"),
    kind("worktree configuration", "`extensions.worktreeConfig=true`", "start; git -C proj config extensions.worktreeConfig true; git -C proj config --worktree core.abbrev 12"),
    kind("included configuration", "`include.path=FILE`", "start; printf '[core]\\n\\tabbrev = 12\\n' >proj/.git/more; git -C proj config include.path more"),
];

/// Kinds that git refuses, and so does the program; the script is as above. The words are what both say
/// of it.
pub struct Refused {
    pub name: &'static str,
    pub made: &'static str,
    pub script: &'static str,
    /// What the program says.
    pub says: &'static str,
    /// Whether git refuses it too, all commands of it.
    pub as_git: bool,
}

pub const REFUSED: &[Refused] = &[
    Refused {
        name: "unknown extension",
        made: "`extensions.unheard=true`, version 1",
        script: "start; git -C proj config core.repositoryFormatVersion 1; git -C proj config extensions.unheard true",
        says: "uses the unknown repository extension 'unheard'",
        as_git: true,
    },
    Refused {
        name: "unknown format version",
        made: "`core.repositoryFormatVersion=99`",
        script: "start; git -C proj config core.repositoryFormatVersion 99",
        says: "cannot be opened",
        as_git: true,
    },
    Refused {
        name: "unknown way to keep refs",
        made: "`extensions.refStorage=unheard`",
        script: "start; git -C proj config core.repositoryFormatVersion 1; git -C proj config extensions.refStorage unheard",
        says: "",
        as_git: true,
    },
    Refused {
        name: "owned by somebody else",
        made: "`chown`, no `safe.directory`",
        script: "start; chown -R 12345 proj",
        says: "belongs to another user",
        as_git: true,
    },
    Refused {
        name: "bare project",
        made: "`git clone --bare`",
        script: "start; mv proj up; git clone -q --bare up proj",
        says: "has no work tree",
        as_git: false,
    },
    Refused {
        name: "refs that cannot be written",
        made: "a file where `refs/skillsync/` should be",
        script: "start; touch proj/.git/refs/skillsync",
        says: "",
        as_git: false,
    },
    Refused {
        name: "objects that cannot be written",
        made: "files where the folders of objects should be",
        script: "start; git -C proj repack -adq; rm -rf proj/.git/objects/??; for a in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do for b in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do : >proj/.git/objects/$a$b; done; done",
        says: "",
        as_git: false,
    },
];
