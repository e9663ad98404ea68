//! The counter that times things, and what can be wrong with it.

use crate::{SourceError, Width};

/// A free-running counter: processor cycles, a timer, a time stamp.
///
/// Any `FnMut() -> u64` is one. Implement the trait to say that the counter is narrower than 64 bits, as Cortex-M's 32-bit
/// cycle counter is, or that memory can be pushed out of the caches.
///
/// ```
/// use openentropy_core::{Width, sources::CycleCounter};
/// struct Dwt; // Armv7-M ARM §C1.8: CYCCNT, 32 bits, enabled by DEMCR.TRCENA and DWT_CTRL.CYCCNTENA
/// impl CycleCounter for Dwt {
///     fn now(&mut self) -> u64 { 0 /* read the register here */ }
///     fn width(&self) -> Width { const { Width::new(32).unwrap() } }
/// }
/// ```
pub trait CycleCounter {
    /// The present count, going up; read so that no later work begins before it, where the processor reorders.
    fn now(&mut self) -> u64;

    /// How many bits count before it wraps.
    fn width(&self) -> Width {
        Width::WORD
    }

    /// Pushes the cache line of `byte` out to memory and waits until it is there, where the processor lets a program do that;
    /// elsewhere nothing.
    fn evict(&mut self, byte: &u8) {
        let _ = byte;
    }
}

impl<F: FnMut() -> u64> CycleCounter for F {
    fn now(&mut self) -> u64 {
        self()
    }
}

/// Why a counter cannot carry a jitter source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CounterFault {
    /// It stands still, as a disabled cycle counter or an emulator's does.
    Dead,
    /// It runs backwards.
    Backwards,
    /// Its steps are too long, or the work too regular, for the readings to vary.
    Coarse,
    /// The memory given is smaller than [`JitterLoop::MIN_MEMORY`](super::JitterLoop::MIN_MEMORY).
    Memory,
}

impl core::fmt::Display for CounterFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Dead => "the counter stands still",
            Self::Backwards => "the counter runs backwards",
            Self::Coarse => "the counter is too coarse for the work that it times",
            Self::Memory => "the memory for the walk is too small",
        })
    }
}

impl core::error::Error for CounterFault {}

impl From<CounterFault> for SourceError {
    /// What a driver reports of it: any fault of the counter is [`SourceError::CoarseClock`], too little memory [`SourceError::Protocol`].
    fn from(fault: CounterFault) -> Self {
        match fault {
            CounterFault::Memory => Self::Protocol,
            CounterFault::Dead | CounterFault::Backwards | CounterFault::Coarse => Self::CoarseClock,
        }
    }
}
