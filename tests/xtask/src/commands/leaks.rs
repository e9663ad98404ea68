//! `leaks`: ten thousand openings of every source, or a minute of them.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

const ROUNDS: &str = "10000";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Other, "cargo xtask leaks", "leaks: openings of every source", || {
        let mut test = process::cargo(&ws.root, "test");
        test.args(["--locked", "--quiet", "-p", "openentropy-host", "--test", "leaks", "--", "--nocapture"]);
        process::run(test.env("OPENENTROPY_LEAK_ROUNDS", ROUNDS))
    });
}
