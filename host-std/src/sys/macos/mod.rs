//! macOS.

pub(crate) mod affinity;
pub(crate) mod arrival;
pub(crate) mod clock;
pub(crate) mod fork_page;
mod identity;
pub(crate) mod memory;
pub(crate) mod pipe;
mod random;
mod time;

#[allow(
    unused_imports,
    reason = "x86 asks the processor who it is, other processors have no counter to forbid"
)]
pub(crate) use identity::{answers_for_registers, counter_allowed, cpu_model, event_stream, hypervisor};
pub(crate) use identity::{clock_source, container, device_marks, emulator, kernel, load, microcode};
pub(crate) use random::fill_random;
pub(crate) use time::{Slack, finest_sleep, sleep_until, steady_ns, wall_ns};
