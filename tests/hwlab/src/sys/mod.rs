//! The only place of the laboratory with unsafe code: commands of devices, and system calls that no crate wraps.

pub(crate) mod command;
pub(crate) mod i2c;
pub(crate) mod socket;
pub(crate) mod vtpm;
