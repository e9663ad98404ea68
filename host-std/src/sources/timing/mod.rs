//! Clocks and counters.

mod clock_pair;
mod clock_syscall;
mod counter_read;
mod jitter_loop;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] =
    &[clock_pair::KIND, clock_syscall::KIND, counter_read::KIND, &jitter_loop::Kind];
