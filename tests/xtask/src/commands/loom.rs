//! `loom`: the interleavings of the interrupt and the main loop.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

/// Most times a running side is interrupted in one interleaving. Loom's authors find two or three enough for nearly every
/// fault; each one more takes five times as long: 6 s with five, minutes without a bound.
const MAX_PREEMPTIONS: &str = "5";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Host, "cargo xtask loom", "loom: Shared", || {
        let mut test = process::cargo(&ws.root, "test");
        test.args(["--locked", "--quiet", "--release", "-p", "openentropy-loom"])
            .env("RUSTFLAGS", "--cfg loom");
        test.env("LOOM_MAX_PREEMPTIONS", MAX_PREEMPTIONS);
        process::run(test.arg("--target-dir").arg(ws.build_dir("loom")))
    });
}
