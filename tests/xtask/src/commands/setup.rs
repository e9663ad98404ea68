//! `setup`: installs what a fresh machine lacks, or says in one line what to install.
//!
//! Every installation that these commands need happens here and nowhere else, and does nothing where all is there.

use crate::cross::{self, Route};
use crate::kernel;
use crate::process;
use crate::steps::{Group, Steps};
use crate::tools::{self, Missing, Origin, Tool};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

const REPEAT: &str = "cargo xtask setup";
/// Seconds after which an unreachable download server counts as absent.
const DOWNLOAD_SECONDS: u32 = 240;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, nightly: bool) {
    steps.step(Group::Setup, REPEAT, "setup: crates", || fetch(ws));
    steps.step(Group::Setup, REPEAT, "setup: compilers for other targets", || compilers(ws));
    steps.step(Group::Setup, REPEAT, "setup: programs", || programs(ws, nightly));
    steps.step(Group::Setup, REPEAT, "setup: the laboratory's kernel", || {
        kernel::folder(&ws.target).map(drop)
    });
}

/// Downloads every crate of the lock files, so that what follows needs no network.
fn fetch(ws: &Workspace) -> Result<()> {
    process::run(process::cargo(&ws.root, "fetch").args(["--locked", "--quiet"]))?;
    for manifest in ws.excluded_manifests()? {
        let mut fetch = process::cargo(&ws.root, "fetch");
        process::run(fetch.args(["--locked", "--quiet", "--manifest-path"]).arg(manifest))?;
    }
    Ok(())
}

/// rustup's targets if rustup can get them, else Debian's compiler.
fn compilers(ws: &Workspace) -> Result<()> {
    let targets = [cross::BARE, cross::MACOS, &[cross::AARCH64]].concat();
    if !matches!(Route::find(ws, &targets), Ok(Route::Rustup)) {
        let mut rustup = process::timeout(DOWNLOAD_SECONDS, "rustup");
        let added = process::run(rustup.args(["target", "add"]).args(&targets).current_dir(&ws.root));
        if added.is_err() && !cross::debian_is_installed() {
            install_packages(cross::DEBIAN_PACKAGES)?;
        }
    }
    println!("compilers for other targets: {:?}", Route::find(ws, &targets)?);
    Ok(())
}

fn programs(ws: &Workspace, nightly: bool) -> Result<()> {
    let absent: Vec<&Tool> = tools::TOOLS
        .iter()
        .filter(|tool| (nightly || !tool.nightly) && tools::find(&ws.target, tool.program).is_err())
        .collect();
    let mut packages = Vec::new();
    for tool in &absent {
        match tool.origin {
            Origin::Apt(names) => packages.extend(names),
            Origin::Crate { name, version } => install_crate(&ws.target, name, version)?,
            Origin::Component(name) => {
                process::run(process::timeout(DOWNLOAD_SECONDS, "rustup").args(["component", "add", name]))?;
            }
        }
    }
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    let still: Vec<&str> =
        absent.iter().map(|tool| tool.program).filter(|p| tools::find(&ws.target, p).is_err()).collect();
    if still.is_empty() { Ok(()) } else { bail!("still missing after installation: {}", still.join(", ")) }
}

/// Unoptimised: building a tool takes far longer than anything it does here.
fn install_crate(target: &Path, name: &str, version: &str) -> Result<()> {
    let mut install = Command::new("cargo");
    install.env("CARGO_PROFILE_DEV_DEBUG", "0");
    install.args(["install", "--quiet", "--locked", "--debug", "--version", version, name]);
    install.arg("--root").arg(tools::root(target)).arg("--target-dir").arg(target.join("tools/build"));
    process::run(&mut install)?;
    std::fs::remove_dir_all(target.join("tools/build"))?;
    Ok(())
}

/// Debian's packages.
///
/// # Errors
/// [`Missing`] where this user may not install them.
fn install_packages(packages: &[&str]) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        let packages = packages.join(" ");
        return Err(Missing(format!(
            "install with your system's package manager what Debian calls: {packages}"
        ))
        .into());
    }
    if !tools::is_root() {
        let packages = packages.join(" ");
        return Err(Missing(format!("as root: apt-get install -y --no-install-recommends {packages}")).into());
    }
    let apt = |words: &[&str]| {
        let mut command = process::timeout(2 * DOWNLOAD_SECONDS, "apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(words);
        command
    };
    process::run(&mut apt(&["update"]))?;
    process::run(apt(&["install", "--no-install-recommends"]).args(packages))
}
