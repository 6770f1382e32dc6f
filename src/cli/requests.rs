//! Arguments as requests.

use super::daily::{AdoptArgs, DeployArgs, DiffArgs, PullArgs, PushArgs, RemoveArgs, StatusArgs, SyncArgs};
use super::setup::{ConfigArgs, ImportArgs, InitArgs};
use crate::model::record::Method;
use crate::model::selection::Selector;
use crate::request::{
    Adopt, Commit, Config, Deploy, Diff, DiffSides, Import, Init, Pull, Push, Remove, Resolve, Started,
    Status, Strategy, Sync,
};

/// Artifact arguments as selectors.
pub fn selectors(names: Vec<String>) -> Vec<Selector> {
    names.into_iter().map(Selector::new).collect()
}

impl From<InitArgs> for Init {
    fn from(args: InitArgs) -> Self {
        let InitArgs { place, name, branch, targets, no_hooks, share } = args;
        Self { place, name, branch, targets, hooks: !no_hooks, share }
    }
}

impl From<ConfigArgs> for Config {
    fn from(args: ConfigArgs) -> Self {
        let ConfigArgs { show_origin, key, value } = args;
        Self { origins: show_origin, key, value }
    }
}

impl From<DeployArgs> for Deploy {
    fn from(args: DeployArgs) -> Self {
        let DeployArgs { artifacts, from, revision, targets, name, method, force, dry_run, commit } = args;
        let (artifacts, method) = (selectors(artifacts), method.map(Method::from));
        Self { artifacts, from, revision, targets, name, method, force, dry_run, commit }
    }
}

impl From<StatusArgs> for Status {
    fn from(args: StatusArgs) -> Self {
        let StatusArgs { artifacts, porcelain, line, exit_code, fetch, project, available, all_projects } =
            args;
        let artifacts = selectors(artifacts);
        Self { artifacts, porcelain, line, exit_code, fetch, project, available, all_projects }
    }
}

impl From<PullArgs> for Pull {
    fn from(args: PullArgs) -> Self {
        Self {
            artifacts: selectors(args.artifacts),
            strategy: args.strategy.map(Strategy::from),
            resolve: args.auto_resolve.map(Resolve::from),
            base: args.base,
            dry_run: args.dry_run,
            commit: Commit { wanted: args.commit, message: args.message },
            atomic: args.atomic,
            prune: args.prune,
            rename: args.rename,
            force: args.force,
            yes: args.yes,
            no_fetch: args.no_fetch,
            time_budget: args.time_budget,
            started: Started::Command,
        }
    }
}

impl From<SyncArgs> for Sync {
    fn from(args: SyncArgs) -> Self {
        let SyncArgs { artifacts, commit, time_budget } = args;
        Self { artifacts: selectors(artifacts), commit, time_budget }
    }
}

impl From<PushArgs> for Push {
    fn from(args: PushArgs) -> Self {
        Self {
            artifacts: selectors(args.artifacts),
            branch: args.branch,
            message: args.message,
            work_tree: args.worktree,
            strategy: args.strategy.map(Strategy::from),
            resolve: args.auto_resolve.map(Resolve::from),
            new: args.new,
            delete: args.delete,
            only_ahead: false,
            allow_rewind: args.allow_rewind,
            yes: args.yes,
            verify: !args.no_verify,
            dry_run: args.dry_run,
            started: Started::Command,
        }
    }
}

impl From<DiffArgs> for Diff {
    fn from(args: DiffArgs) -> Self {
        let sides = match (args.incoming, args.against) {
            (true, _) => DiffSides::Incoming,
            (false, true) => DiffSides::Against,
            (false, false) => DiffSides::Local,
        };
        Self { artifacts: selectors(args.artifacts), sides, stat: args.stat }
    }
}

impl From<AdoptArgs> for Adopt {
    fn from(args: AdoptArgs) -> Self {
        let AdoptArgs { artifacts, nearest, dry_run } = args;
        Self { artifacts: selectors(artifacts), nearest, dry_run }
    }
}

impl From<RemoveArgs> for Remove {
    fn from(args: RemoveArgs) -> Self {
        let RemoveArgs { artifacts, target, keep_files } = args;
        Self { artifacts: selectors(artifacts), target, keep_files }
    }
}

impl From<ImportArgs> for Import {
    fn from(args: ImportArgs) -> Self {
        let ImportArgs { file, auto: _, dry_run } = args;
        Self { file, dry_run }
    }
}
