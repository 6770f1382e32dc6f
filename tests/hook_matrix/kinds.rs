//! The kinds of hook a user may have. Each one that runs writes `mine` to the log.

/// A kind of hook.
pub struct Kind {
    /// What it is.
    pub name: &'static str,
    /// Its text; none where there is no hook, or a link or a folder in its place.
    pub text: Option<&'static [u8]>,
    /// What stands there instead of a plain file.
    pub form: Form,
}

/// In which form a hook stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A program that may be run.
    Program,
    /// A file that may not.
    Disabled,
    /// A link to a tracked file.
    Link,
    /// There is none.
    Nothing,
}

const fn shell(name: &'static str, text: &'static str) -> Kind {
    Kind { name, text: Some(text.as_bytes()), form: Form::Program }
}

pub const KINDS: &[Kind] = &[
    Kind { name: "none", text: None, form: Form::Nothing },
    shell("ends with exit 0", "#!/bin/sh\necho mine >>\"$LOG\"\nexit 0\n"),
    shell("ends with exit 3", "#!/bin/sh\necho mine >>\"$LOG\"\nexit 3\n"),
    shell("execs another program", "#!/bin/sh\nexec sh -c 'echo mine >>\"$LOG\"; exit 4'\n"),
    shell(
        "stops at the first failure",
        "#!/bin/sh -e\necho mine >>\"$LOG\"\nfalse\necho not reached >>\"$LOG\"\n",
    ),
    shell("minds unset variables", "#!/bin/sh -eu\necho \"mine $# ${1-none}\" >>\"$LOG\"\n"),
    shell("bash", "#!/bin/bash\nwords=(mine)\necho \"${words[0]}\" >>\"$LOG\"\n"),
    shell("bash by env", "#!/usr/bin/env bash\n[[ 1 == 1 ]] && echo mine >>\"$LOG\"\n"),
    shell("no final newline", "#!/bin/sh\necho mine >>\"$LOG\""),
    shell("only a shebang", "#!/bin/sh"),
    shell("reads its input", "#!/bin/sh\ncat >/dev/null\necho mine >>\"$LOG\"\n"),
    shell("here document", "#!/bin/sh\ncat >>\"$LOG\" <<EOF\nmine\nEOF\n"),
    shell("trap", "#!/bin/sh\ntrap 'echo mine >>\"$LOG\"' EXIT\nexit 7\n"),
    shell("its own functions", "#!/bin/sh\nskillsync() { echo mine >>\"$LOG\"; }\nskillsync\n"),
    shell("lines with CR inside", "#!/bin/sh\necho mine >>\"$LOG\"\n# a comment\r\n"),
    shell("dos line ends", "#!/bin/sh\r\necho mine >>\"$LOG\"\r\n"),
    shell("no shebang", "echo mine >>\"$LOG\"\n"),
    shell(
        "python",
        "#!/usr/bin/env python3\nimport os\nopen(os.environ['LOG'], 'a').write('mine\\n')\nraise SystemExit(5)\n",
    ),
    shell("perl", "#!/usr/bin/perl\nopen(my $log, '>>', $ENV{LOG}); print $log \"mine\\n\"; exit 6;\n"),
    Kind {
        name: "not UTF-8",
        text: Some(b"#!/bin/sh\n# caf\xe9\necho mine >>\"$LOG\"\n"),
        form: Form::Program,
    },
    Kind { name: "switched off", text: Some(b"#!/bin/sh\necho mine >>\"$LOG\"\n"), form: Form::Disabled },
    Kind {
        name: "link to a tracked file",
        text: Some(b"#!/bin/sh\necho mine >>\"$LOG\"\n"),
        form: Form::Link,
    },
];
