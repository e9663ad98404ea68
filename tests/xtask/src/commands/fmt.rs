//! `fmt`: one formatting for every package, those outside the workspace included.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, fix: bool) {
    let repeat = if fix { "cargo xtask fmt --fix" } else { "cargo xtask fmt" };
    steps.step(Group::Lint, repeat, "fmt", || {
        let mut manifests = vec![ws.root.join("Cargo.toml")];
        manifests.extend(ws.excluded_manifests()?);
        for manifest in manifests {
            let mut fmt = process::cargo(&ws.root, "fmt");
            fmt.arg("--all").arg("--manifest-path").arg(manifest);
            if !fix {
                fmt.arg("--check");
            }
            process::run(&mut fmt)?;
        }
        Ok(())
    });
}
