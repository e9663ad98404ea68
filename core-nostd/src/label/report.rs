//! How a source stands.

use crate::Independence;

/// How a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SourceState {
    /// Works and pays, by a claim that was assessed on such a machine.
    Credited,
    /// Works and pays, by a claim that was assessed on other machines only.
    Uncalibrated,
    /// Works and pays, by the operator's word.
    OperatorDeclared,
    /// Works and is mixed, for nothing.
    Mixed,
    /// Has not passed its start-up test yet.
    Starting,
    /// Delivers nothing until it has been tested anew, or has answered again.
    Failed,
    /// Failed its start-up test too often; an operator must reset it.
    Latched,
    /// Cannot be opened: absent or denied.
    Unavailable,
}

impl SourceState {
    /// The word in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Uncalibrated => "uncalibrated",
            Self::OperatorDeclared => "operator-declared",
            Self::Mixed => "mixed",
            Self::Starting => "starting",
            Self::Failed => "failed",
            Self::Latched => "latched",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether the source pays.
    #[must_use]
    pub const fn pays(self) -> bool {
        matches!(self, Self::Credited | Self::Uncalibrated | Self::OperatorDeclared)
    }
}

/// A source's line in a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "plain data, written by whoever owns the sources")]
pub struct SourceReport {
    /// Canonical name.
    pub name: &'static str,
    /// The group it is credited in.
    pub independence: Independence,
    /// How it stands.
    pub state: SourceState,
    /// The word for what is wrong with it, as [`SourceError::name`](crate::SourceError::name) gives it; `None` if nothing is.
    pub error: Option<&'static str>,
}

impl SourceReport {
    /// The line of a source with which nothing is wrong.
    #[must_use]
    pub const fn new(name: &'static str, independence: Independence, state: SourceState) -> Self {
        Self { name, independence, state, error: None }
    }
}
