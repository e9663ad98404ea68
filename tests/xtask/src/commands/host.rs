//! `host`: the tests that run on this machine, package by package.
//!
//! One call for the whole workspace would join the features of all packages, and a test that brings its own
//! implementation of critical sections would then meet the one of the standard library.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

const REPEAT: &str = "cargo xtask host";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Host, REPEAT, "build: openentropy", || {
        let mut build = process::cargo(&ws.root, "build");
        process::run(build.args(["--locked", "--release", "--quiet", "-p", "openentropy-cli"]))
    });
    for package in &ws.packages {
        steps.step(Group::Host, REPEAT, format!("test: {}", package.name), || {
            let mut test = process::cargo(&ws.root, "test");
            test.args(["--locked", "--quiet", "--no-fail-fast", "-p", &package.name]);
            if !package.features.is_empty() {
                test.arg("--all-features");
            }
            process::run(&mut test)
        });
    }
}
