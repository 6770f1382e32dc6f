//! Running two commands by turns, and what a row of the table says.

use crate::support::Repo;
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The head of the table.
pub const HEADER: &str =
    "what                                         ours ms   git ms   ratio     goal  runs";

/// How much of it all is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    runs: Option<usize>,
    percent: usize,
}

impl Scale {
    /// What `RATIOS_RUNS` and `RATIOS_SCALE` say.
    pub fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
        Self { runs: number("RATIOS_RUNS"), percent: number("RATIOS_SCALE").unwrap_or(100) }
    }

    /// How many runs to make, `usual` unless the environment says otherwise.
    pub fn runs(self, usual: usize) -> usize {
        self.runs.unwrap_or(usual).max(1)
    }

    /// How many artifacts to make, `full` at 100 percent.
    pub fn of(self, full: usize) -> usize {
        (full * self.percent / 100).max(1)
    }
}

/// Two commands that are compared.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'p> {
    /// What is measured.
    pub what: &'p str,
    /// What is aimed at.
    pub goal: &'p str,
    /// How often.
    pub runs: usize,
}

impl<'p> Pair<'p> {
    /// Run both by turns, the first one changing from turn to turn; `reset` comes before each turn.
    ///
    /// One turn before the first warms up the caches and does not count.
    pub fn alternate(
        self,
        ours: impl Fn() -> Command,
        git: impl Fn() -> Command,
        reset: impl Fn(),
    ) -> Row<'p> {
        let (mut our_times, mut git_times) = (Vec::new(), Vec::new());
        for turn in 0..=self.runs {
            reset();
            let (our_time, git_time);
            if turn % 2 == 0 {
                our_time = time(ours());
                git_time = time(git());
            } else {
                git_time = time(git());
                our_time = time(ours());
            }
            if turn > 0 {
                our_times.push(our_time);
                git_times.push(git_time);
            }
        }
        Row { pair: self, ours: median(our_times), git: median(git_times) }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Row<'p> {
    pair: Pair<'p>,
    ours: Duration,
    git: Duration,
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { what, goal, runs } = self.pair;
        let [ours, git] = [self.ours, self.git].map(|time| time.as_secs_f64() * 1000.0);
        write!(f, "{what:<44}{ours:>9.2}{git:>9.2}{:>8.2}{goal:>9}{runs:>6}", ours / git)
    }
}

/// How long a command takes from its start to its end; it must succeed.
fn time(mut command: Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let taken = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    taken
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How many files a shell script looks up, as strace counts them; none where there is no strace.
pub fn lookups(here: &Repo, script: &str) -> Option<usize> {
    let calls = "trace=stat,lstat,newfstatat,statx,access,faccessat,faccessat2";
    let mut command = here.command("strace");
    command.args(["-f", "-qq", "-e", calls, "sh", script]);
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(output.stderr.split(|byte| *byte == b'\n').filter(|line| line.contains(&b'(')).count())
}
