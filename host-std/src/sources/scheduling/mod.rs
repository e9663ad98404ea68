//! Scheduler, timers and threads.

#[cfg(target_os = "linux")]
mod baton;
#[cfg(target_os = "linux")]
mod event_mux;
#[cfg(target_os = "linux")]
mod firmware_noise;
#[cfg(target_os = "linux")]
mod fs_notify;
#[cfg(target_os = "linux")]
mod futex_handoff;
mod getrandom_rtt;
mod preempt_gap;
#[cfg(target_os = "linux")]
mod process_lifecycle;
#[cfg(target_os = "linux")]
mod relay;
#[cfg(target_os = "linux")]
mod signal_delivery;
mod sleep_overshoot;
mod syscall_rtt;
mod thread_lifecycle;
#[cfg(target_os = "linux")]
mod timer_expiry;
#[cfg(target_os = "linux")]
mod trace_instance;
#[cfg(target_os = "linux")]
mod uring_nop;
mod waits;
#[cfg(target_os = "linux")]
mod yield_contention;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    #[cfg(target_os = "linux")]
    event_mux::KIND,
    #[cfg(target_os = "linux")]
    firmware_noise::KIND,
    #[cfg(target_os = "linux")]
    fs_notify::KIND,
    #[cfg(target_os = "linux")]
    futex_handoff::KIND,
    getrandom_rtt::KIND,
    preempt_gap::KIND,
    #[cfg(target_os = "linux")]
    process_lifecycle::KIND,
    #[cfg(target_os = "linux")]
    signal_delivery::KIND,
    sleep_overshoot::KIND,
    syscall_rtt::KIND,
    thread_lifecycle::KIND,
    #[cfg(target_os = "linux")]
    timer_expiry::KIND,
    #[cfg(target_os = "linux")]
    uring_nop::KIND,
    #[cfg(target_os = "linux")]
    yield_contention::KIND,
];
