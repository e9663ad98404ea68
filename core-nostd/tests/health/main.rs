//! The health tests against the list of what an implementation must prove: each entry's number, and where its tests stand.
//!
//! 1. At every cutoff c, c - 1 passes and c fails, at both levels: `boundaries`.
//! 2. Nothing leaks from window to window: `boundaries`.
//! 3. Constant, alternating and periodic input is caught, and by which test: `patterns`.
//! 4. Measured alarm rates of ideal input; half the entropy gone is noticed: `rates`.
//! 5. Counters saturate: beside the counters, in `src/health`.
//! 6. Nothing derived from failed data leaves: `alarm`; what the rest pays: `credit`.
//! 7. Latch and recovery: `alarm`; start-up and restart: `start_up`.
//! 8. Every cutoff against the tables, and recomputed: `cutoffs`.
//! 9. One code for host and target: the recordings of `replay` are judged by the public pieces that `Tested` is made of; the
//!    firmware images run them again.
#![allow(clippy::unwrap_used, reason = "a failed step fails its test")]

mod alarm;
mod boundaries;
mod credit;
mod cutoffs;
mod patterns;
mod rates;
mod replay;
mod start_up;
mod support;
