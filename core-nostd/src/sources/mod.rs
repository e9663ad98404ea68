//! Portable noise sources over traits.

mod adc;
#[cfg(feature = "embedded-hal")]
mod atecc;
#[cfg(feature = "embedded-io")]
mod byte_stream;
mod clock_beat;
mod cycle_counter;
#[cfg(any(feature = "embedded-hal", feature = "embedded-io"))]
mod held;
mod jitter;
#[cfg(feature = "embedded-hal")]
mod pin_noise;
mod sram;

pub use adc::Adc;
#[cfg(feature = "embedded-hal")]
pub use atecc::{ATECC_ADDRESS, Atecc};
#[cfg(feature = "embedded-io")]
pub use byte_stream::ByteStream;
pub use clock_beat::{ClockBeat, SlowClock};
pub use cycle_counter::{CounterFault, CycleCounter};
pub use jitter::{JitterLoop, JitterWork};
#[cfg(feature = "embedded-hal")]
pub use pin_noise::PinNoise;
pub use sram::SramStartup;
