//! Scheduler, timers and threads.

mod preempt_gap;
mod sleep_overshoot;
mod syscall_rtt;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] =
    &[&preempt_gap::Kind, &sleep_overshoot::Kind, syscall_rtt::KIND];
