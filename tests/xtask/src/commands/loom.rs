//! `loom`: every interleaving of the interrupt and the main loop.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Host, "cargo xtask loom", "loom: Shared", || {
        let mut test = process::cargo(&ws.root, "test");
        test.args(["--locked", "--quiet", "--release", "-p", "openentropy-loom"])
            .env("RUSTFLAGS", "--cfg loom");
        process::run(test.arg("--target-dir").arg(ws.build_dir("loom")))
    });
}
