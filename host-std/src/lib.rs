//! The noise of a computer as entropy sources: a registry of kinds, a worker thread per source, a pool and a generator handle.

mod backoff;
#[cfg(feature = "analysis")]
pub mod calibrate;
pub mod claims;
mod class;
mod error;
mod fifo;
mod fork;
mod found;
mod handle;
mod keys;
mod kind;
mod labelled;
mod list;
mod mixed_seed;
mod peer;
mod platform;
mod pool;
pub mod recorder;
mod shown;
mod sources;
mod start_ledger;
mod sys;
mod virtualised;

/// The doubles of the tests outside, which know this crate by its name.
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(test)]
extern crate self as openentropy_host;

pub use class::Class;
pub use error::PoolError;
pub use fifo::create_fifo;
pub use found::{FoundSource, HostSourceInfo, default_sources, detect_available_sources, find_sources};
pub use handle::{HostRng, Mechanism};
pub use keys::{Keys, MovingKey};
pub use kind::{Access, Candidate, HostSource, Native, Opened, SourceKind};
pub use labelled::{Labelled, PoolLabel};
pub use peer::{Peer, PeerError};
pub use platform::{PlatformInfo, platform_info};
pub use pool::{ConditioningMode, EntropyPool, HealthReport, PoolBuilder, SourceHealth};
pub use shown::{Debiasing, Look, RawBlock, RawReader};
pub use sources::{Foreign, NameError, find_by_name, kinds};
pub use sys::os::pipe::{ATOMIC_WRITE, widen_pipe};
pub use sys::{ClockKind, Layer, Machine, Timer, TimerClass, is_ignored};
pub use virtualised::Virtualised;
