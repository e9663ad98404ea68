//! Linux.

pub(crate) mod clock;
pub(crate) mod fork_page;
mod identity;
pub(crate) mod pipe;
mod process;
mod random;
mod signal;
mod time;
mod uring;

#[allow(
    unused_imports,
    reason = "x86 asks the processor who it is, other processors have no counter to forbid"
)]
pub(crate) use identity::{counter_allowed, cpu_model, hypervisor};
pub(crate) use identity::{kernel, load, microcode};
pub(crate) use process::Cradle;
pub(crate) use random::fill_random;
pub(crate) use signal::{Blocked, last_signal, send_signal, take_signal};
pub(crate) use time::{finest_sleep, monotonic_ns, sleep_until, steady_ns, wall_ns};
pub(crate) use uring::Ring;
