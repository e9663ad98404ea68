//! Clocks and counters.

mod clock_pair;
mod jitter_loop;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[&clock_pair::Kind, &jitter_loop::Kind];
