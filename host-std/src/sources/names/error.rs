//! Why a word names no source.

use super::foreign::Foreign;

/// Why a word names no source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing is called so.
    Unknown {
        /// The word.
        word: String,
        /// Names of sources that look like it, nearest first.
        near: Vec<&'static str>,
    },
    /// A category or group of which no source is known.
    Empty {
        /// The word.
        word: String,
    },
    /// A category or group all of whose sources are used only where each is named.
    OptIn {
        /// The word.
        word: String,
        /// The sources.
        names: Vec<&'static str>,
    },
    /// Other programs of this kind have a source of that name, and this one has none.
    Foreign {
        /// The name.
        word: String,
        /// Why not.
        why: Foreign,
    },
}

impl core::fmt::Display for NameError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unknown { word, near } if near.is_empty() => write!(f, "no source is called '{word}'"),
            Self::Unknown { word, near } => {
                write!(f, "no source is called '{word}'; near names: {}", near.join(", "))
            }
            Self::Empty { word } => write!(f, "no source belongs to '{word}'"),
            Self::OptIn { word, names } => {
                write!(f, "the sources of '{word}' are used only where they are named: {}", names.join(", "))
            }
            Self::Foreign { word, why } => write!(f, "no source is called '{word}': {why}"),
        }
    }
}

impl core::error::Error for NameError {}
