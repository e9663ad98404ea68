//! The noise of a computer as entropy sources: a registry of kinds, a worker thread per source, a pool and a generator handle.

pub mod claims;
mod kind;
mod sources;
mod sys;

pub use kind::{Access, Candidate, HostSource, Native, Opened, SourceKind, Virtualised};
pub use sources::{NameError, find_by_name, kinds};
pub use sys::{Machine, Timer, TimerClass};
