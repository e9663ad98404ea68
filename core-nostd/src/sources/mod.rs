//! Portable noise sources over traits.
