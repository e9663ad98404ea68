//! `nightly`: what takes too long for every change.

use super::{asan, bench, leaks, loom, setup};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    setup::steps(steps, ws, true);
    loom::steps(steps, ws);
    asan::steps(steps, ws);
    leaks::steps(steps, ws);
    bench::steps(steps, ws);
}
