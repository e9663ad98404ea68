//! How a series changes in time: change points, windows unlike the others, bursts, shifts, drift, stability over
//! sessions.
//!
//! Every verdict is a p-value whose null distribution is said and whose level the caller chooses; many windows are
//! corrected together. Nothing is held against a fixed threshold, so a longer recording sees smaller changes. What
//! the tests reject is independence and sameness *together*: a series that depends on its past looks like one that
//! changes.
//!
//! One sample per byte. What cannot be computed is an `Err` with the [`Reason`]; no report holds a figure that is
//! none.

use crate::Reason;

mod anomalies;
mod bursts;
#[cfg(test)]
pub(in crate::analysis) mod calibration;
mod change_points;
mod cumulative;
mod drift;
pub(in crate::analysis) mod hypergeometric;
mod report;
mod shifts;
mod stability;
pub(in crate::analysis) mod summary;

pub use anomalies::{Anomalies, Anomaly, AnomalyType, anomalies};
pub use bursts::{Burst, Bursts, bursts};
pub use change_points::{ChangePoint, ChangePoints, change_points};
pub use drift::{Drift, Segment, drift};
pub use report::{Temporal, analyse};
pub use shifts::{Shift, Shifts, shifts};
pub use stability::{Session, Stability, stability};

/// Fewest samples of a window.
const MIN_WINDOW: usize = 16;

/// The level as it is, or an error.
pub(in crate::analysis) fn level(alpha: f64) -> Result<f64, Reason> {
    let inside = alpha > 0.0 && alpha < 1.0;
    if inside { Ok(alpha) } else { Err(Reason::Parameter("a level lies between 0 and 1")) }
}

/// The whole windows of a series, one after the other.
struct Windows<'a> {
    samples: &'a [u8],
    size: usize,
}

impl<'a> Windows<'a> {
    /// At least `least` windows of `size` samples, or an error.
    fn of(samples: &'a [u8], size: usize, least: usize) -> Result<Self, Reason> {
        if size < MIN_WINDOW {
            return Err(Reason::Parameter("a window has at least 16 samples"));
        }
        let have = samples.len() / size;
        if have < least {
            return Err(Reason::TooFew { what: "windows", have: have as u64, need: least as u64 });
        }
        Ok(Self { samples, size })
    }

    fn iter(&self) -> impl Iterator<Item = &'a [u8]> + Clone {
        self.samples.chunks_exact(self.size)
    }
}
