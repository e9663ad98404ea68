//! The list of the kinds of source, and how users name them.

mod measured;
mod microarch;
mod names;
mod past;
mod scheduling;
mod signal;
mod start_window;
mod system;
mod timed;
mod timing;

pub use names::{NameError, find_by_name};

use crate::SourceKind;

/// The lists of the categories, in the order of [`SourceCategory::ALL`](openentropy_core::SourceCategory::ALL).
static LISTS: [&[&dyn SourceKind]; 5] =
    [timing::KINDS, scheduling::KINDS, microarch::KINDS, system::KINDS, signal::KINDS];

/// Every kind of source, whether this machine has it or not.
///
/// ```
/// for kind in openentropy_host::kinds() {
///     println!("{}: {}", kind.info().name, kind.find()[0].access.name());
/// }
/// ```
pub fn kinds() -> impl Iterator<Item = &'static dyn SourceKind> {
    LISTS.into_iter().flatten().copied()
}
