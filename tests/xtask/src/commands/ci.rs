//! `ci`: what the build machine runs, within the time budget.

use super::{deny, fmt, lint, nopanic, size, test};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.enforce_budget = true;
    test::steps(steps, ws);
    fmt::steps(steps, ws, false);
    lint::steps(steps, ws);
    size::steps(steps, ws, false);
    nopanic::steps(steps, ws);
    deny::steps(steps, ws);
}
