//! Linux.

pub(crate) mod affinity;
pub(crate) mod arrival;
pub(crate) mod bluetooth;
pub(crate) mod clock;
mod container;
mod device_marks;
pub(crate) mod disk_command;
pub(crate) mod drm;
mod emulator;
pub(crate) mod file_map;
pub(crate) mod fork_page;
pub(crate) mod gpu_clock;
pub(crate) mod hpet;
#[allow(dead_code, reason = "x86 asks the processor")]
mod hypervisor;
mod identity;
pub(crate) mod input;
pub(crate) mod kernel_hash;
pub(crate) mod keyring;
pub(crate) mod memory;
pub(crate) mod message_queue;
pub(crate) mod packets;
pub(crate) mod perf;
pub(crate) mod pipe;
pub(crate) mod pps;
mod process;
pub(crate) mod process_memory;
pub(crate) mod ptp;
mod random;
mod request;
pub(crate) mod rtc;
pub(crate) mod segment;
pub(crate) mod shared_page;
mod signal;
pub(crate) mod sound;
pub(crate) mod stamps;
mod time;
#[cfg(test)]
pub(crate) mod tree;
mod uring;
pub(crate) mod usb;
pub(crate) mod user_fault;
pub(crate) mod video;

pub(crate) use container::container;
pub(crate) use device_marks::device_marks;
pub(crate) use emulator::emulator;
#[allow(
    unused_imports,
    reason = "x86 asks the processor who it is, other processors have no counter to forbid"
)]
pub(crate) use hypervisor::hypervisor;
#[allow(
    unused_imports,
    reason = "x86 asks the processor who it is, other processors have no counter to forbid"
)]
pub(crate) use identity::{answers_for_registers, counter_allowed, cpu_model, event_stream};
pub(crate) use identity::{clock_source, kernel, load, microcode};
pub(crate) use process::Cradle;
pub(crate) use random::fill_random;
pub(crate) use signal::{last_signal, send_signal, take_signal};
pub(crate) use time::{Slack, finest_sleep, monotonic_ns, sleep_until, steady_ns, wall_ns};
pub(crate) use uring::Ring;

/// Why the system call that this thread made last failed.
fn last_errno() -> rustix::io::Errno {
    rustix::io::Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(rustix::io::Errno::IO)
}
