//! `boards`: the examples for real boards build. Each folder of `firmware-examples/boards` is a crate whose
//! `.cargo/config.toml` names its target.

use crate::cross::{BARE, Build, Route};
use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::{self, Workspace};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

const REPEAT: &str = "cargo xtask boards";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Bare, REPEAT, "boards", || {
        find(ws)?.iter().try_for_each(|(board, target)| build(ws, board, target))
    });
}

/// Each board's folder and target.
///
/// # Errors
/// If there is none, or if one names no target that is known here.
pub(crate) fn find(ws: &Workspace) -> Result<Vec<(PathBuf, &'static str)>> {
    let folder = ws.root.join("firmware-examples/boards");
    let mut boards = Vec::new();
    for manifest in workspace::manifests_below(&folder)? {
        let config = manifest.with_file_name(".cargo/config.toml");
        let text =
            std::fs::read_to_string(&config).with_context(|| format!("cannot read {}", config.display()))?;
        let target =
            target_of(&text).with_context(|| format!("no known `target` in {}", config.display()))?;
        boards.push((manifest.with_file_name(""), target));
    }
    if boards.is_empty() { bail!("no board example in {}", folder.display()) } else { Ok(boards) }
}

fn build(ws: &Workspace, board: &Path, target: &str) -> Result<()> {
    let route = Route::find(ws, &[target])?;
    let target_dir = ws.build_dir("cross-firmware");
    let build =
        Build { subcommand: "build", targets: &[target], library: "core", target_dir, dir: board, env: &[] };
    process::run(route.command(&build).args(["--quiet", "--release"]))
}

/// The bare-metal target that `[build] target` of a cargo configuration names.
fn target_of(config: &str) -> Option<&'static str> {
    let value =
        config.lines().find_map(|line| line.trim().strip_prefix("target")?.trim_start().strip_prefix('='))?;
    let name = value.split('"').nth(1)?;
    BARE.iter().copied().find(|target| *target == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_is_read_from_the_configuration() {
        let config =
            "[target.thumbv6m-none-eabi]\nrunner = \"x\"\n[build]\ntarget = \"thumbv7em-none-eabihf\" # M4\n";
        assert_eq!(target_of(config), Some("thumbv7em-none-eabihf"));
        assert_eq!(target_of("[build]\ntarget = \"wasm32-unknown-unknown\"\n"), None);
    }
}
