//! Artifacts that stand in a project without a record, and what their content tells of them.

use super::ObserveError;
use super::base::{How, Source, Subject};
use super::observer::{Need, Observer};
use super::placements::Unplaced;
use crate::model::artifact::ArtifactName;
use crate::model::content::Content;
use crate::model::deployed::{Base, Deployed, Nearest, Placement, Rung};
use crate::model::path::RepoPath;
use crate::model::selection::Selectable;
use gix::ObjectId;

/// An artifact without a record, and where the collection offers artifacts of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    unplaced: Unplaced,
    offered: Vec<RepoPath>,
}

impl Unrecorded {
    /// Whether it was let go with its files in place: then it counts only where it is named.
    pub fn is_let_go(&self) -> bool {
        self.unplaced.let_go > 0
    }
}

impl Selectable for Unrecorded {
    fn name(&self) -> &ArtifactName {
        &self.unplaced.name
    }

    fn path(&self) -> &RepoPath {
        &self.unplaced.path
    }
}

/// The version that an artifact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The version, as the collection had it.
    pub version: Content,
    /// What of it was placed: the base.
    pub placed: Content,
    /// The files of it that were not.
    pub omitted: Vec<String>,
    /// A commit that has it.
    pub commit: ObjectId,
    /// Where it was found.
    pub rung: Rung,
    /// Whether the `SKILL.md` led to it.
    pub by_skill_file: bool,
}

impl Origin {
    /// A version of which all was placed.
    pub fn whole(version: Content, commit: ObjectId, rung: Rung) -> Self {
        Self { version, placed: version, omitted: Vec::new(), commit, rung, by_skill_file: false }
    }
}

/// What there is to say of an artifact without a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It comes from this version.
    Known(Origin),
    /// It is most like this version; nothing says that it comes from it.
    Like(Nearest),
    /// Its name is offered, and it is like nothing that the collection had.
    Unlike,
    /// It may stand at any of these places, and nothing tells which.
    Several(Vec<RepoPath>),
    /// It is none of the collection's.
    Foreign,
}

/// An artifact without a record and what is known of it.
#[derive(Debug, Clone)]
pub struct Adoptable {
    /// The artifact; where it stands in the collection only where that is known.
    pub deployed: Deployed,
    /// What there is to say.
    pub answer: Answer,
}

