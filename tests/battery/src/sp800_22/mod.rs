//! SP 800-22.

use crate::{Bits, Info, Outcome};

pub mod block_frequency;
mod classes;
pub mod cumulative_sums;
pub mod frequency;
pub mod longest_run;
pub mod runs;
mod words;

pub use classes::Constants;

/// The suite, as its tests name it.
const GROUP: &str = "SP 800-22";

/// Says so if there are fewer bits than the test needs.
fn shortage(info: &Info, bits: &Bits<'_>) -> Option<Outcome> {
    ((bits.len() as u64) < info.minimum_bits).then_some(Outcome::too_short(info.minimum_bits))
}
