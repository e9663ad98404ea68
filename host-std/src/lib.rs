//! The noise of a computer as entropy sources: a registry of kinds, a worker thread per source, a pool and a generator handle.

mod kind;

pub use kind::{Access, Candidate, HostSource, Opened, SourceKind, Virtualised};
