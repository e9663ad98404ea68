//! The list of the kinds of source, and how users name them.

mod asked;
mod batch;
#[cfg(target_os = "linux")]
mod channels;
mod errno;
#[cfg(target_os = "linux")]
mod generic_netlink;
#[cfg(target_os = "linux")]
mod io;
mod ipc;
mod measured;
mod metered;
mod microarch;
mod names;
mod network;
#[cfg(target_os = "linux")]
mod nodes;
mod pace;
mod partner;
mod past;
mod patience;
mod scheduling;
#[cfg(target_os = "linux")]
mod sensor;
mod signal;
#[cfg(target_os = "linux")]
mod sound_cards;
mod start_window;
mod system;
#[cfg(target_os = "linux")]
mod thermal;
mod timed;
mod timing;
#[cfg(target_os = "linux")]
mod wall;
#[cfg(target_os = "linux")]
mod wireless;

pub use names::{Foreign, NameError, find_by_name};

use crate::SourceKind;

/// The lists of the categories, in the order of [`SourceCategory::ALL`](openentropy_core::SourceCategory::ALL).
static LISTS: &[&[&dyn SourceKind]] = &[
    #[cfg(target_os = "linux")]
    thermal::KINDS,
    timing::KINDS,
    scheduling::KINDS,
    #[cfg(target_os = "linux")]
    io::KINDS,
    ipc::KINDS,
    microarch::KINDS,
    network::KINDS,
    system::KINDS,
    signal::KINDS,
    #[cfg(target_os = "linux")]
    sensor::KINDS,
];

/// Every kind of source, whether this machine has it or not.
///
/// ```
/// for kind in openentropy_host::kinds() {
///     println!("{}: {}", kind.info().name, kind.find()[0].access.name());
/// }
/// ```
pub fn kinds() -> impl Iterator<Item = &'static dyn SourceKind> {
    LISTS.iter().copied().flatten().copied()
}
