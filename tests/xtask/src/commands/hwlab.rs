//! `hwlab`: the virtual hardware laboratory. Builds the program and the laboratory without shared libraries, and boots each scenario.

use crate::kernel;
use crate::process;
use crate::steps::{Group, Steps};
use crate::tools::{self, Missing};
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const REPEAT: &str = "cargo xtask hwlab";
/// What the guests run.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The profile of the workspace for what runs in a guest.
const PROFILE: &str = "hwlab";
/// Programs that the laboratory starts on the host.
const PROGRAMS: &[&str] = &["qemu-system-x86_64", "mke2fs", "swtpm"];

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, only: &[String]) {
    let mut lab = None;
    let mut scenarios = Vec::new();
    steps.step(Group::Lab, REPEAT, "laboratory: kernel and programs", || {
        let prepared = Lab::prepare(ws)?;
        scenarios = chosen(prepared.scenarios()?, only)?;
        lab = Some(prepared);
        Ok(())
    });
    let Some(lab) = lab else { return };
    for name in scenarios {
        steps.step(Group::Lab, REPEAT, format!("laboratory: {name}"), || lab.boot(&name));
    }
}

fn chosen(mut known: Vec<String>, only: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = only.iter().find(|name| !known.contains(name)) {
        bail!("no scenario {unknown}: one of {}", known.join(", "));
    }
    known.retain(|name| only.is_empty() || only.contains(name));
    Ok(known)
}

/// What every scenario needs.
struct Lab {
    kernel: PathBuf,
    programs: PathBuf,
    work: PathBuf,
}

impl Lab {
    fn prepare(ws: &Workspace) -> Result<Self> {
        if (std::env::consts::OS, std::env::consts::ARCH) != ("linux", "x86_64") {
            return Err(Missing("the laboratory's host is Linux on x86-64".to_owned()).into());
        }
        PROGRAMS.iter().try_for_each(|program| tools::find(&ws.target, program).map(drop))?;
        let kernel = kernel::folder(&ws.target)?;
        Ok(Self { kernel, programs: build(ws)?, work: ws.build_dir("hwlab/work") })
    }

    fn scenarios(&self) -> Result<Vec<String>> {
        let names = process::text(self.command().arg("list"))?;
        Ok(names.lines().map(str::to_owned).collect())
    }

    /// Boots one scenario; its words come as it says them, and why it failed is the error.
    fn boot(&self, name: &str) -> Result<()> {
        let mut boot = self.command();
        boot.arg("boot").arg(&self.kernel).arg(self.programs.join("openentropy")).arg(&self.work).arg(name);
        let child = boot.stderr(Stdio::piped()).spawn().with_context(|| process::line(&boot))?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("{}\n  kept in {}", why.trim_end(), self.work.join(name).display());
        }
        Ok(())
    }

    fn command(&self) -> Command {
        Command::new(self.programs.join("openentropy-hwlab"))
    }
}

/// Builds both programs without shared libraries, which a guest does not have, and returns their folder.
fn build(ws: &Workspace) -> Result<PathBuf> {
    let target_dir = ws.build_dir("hwlab/build");
    let mut build = process::cargo(&ws.root, "build");
    build.env("RUSTFLAGS", "-C target-feature=+crt-static").args([
        "--locked",
        "--quiet",
        "--profile",
        PROFILE,
    ]);
    build.args(["--target", TARGET, "-p", "openentropy-cli", "-p", "openentropy-hwlab"]);
    process::run(build.arg("--target-dir").arg(&target_dir))?;
    Ok(target_dir.join(Path::new(TARGET)).join(PROFILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_scenarios_are_refused() {
        let known = || vec!["boot".to_owned(), "hw_rng".to_owned()];
        assert_eq!(chosen(known(), &[]).unwrap(), known());
        assert_eq!(chosen(known(), &["hw_rng".to_owned()]).unwrap(), ["hw_rng"]);
        let error = chosen(known(), &["toaster".to_owned()]).unwrap_err().to_string();
        assert_eq!(error, "no scenario toaster: one of boot, hw_rng");
    }
}
