//! How many sources are ready, for whom, and how long it takes to ask them all.

use super::SHORT_RUNS;
use super::promise::{Promise, median, report};
use crate::commands::measure;
use crate::process;
use crate::tools;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sources that are ready on a KVM guest without RDSEED.
const READY_AS_USER: f64 = 54.0;
const READY_AS_ROOT: f64 = 58.0;
/// A scan with all its probes, in milliseconds.
const SCAN_MS: f64 = 150.0;
/// The user and group that own nothing.
const NOBODY: u32 = 65534;

/// Ready sources, controls left out; unnamed network peers are absent and other names are no rows.
pub(super) fn ready(program: &Path) -> Result<()> {
    if tools::is_root() {
        report(
            "ready sources as root",
            count(Command::new(program).args(["scan", "--json"]))?,
            Promise::AtLeast(READY_AS_ROOT),
        );
        let public = PublicCopy::of(program)?;
        let mut scan = Command::new(public.program());
        scan.args(["scan", "--json"]).uid(NOBODY).gid(NOBODY).current_dir("/");
        report("ready sources as an ordinary user", count(&mut scan)?, Promise::AtLeast(READY_AS_USER));
    } else {
        println!("ready sources as root: run this as root");
        let ready = count(Command::new(program).args(["scan", "--json"]))?;
        report("ready sources as an ordinary user", ready, Promise::AtLeast(READY_AS_USER));
    }
    Ok(())
}

/// A scan from the program's start to its exit.
pub(super) fn scan(program: &Path) -> Result<()> {
    let runs: Vec<f64> = (0..SHORT_RUNS)
        .map(|_| Ok(measure::used(program, &["scan", "--json"])?.wall.as_secs_f64() * 1e3))
        .collect::<Result<_>>()?;
    report("scan, start to exit (ms)", median(runs.iter().copied()), Promise::AtMost(SCAN_MS));
    println!("  median of {SHORT_RUNS}, longest {:.1} ms", runs.into_iter().fold(0.0, f64::max));
    Ok(())
}

fn count(scan: &mut Command) -> Result<f64> {
    let listing: Value = serde_json::from_slice(&process::stdout(scan)?)?;
    let ready = names(&listing).context("unexpected output of scan --json")?.len();
    Ok(u32::try_from(ready)?.into())
}

/// The sources of which an instance is ready, doubles and controls left out.
fn names(listing: &Value) -> Option<BTreeSet<&str>> {
    let sources = listing["sources"].as_array()?;
    let counted = sources.iter().filter(|source| source["access"] == "ready" && source["group"] != "test");
    counted.map(|source| source["name"].as_str()).collect()
}

/// A copy of the program that every user may run, removed at the end.
struct PublicCopy(PathBuf);

impl PublicCopy {
    fn of(program: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("openentropy-bench-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let copy = Self(folder);
        std::fs::copy(program, copy.program())?;
        for path in [&copy.0, &copy.program()] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(copy)
    }

    fn program(&self) -> PathBuf {
        self.0.join("openentropy")
    }
}

impl Drop for PublicCopy {
    fn drop(&mut self) {
        let _gone_or_not = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_counts_once_and_a_control_never() {
        let source =
            |name: &str, access: &str, group: &str| json!({"name": name, "access": access, "group": group});
        let listing = json!({"sources": [
            source("raw_block", "ready", "storage"),
            source("raw_block", "ready", "storage"),
            source("rndr", "absent", "cpu-generator"),
            source("control_prng", "ready", "test"),
        ]});
        assert_eq!(names(&listing).unwrap().into_iter().collect::<Vec<_>>(), ["raw_block"]);
        assert_eq!(names(&json!({})), None);
    }

    #[test]
    fn a_copy_is_for_everybody_and_goes() {
        let folder = {
            let copy = PublicCopy::of(Path::new("/bin/true")).unwrap();
            let mode = std::fs::metadata(copy.program()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
            copy.0.clone()
        };
        assert!(!folder.exists());
    }
}
