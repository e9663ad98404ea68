//! `test`: everything a user wants to see pass, from a machine with nothing but a Rust toolchain.

use super::{aarch64, boards, host, hwlab, loom, macos_check, nostd, qemu, setup};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    setup::steps(steps, ws, false);
    host::steps(steps, ws);
    loom::steps(steps, ws);
    nostd::steps(steps, ws);
    qemu::steps(steps, ws, false, &[]);
    boards::steps(steps, ws);
    macos_check::steps(steps, ws);
    aarch64::steps(steps, ws);
    hwlab::steps(steps, ws, &[]);
}
