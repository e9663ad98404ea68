//! Scheduler, timers and threads.

mod preempt_gap;
mod sleep_overshoot;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[&preempt_gap::Kind, &sleep_overshoot::Kind];
