//! Several streams at once: information they share, correlation at lags, coherence, events in common.
//!
//! Sample i of every stream belongs to the same moment: whoever recorded them has aligned them. What one stream has
//! more than the shortest is left out. Streams that depend on each other must not be credited twice; none of these
//! functions shows that they do not.
//!
//! Every verdict is a p-value whose null distribution is said. A null of circular shifts holds one stream against the
//! other moved by some other time: it keeps what each does by itself, its dependence on its own past included, and
//! breaks only what they have in common. What cannot be computed is an `Err` with the [`Reason`], or an `Option` that
//! is `None`.

use crate::Reason;

mod cross_correlation;
mod cross_correlation_matrix;
mod global_events;
mod mutual_information;
mod phase_coherence;
mod report;
mod shifted_information;

pub use cross_correlation::{CrossCorrelation, LagCorrelation, cross_correlation};
pub use cross_correlation_matrix::{CrossCorrelationMatrix, Pair, cross_correlation_matrix};
pub use global_events::{GlobalEvent, GlobalEvents, global_events};
pub use mutual_information::{MutualInformation, Null, mutual_information};
pub use phase_coherence::{PhaseCoherence, phase_coherence};
pub use report::{Synchrony, analyse};
pub use shifted_information::{ShiftedInformation, shifted_information};

/// The streams cut to the length of the shortest and to at most `most` samples; an error below `least`.
fn aligned<'a>(streams: &[&'a [u8]], least: usize, most: usize) -> Result<Vec<&'a [u8]>, Reason> {
    if streams.len() < 2 {
        return Err(Reason::TooFew { what: "streams", have: streams.len() as u64, need: 2 });
    }
    let shortest = streams.iter().map(|stream| stream.len()).min().unwrap_or(0);
    if shortest < least {
        return Err(Reason::TooFew { what: "samples in common", have: shortest as u64, need: least as u64 });
    }
    Ok(streams.iter().map(|stream| &stream[..shortest.min(most)]).collect())
}

/// The same for two streams.
fn pair<'a>(a: &'a [u8], b: &'a [u8], least: usize, most: usize) -> Result<(&'a [u8], &'a [u8]), Reason> {
    let streams = aligned(&[a, b], least, most)?;
    Ok((streams[0], streams[1]))
}
