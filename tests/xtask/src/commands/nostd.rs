//! `nostd`: core builds for targets without an operating system.

use super::lint::feature_sets;
use crate::cross::{BARE, Build, Route};
use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Bare, "cargo xtask nostd", "no_std: openentropy-core", || {
        let route = Route::find(ws, BARE)?;
        for features in feature_sets(ws.package("openentropy-core")?) {
            let target_dir = ws.build_dir("cross-core");
            let build = Build {
                subcommand: "build",
                targets: BARE,
                library: "core",
                target_dir,
                dir: &ws.root,
                env: &[],
            };
            let mut command = route.command(&build);
            process::run(command.args(["--quiet", "-p", "openentropy-core", "--lib"]).args(features))?;
        }
        Ok(())
    });
}
