//! Continuous health tests (SP 800-90B §4): between a source and the pool, a block passes them or is wiped.
//!
//! [`Tested`] wraps a source and is the only maker of [`Samples`](crate::Samples). It runs three tests over every sample, from the
//! first one on, and a start-up over at least 1,024 samples before it delivers any. The tests stand here by themselves as well:
//!
//! | test | sees | cutoff from |
//! |---|---|---|
//! | [`RepetitionCount`] (§4.4.1) | one value in a row | claim and [`Alpha`], by formula |
//! | [`AdaptiveProportion`] (§4.4.2) | one value too often in a window of 512 or 1,024 | claim and [`Alpha`], by table |
//! | [`Lag`] (jitterentropy) | a sample that earlier ones foretell | claim, by table ([`LagCutoffs`]) |
//!
//! # What catches what
//!
//! | input | caught by | within |
//! |---|---|---|
//! | constant | repetition count | 601 samples at 50 millibits (by adaptive proportion 512, of wide ones), 31 at 1,000 |
//! | alternating, period 3 to 8 | lag test; adaptive proportion too where the period is short for the claim | one window, two below 72 millibits |
//! | period 9 to 128 | lag test with a history of 128 ([`Lag<128>`](Lag), hosts) | 2^17 samples |
//! | half the claimed entropy gone | adaptive proportion | 50,000 samples, with a probability above 1/2 |
//!
//! Where the lag test is left out ([`NoLag`]), a short period is the adaptive proportion's: at the default alpha it catches period 2 from
//! 1,450 millibits and period 8 from 4,250 on.
//! Half the entropy gone is caught at the default alpha for claims from 200 millibits (100 of one-bit samples); below, a false alarm
//! rate of 2^-20 buys it back ([`Alpha::POW_20`]).
//!
//! # Two levels
//!
//! Each test has two cutoffs ([`Levels`]): reaching the intermittent one costs the open window's credit and a new start-up; reaching
//! the permanent one stops the source until an operator resets it. The default is 2^-30 and 2^-60 per repetition and window, as
//! in jitterentropy. At a million samples per second the first is a false alarm each 18 minutes of a source that holds exactly
//! what it claims, and none in practice of one that holds three times as much.
//!
//! # Costs
//!
//! On a Cortex-M0 (`opt-level = "s"`, LTO) [`Tested`] takes about 1.2 KiB of code, 336 bytes of tables and 76 bytes of memory, and no
//! division; the lag test with a history of eight adds 900 and 48 bytes. On a server's core of 2025 the two standard tests take in 800 MB
//! of samples per second, with a lag test over 8 steps about 90, over 128 steps 55.

mod alpha;
mod checks;
mod cutoff;
mod error;
mod lag;
mod proportion;
mod repetition;
mod state;
mod symbol;
mod tested;

pub use alpha::{Alpha, Alphas};
pub use cutoff::{Level, Levels, Window, repetition_cutoff};
pub use error::{CollectError, HealthTest};
pub use lag::{Lag, LagCutoffs, LagTest, NoLag};
pub use proportion::AdaptiveProportion;
pub use repetition::RepetitionCount;
pub use state::State;
pub use symbol::Symbol;
pub use tested::Tested;
