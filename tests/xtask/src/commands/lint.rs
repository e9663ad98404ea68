//! `lint`: clippy and rustdoc without a warning, each package alone, so that no feature hides behind another.

use super::boards;
use crate::cross::{self, Build, Route};
use crate::steps::{Group, Steps};
use crate::workspace::{Package, Workspace};
use crate::{house, process};
use anyhow::Result;
use std::path::{Path, PathBuf};

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
    let qemu = ws.root.join("firmware-examples/qemu");
    let mut crates: Vec<(PathBuf, &str)> =
        [cross::M0, cross::M4, cross::RV32].map(|t| (qemu.clone(), t)).into();
    crates.extend(boards::find(ws)?);
    crates.iter().try_for_each(|(folder, target)| clippy_for(ws, folder, target))
}

fn clippy_for(ws: &Workspace, dir: &Path, target: &str) -> Result<()> {
    let target_dir = ws.build_dir("cross-firmware");
    let build =
        Build { subcommand: "clippy", targets: &[target], library: "core", target_dir, dir, env: &[] };
    process::run(Route::Rustup.command(&build).args(["--quiet", "--", "-D", "warnings"]))
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
