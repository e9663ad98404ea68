//! `lint`: clippy and rustdoc without a warning, each package alone, so that no feature hides behind another.

use super::boards;
use crate::cross::{self, Build, Route};
use crate::firmware::{Firmware, MACHINES, Use};
use crate::steps::{Group, Steps};
use crate::workspace::{Package, Workspace};
use crate::{house, process};
use anyhow::Result;
use std::path::Path;

const REPEAT: &str = "cargo xtask lint";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    house::steps(steps, ws);
    for package in &ws.packages {
        steps.step(Group::Lint, REPEAT, format!("clippy: {}", package.name), || clippy(ws, package));
    }
    steps.step(Group::Lint, REPEAT, "clippy: firmware", || firmware(ws));
    steps.step(Group::Lint, REPEAT, "rustdoc", || rustdoc(ws));
}

/// Default features, each feature alone, all features.
fn clippy(ws: &Workspace, package: &Package) -> Result<()> {
    for features in feature_sets(package) {
        let mut clippy = process::cargo(&ws.root, "clippy");
        clippy.args(["--locked", "--quiet", "--all-targets", "-p", &package.name]).args(features);
        process::run(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// Firmware for its own targets. Debian's compiler has no clippy; its builds still show the compiler's warnings.
fn firmware(ws: &Workspace) -> Result<()> {
    if Route::find(ws, cross::BARE)? == Route::Debian {
        println!("no clippy for these targets: they come from Debian's compiler");
        return Ok(());
    }
    let firmware = Firmware::open(ws)?;
    let mut programs = Vec::new();
    for wanted in [Use::Run, Use::Size, Use::NoPanic] {
        programs.extend(firmware.programs(wanted)?);
    }
    for machine in MACHINES {
        let on_it = programs.iter().filter(|p| p.machines.iter().any(|m| m.name == machine.name));
        let bins: Vec<&str> = on_it.flat_map(|program| ["--bin", &program.name]).collect();
        if !bins.is_empty() {
            let env = [("QEMU_MACHINE".into(), machine.name.into())];
            clippy_for(ws, &firmware.dir, machine.target, &env, &bins)?;
        }
    }
    boards::find(ws)?.iter().try_for_each(|(folder, target)| clippy_for(ws, folder, target, &[], &[]))
}

fn clippy_for(
    ws: &Workspace,
    dir: &Path,
    target: &str,
    env: &[(String, String)],
    programs: &[&str],
) -> Result<()> {
    let target_dir = ws.build_dir("cross-firmware");
    let build = Build { subcommand: "clippy", targets: &[target], library: "core", target_dir, dir, env };
    let mut clippy = Route::Rustup.command(&build);
    process::run(clippy.arg("--quiet").args(programs).args(["--", "-D", "warnings"]))
}

/// Arguments of cargo for every set of features that must build by itself.
pub(crate) fn feature_sets(package: &Package) -> Vec<Vec<&str>> {
    let mut sets = vec![vec![]];
    sets.extend(package.feature_names().map(|name| vec!["--no-default-features", "--features", name]));
    if package.feature_names().count() > 1 {
        sets.push(vec!["--all-features"]);
    }
    sets
}

fn rustdoc(ws: &Workspace) -> Result<()> {
    let mut doc = process::cargo(&ws.root, "doc");
    process::run(
        doc.args(["--locked", "--quiet", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_stands_alone_once() {
        let ws = Workspace::load().unwrap();
        let core = ws.package("openentropy-core").unwrap();
        let sets = feature_sets(core);
        assert_eq!(sets.len(), core.feature_names().count() + 2);
        assert!(sets.contains(&vec!["--no-default-features", "--features", "aes"]));
        assert!(!sets.concat().contains(&"default"));
    }
}
