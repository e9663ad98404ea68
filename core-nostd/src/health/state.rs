//! Where a tested source stands.

use crate::health::HealthTest;

/// Where a tested source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum State {
    /// Nothing collected yet, or restarted since.
    NotStarted,
    /// In its start-up.
    Starting {
        /// Samples still needed.
        remaining: u32,
    },
    /// Started up; delivers.
    Running,
    /// Off until an operator resets it.
    Latched(HealthTest),
}
