//! The operating system and the processor, as safe functions: the only place with unsafe code, and with `sources/**/mod.rs` the only
//! place that asks which platform this is.
//!
//! `os` and `cpu` have the same items on every platform; what a platform lacks answers so at run time.

#[cfg(target_os = "linux")]
pub(crate) mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux as os;

#[cfg(target_os = "macos")]
pub(crate) mod macos;
#[cfg(target_os = "macos")]
pub(crate) use macos as os;

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!("openentropy-host knows Linux and macOS; openentropy-core runs anywhere");

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86 as cpu;

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64 as cpu;

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) mod generic;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use generic as cpu;

mod blocked;
pub(crate) mod calls;
mod clock_kind;
#[cfg(test)]
mod forked;
mod layer;
mod machine;
mod mapping;
mod once;
mod signals;

pub(crate) use blocked::Blocked;
#[cfg(test)]
pub(crate) use forked::{Forked, in_child};
pub(crate) use mapping::{GuardedPage, Mapping, page_size};
pub(crate) use once::Once;
pub(crate) use os::fork_page::ForkPage;

pub use clock_kind::ClockKind;
pub use layer::Layer;
pub use machine::{Machine, Timer, TimerClass};
pub use signals::is_ignored;

/// An instruction that gives random words.
#[derive(Clone, Copy)]
pub(crate) struct Instruction {
    /// Whether the processor has it.
    pub(crate) present: fn() -> bool,
    /// A word, or `None` when it has none at the moment; to be called only where `present` says yes.
    pub(crate) read: fn() -> Option<u64>,
}

/// A wait that the processor can do by itself.
#[derive(Clone, Copy)]
pub(crate) struct TimedWait {
    /// How many of the counter's ticks it is good for.
    pub(crate) ticks: u64,
    /// Waits until the counter shows this, or ends earlier, for reasons of the processor's.
    pub(crate) until: fn(u64),
}

impl Instruction {
    /// What stands for another processor's instruction.
    #[allow(dead_code, reason = "unused where a processor has them all")]
    pub(crate) const MISSING: Self = Self { present: || false, read: || None };
}
