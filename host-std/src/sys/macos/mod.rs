//! macOS.

pub(crate) mod clock;
pub(crate) mod fork_page;
mod identity;
mod random;
mod time;

pub(crate) use identity::{counter_allowed, kernel, load, microcode};
#[allow(unused_imports, reason = "x86 asks the processor itself")]
pub(crate) use identity::{cpu_model, hypervisor};
pub(crate) use random::fill_random;
pub(crate) use time::{finest_sleep, sleep_until, steady_ns, wall_ns};
