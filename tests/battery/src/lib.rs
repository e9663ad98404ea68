//! Statistical tests and entropy estimators: pure functions from bytes to reports.
//!
//! Nothing here reads a device, a file or a clock: a function takes the samples as `&[u8]` and
//! returns what the standard asks to be computed from them. What a figure is worth is said beside
//! it; no estimate certifies that a source is unpredictable.
//!
//! | module | source |
//! |---|---|
//! | [`sp800_90b`] | NIST SP 800-90B: min-entropy estimators and restart tests |
#![forbid(unsafe_code)]

pub mod sp800_90b;
