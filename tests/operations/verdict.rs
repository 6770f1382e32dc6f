//! What is checked in one cell.
//!
//! After the operation: the base is the version that was truly taken in, it is contained in the
//! content it is used for, and no edit is lost. Then the collection moves on: what `pull` and `push`
//! make of it is what `git merge-file` makes of it with the true base, in work tree and index.

use super::cell::{Cell, Template};
use super::reference::Version;
use super::row::{Case, Does, Made, Operation, PATH, REVERTED, Start};
use crate::support::Run;
use serde_json::Value;
use std::fs;

type Checked = Result<(), String>;

macro_rules! check {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

/// Run one cell.
pub fn judge(template: &Template, case: &Case, operation: &Operation, hooks: bool) -> Checked {
    let cell = template.cell(hooks);
    // The row has what it should be with the hooks.
    let forgotten = case.unwitnessed && !hooks;
    let base = |made: Made| if forgotten { Version::V0 } else { made.base };
    let judge =
        Judge { template, cell: &cell, case, hooks, bases: [case.work.map(base), case.head.map(base)] };
    let ran = cell.act(case)?;
    if hooks {
        check!(ran == operation.hooks, "git ran the hooks '{ran}', not '{}'", operation.hooks);
    }
    judge.contents()?;
    cell.publish(judge.next());
    judge.status()?;
    judge.records()?;
    judge.push()?;
    let pulled = judge.pull()?;
    if pulled { judge.commit() } else { Ok(()) }
}

struct Judge<'j> {
    template: &'j Template,
    cell: &'j Cell<'j>,
    case: &'j Case,
    hooks: bool,
    /// The true bases of work tree and HEAD.
    bases: [Option<Version>; 2],
}

