//! What whoever runs a machine should know of its claims files.

use super::entry::{Basis, ClaimEntry};
use super::error::ClaimsError;
use super::stale::Stale;
use crate::{Class, kinds};

/// Something in the claims files that does not count as whoever wrote it may think.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimsWarning {
    /// A file is not used at all.
    File(ClaimsError),
    /// An entry has expired: it raises nothing any more, and still lowers.
    Stale {
        /// The source's name.
        source: String,
        /// Which instance of it.
        instance: u8,
        /// Why.
        reason: Stale,
    },
    /// An entry is on a word that credits no source of this class.
    Basis {
        /// The source's name.
        source: String,
        /// Its class.
        class: Class,
    },
}

impl ClaimsWarning {
    /// What is to say of `entry`, which is stale for the reason `stale`, if anything.
    ///
    /// Of a source from elsewhere neither digitisation nor class is known before it is found.
    pub(super) fn about(entry: &ClaimEntry, stale: Option<Stale>) -> Option<Self> {
        let kind = kinds().find(|kind| kind.info().name == entry.source);
        let is_made = kind.is_none_or(|kind| {
            let rules = kind.digitisations().iter();
            rules
                .into_iter()
                .any(|rule| rule.name == entry.digitisation && rule.version == entry.digitisation_version)
        });
        let source = entry.source.clone();
        if let Some(reason) = stale.or((!is_made).then_some(Stale::Digitisation)) {
            return Some(Self::Stale { source, instance: entry.instance, reason });
        }
        let class = kind?.class();
        let credits = match entry.basis {
            Basis::Trusted => class == Class::Generator,
            Basis::Assessed(_) | Basis::Accepted(_) => class.divisor().is_some(),
        };
        (!credits && entry.min_entropy.millibits() > 0).then_some(Self::Basis { source, class })
    }
}

impl core::fmt::Display for ClaimsWarning {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::File(error) => {
                write!(f, "a claims file is not used, and what it lowers stands higher: {error}")
            }
            Self::Stale { source, instance: 0, reason } => {
                write!(f, "the claim of {source} has expired: {reason}")
            }
            Self::Stale { source, instance, reason } => {
                write!(f, "the claim of {source}, instance {instance}, has expired: {reason}")
            }
            Self::Basis { source, class: Class::Generator } => {
                write!(f, "the claim of {source} counts for nothing: a generator pays on trust only")
            }
            Self::Basis { source, class } => {
                write!(
                    f,
                    "the claim of {source} counts for nothing: no such word credits a source of class {}",
                    class.name()
                )
            }
        }
    }
}
