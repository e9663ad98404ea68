//! `fmt`: one formatting for every package, those outside the workspace included.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, fix: bool) {
    let repeat = if fix { "cargo xtask fmt --fix" } else { "cargo xtask fmt" };
    steps.step(Group::Lint, repeat, "fmt", || {
        let mut everything = process::cargo(&ws.root, "fmt");
        everything.arg("--all");
        let mut commands = vec![everything];
        for manifest in ws.excluded_manifests()? {
            let mut package = process::cargo(&ws.root, "fmt");
            package.arg("--manifest-path").arg(manifest);
            commands.push(package);
        }
        commands.iter_mut().try_for_each(|fmt| process::run(if fix { fmt } else { fmt.arg("--check") }))
    });
}