impl Observer<'_> {
    /// The artifacts without a record, and the placements that have one.
    ///
    /// # Errors
    ///
    /// When the collection cannot be scanned.
    pub fn unrecorded(&self) -> Result<(Vec<Unrecorded>, Vec<Placement>), ObserveError> {
        let (found, unplaced) = self.found()?;
        let (recorded, named): (Vec<_>, Vec<_>) =
            found.into_values().partition(|placement| placement.record.is_some());
        let named = named.into_iter().map(|Placement { name, path, target, let_go, .. }| Unplaced {
            path,
            name,
            target,
            offered: true,
            let_go,
        });
        let mut all = Vec::new();
        for unplaced in named.chain(unplaced) {
            let offered = self.collection().offered(&unplaced.name)?;
            let offered = offered.iter().map(|offered| offered.source.clone()).collect();
            all.push(Unrecorded { unplaced, offered });
        }
        all.sort_by(|left, right| left.path().cmp(right.path()));
        Ok((all, recorded))
    }

    /// What the content of these artifacts tells.
    ///
    /// # Errors
    ///
    /// When a file or object cannot be read.
    pub fn adoptable(&self, unrecorded: Vec<Unrecorded>) -> Result<Vec<Adoptable>, ObserveError> {
        let (mut placements, mut sources) = (Vec::new(), Vec::new());
        for Unrecorded { unplaced, offered } in unrecorded {
            let source = self.source(&unplaced, &offered)?;
            let at = match &source {
                Source::At(source) => source.clone(),
                Source::Several(_) | Source::Nowhere => unplaced.path.clone(),
            };
            placements.push(Placement { named: true, ..unplaced.at(at) });
            sources.push((source, offered));
        }
        let looked = self.look(placements, Need::Deploy)?;
        let judged = looked.into_iter().zip(sources).map(|(deployed, (source, offered))| {
            let answer = match source {
                Source::Several(several) => Answer::Several(several),
                Source::Nowhere if offered.is_empty() => Answer::Foreign,
                Source::Nowhere => return self.like_one_of(deployed, &offered),
                Source::At(_) => self.answer(&deployed)?,
            };
            Ok(Adoptable { deployed, answer })
        });
        judged.collect()
    }

    /// Where an artifact stands in the collection: where its name says, if its content was there or
    /// nowhere else; else where its content was.
    fn source(&self, unplaced: &Unplaced, offered: &[RepoPath]) -> Result<Source, ObserveError> {
        let Some(content) = self.staged_or_committed(&unplaced.path)? else { return Ok(Source::Nowhere) };
        let (path, name, tip) = (&unplaced.path, &unplaced.name, self.collection().tip);
        if let [source] = offered
            && self.ladder().is_met(Subject { path, name, source, form: unplaced.form() }, content, tip)?
        {
            return Ok(Source::At(source.clone()));
        }
        let by_content = self.ladder().source_of(path, name, content, tip)?;
        Ok(match (by_content, offered) {
            (Source::Nowhere, [source]) => Source::At(source.clone()),
            (found, _) => found,
        })
    }

    fn answer(&self, deployed: &Deployed) -> Result<Answer, ObserveError> {
        let Placement { path, name, source, .. } = &deployed.placement;
        let subject = Subject { path, name, source, form: deployed.placement.form() };
        let Some(content) = deployed.head.or(deployed.work_tree) else { return Ok(Answer::Unlike) };
        let base = if deployed.head.is_some() { &deployed.head_base } else { &deployed.base };
        match base {
            Some(base) => Ok(Answer::Known(self.origin(subject, content, base, deployed.tip)?)),
            None => {
                let nearest = self.ladder().nearest(subject, content, deployed.tip)?;
                Ok(nearest.map_or(Answer::Unlike, Answer::Like))
            }
        }
    }

    fn origin(
        &self,
        subject: Subject<'_>,
        content: Content,
        base: &Base,
        tip: ObjectId,
    ) -> Result<Origin, ObserveError> {
        let met = match base.rung {
            Rung::History => self.ladder().recordable(subject, content, base, tip)?,
            Rung::Pending | Rung::Note | Rung::File | Rung::Rewritten | Rung::Import | Rung::Given => None,
        };
        Ok(match met {
            Some(met) => Origin {
                version: met.version,
                placed: met.content,
                omitted: met.omitted,
                commit: met.commit,
                rung: base.rung,
                by_skill_file: met.how == How::SkillFile,
            },
            None => Origin { placed: base.content, ..Origin::whole(base.original, base.commit, base.rung) },
        })
    }

    /// Of several that share its name, the one that it is most like.
    fn like_one_of(&self, deployed: Deployed, offered: &[RepoPath]) -> Result<Adoptable, ObserveError> {
        let mut best: Vec<Nearest> = Vec::new();
        let content = deployed.head.or(deployed.work_tree);
        for source in offered {
            let Placement { path, name, .. } = &deployed.placement;
            let Some(content) = content else { continue };
            let subject = Subject { path, name, source, form: deployed.placement.form() };
            let Some(nearest) = self.ladder().nearest(subject, content, deployed.tip)? else { continue };
            let known = best.first().map_or(0.0, |best| best.similarity);
            if nearest.similarity > known {
                best.clear();
            }
            if nearest.similarity >= known {
                best.push(nearest);
            }
        }
        let several = best.iter().map(|nearest| nearest.source.clone()).collect();
        Ok(match (best.pop(), best.is_empty()) {
            (None, _) => Adoptable { deployed, answer: Answer::Unlike },
            (Some(_), false) => Adoptable { deployed, answer: Answer::Several(several) },
            (Some(nearest), true) => {
                let placement = Placement { source: nearest.source.clone(), ..deployed.placement };
                let deployed = Deployed { placement, ..deployed };
                Adoptable { deployed, answer: Answer::Like(nearest) }
            }
        })
    }
}
