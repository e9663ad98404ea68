//! `deny`: licences, sources and bans of all dependencies, by `.deny.toml`.

use crate::process;
use crate::steps::{Group, Steps};
use crate::tools;
use crate::workspace::Workspace;
use std::process::Command;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Lint, "cargo xtask deny", "deny", || {
        let program = tools::find(&ws.target, "cargo-deny")?;
        let mut manifests = vec![ws.root.join("Cargo.toml")];
        manifests.extend(ws.excluded_manifests()?);
        for manifest in manifests {
            let mut deny = Command::new(&program);
            deny.args(["deny", "--all-features", "--offline", "--locked", "--manifest-path"]).arg(manifest);
            deny.arg("--config").arg(ws.root.join(".deny.toml"));
            process::run(
                deny.args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
                    .current_dir(&ws.root),
            )?;
        }
        Ok(())
    });
}
