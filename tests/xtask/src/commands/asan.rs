//! `asan`: tests of the packages that hold or stand on unsafe code, under AddressSanitizer.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

const PACKAGES: &[&str] = &["openentropy-core", "openentropy-host"];
/// The sanitizer's library ships with this target's standard library.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// A test in which nobody gets memory: the sanitizer ends the program then.
const WITHOUT_MEMORY: &str = "openings_without_memory";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    for package in PACKAGES {
        steps.step(Group::Other, "cargo xtask asan", format!("asan: {package}"), || {
            let mut test = process::cargo(&ws.root, "test");
            // The option is unstable, the sanitizer is not: no other compiler is needed for it.
            test.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
            test.args([
                "--locked",
                "--quiet",
                "--lib",
                "--tests",
                "--all-features",
                "-p",
                package,
                "--target",
                TARGET,
            ]);
            test.arg("--target-dir").arg(ws.build_dir("asan"));
            process::run(test.args(["--", "--skip", WITHOUT_MEMORY]))
        });
    }
}