impl Judge<'_> {
    /// The version the collection moves on to.
    fn next(&self) -> Version {
        match self.case.start {
            Start::Committed | Start::Pending => Version::V2,
            Start::Conflict | Start::Resolved => Version::C2,
        }
    }

    fn work_tree(&self) -> Option<String> {
        fs::read_to_string(self.cell.top().path().join(PATH)).ok()
    }

    fn index(&self) -> Option<String> {
        let top = self.cell.top();
        let run = top.try_git(&["show", &format!(":{PATH}")]);
        (run.code == 0).then_some(run.stdout)
    }

    fn head(&self) -> Option<String> {
        let top = self.cell.top();
        let run = top.try_git(&["show", &format!("HEAD:{PATH}")]);
        (run.code == 0).then_some(run.stdout)
    }

    /// No edit is lost, and git sees what it should.
    fn contents(&self) -> Checked {
        let Case { work, head, .. } = self.case;
        for (what, made, found) in [("work tree", work, self.work_tree()), ("HEAD", head, self.head())] {
            let expected = made.map(|made| made.text());
            check!(found == expected, "{what} is\n{found:?}\nnot\n{expected:?}");
        }
        let status = self.cell.git(&["status", "--porcelain"])?;
        check!(status == self.case.leaves, "git status says\n{status}not\n{}", self.case.leaves);
        Ok(())
    }

    /// `status` finds the true base on the expected rung, and the content contains it.
    fn status(&self) -> Checked {
        let run = self.cell.skillsync(&["status", "--json", "--verbose"]);
        check!(run.code == 0, "status failed\n{run}");
        let document = run.json();
        let (Some(made), Some(truth)) = (self.case.work, self.bases[0]) else { return Ok(()) };
        let artifact = &document["artifacts"][0];
        let (base, rung) = (&artifact["base_sha"], &artifact["base_from"]);
        let found = Version::ALL.into_iter().find(|version| Some(version.digest().as_str()) == base.as_str());
        let wanted = self.case.rung[usize::from(!self.hooks)];
        check!(
            found == Some(truth) && rung == wanted,
            "the base is {found:?} by {rung}, not {truth:?} by '{wanted}'\n{run}"
        );
        // An edit of what the base changed can only have been made after it was taken in.
        let overrides =
            made.own.iter().any(|(line, _)| made.base.edits().iter().any(|(other, _)| line == other));
        let taken_in = self.template.reference.contains(&made.text(), made.base);
        check!(taken_in || overrides, "the base {found:?} is not contained in the work tree");
        Ok(())
    }

    /// Every record fits the commit it stands on, and what waits is what should.
    fn records(&self) -> Checked {
        let taken = self.notes()?;
        let waits = self.waiting()?;
        let does = if self.hooks { self.case.does } else { self.case.does_without };
        let attached = matches!(does, Does::Attaches | Does::Amends) || does == Does::Follows && self.hooks;
        check!(!attached || taken, "no record of what was pulled is on HEAD's history");
        check!(
            matches!(does, Does::Waits | Does::Sleeps) == waits,
            "waiting: {waits}, but reconciling {does:?}"
        );
        Ok(())
    }

    /// Whether a record of what was pulled stands in HEAD's history, all records being right.
    fn notes(&self) -> Result<bool, String> {
        let top = self.cell.top();
        let log = top.try_git(&["log", "--format=commit %H%n%N", "--notes=skillsync"]).stdout;
        let (mut commit, mut taken) = (String::new(), false);
        for line in log.lines().filter(|line| !line.is_empty()) {
            if let Some(id) = line.strip_prefix("commit ") {
                commit = id.to_owned();
                continue;
            }
            let record: Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
            if record["removed"] == true {
                continue;
            }
            let here = top.try_git(&["rev-parse", &format!("{commit}:.claude/skills/pdf")]).stdout;
            let fits = record["at"] == here.trim_end();
            check!(fits || self.case.foreign_notes, "a record does not fit {commit}\n{line}\n{here}");
            let base = self.template.version_of(record["base"].as_str().unwrap_or_default());
            check!(base.is_some(), "a base that the collection never had\n{line}");
            taken |= fits && base != Some(Version::V0);
        }
        Ok(taken)
    }

    fn waiting(&self) -> Result<bool, String> {
        let path = self.cell.git(&["rev-parse", "--git-path", "skillsync/pending.json"])?;
        let path = self.cell.command("git").get_current_dir().expect("folder").join(path.trim_end());
        let Ok(text) = fs::read_to_string(path) else { return Ok(false) };
        let pending: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        let entries = pending["entries"].as_array().cloned().unwrap_or_default();
        Ok(entries.iter().any(|entry| entry["noted_on"].is_null()))
    }

    /// `push` sends what the reference merges of HEAD, with HEAD's true base.
    fn push(&self) -> Checked {
        let (next, run) = (self.next(), self.cell.skillsync(&["push", "--json"]));
        let (pushed, tip) = (self.cell.collected(), next.text());
        // For the pull the collection stands where it stood.
        self.cell.publish(next);
        let merged = match (self.case.head, self.bases[1]) {
            (Some(head), Some(base)) => self.template.reference.merge(&base.text(), &tip, &head.text()),
            _ => Some(tip.clone()),
        };
        // What the collection had before is not sent unasked.
        let rewinds = self.case.head.is_some_and(|head| head.own.contains(&REVERTED[0]));
        let expected = merged.clone().filter(|_| !rewinds).unwrap_or(tip);
        check!(pushed == expected, "push left in the collection\n{pushed}\nnot\n{expected}\n{run}");
        let code = i32::from(merged.is_none());
        check!(run.code == code || rewinds && run.code == 1, "push exits {}, not {code}\n{run}", run.code);
        Ok(())
    }

    /// `pull` leaves what the reference merges, in work tree and index; whether it was clean.
    fn pull(&self) -> Result<bool, String> {
        let staged = self.index();
        let run = self.cell.skillsync(&["pull", "--json"]);
        let (Some(work), Some(base)) = (self.case.work, self.bases[0]) else {
            check!(run.code == 0 || run.code == 1, "pull failed\n{run}");
            check!(self.work_tree().is_none(), "what was deleted is back\n{run}");
            return Ok(false);
        };
        let tip = self.next().text();
        let Some(merged) = self.template.reference.merge(&base.text(), &work.text(), &tip) else {
            return self.conflict(&run, &work).map(|()| false);
        };
        check!(run.code == 0, "pull exits {}\n{run}", run.code);
        let found = self.work_tree();
        check!(found.as_ref() == Some(&merged), "the work tree is\n{found:?}\nnot\n{merged:?}\n{run}");
        let like_head =
            self.case.head.filter(|head| staged == Some(head.text()) && work.text() != head.text());
        let of_index = like_head.and(self.bases[1]).unwrap_or(base);
        let expected = self.template.reference.merge(&of_index.text(), &staged.unwrap_or_default(), &tip);
        let found = self.index();
        check!(found == expected, "the index is\n{found:?}\nnot\n{expected:?}\n{run}");
        Ok(true)
    }

    /// Where the reference conflicts, the pull does, and can be taken back.
    fn conflict(&self, run: &Run, work: &Made) -> Checked {
        check!(run.code == 1, "git finds a conflict, pull does not\n{run}");
        let abort = self.cell.skillsync(&["abort"]);
        check!(abort.code == 0, "abort failed\n{abort}");
        let found = self.work_tree();
        check!(found == Some(work.text()), "abort left\n{found:?}");
        Ok(())
    }

    /// What was pulled is committed and recorded.
    fn commit(&self) -> Checked {
        self.cell.git(&["commit", "--quiet", "--all", "--allow-empty", "--message", "Pulled"])?;
        if !self.hooks {
            self.cell.skillsync(&["status"]);
        }
        let text = self.cell.git(&["notes", "--ref=skillsync", "show", "HEAD"])?;
        let record: Value = serde_json::from_str(text.lines().next().unwrap_or_default())
            .map_err(|error| format!("{error}: {text}"))?;
        let at = self.cell.git(&["rev-parse", "HEAD:.claude/skills/pdf"]);
        let base = self.template.version_of(record["base"].as_str().unwrap_or_default());
        check!(
            base == Some(self.next()) && at.is_ok_and(|at| record["at"] == at.trim_end()),
            "the last record is not right\n{text}"
        );
        let run = self.cell.skillsync(&["status", "--porcelain"]);
        let quiet = run.stdout.is_empty() || run.stdout.starts_with("M.\t");
        check!(run.code == 0 && run.stderr.is_empty() && quiet, "not in step at last\n{run}");
        Ok(())
    }
}
