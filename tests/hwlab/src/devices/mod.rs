//! Devices whose whole behaviour is a test's: each speaks one of the kernel's protocols for devices made by programs.

pub(crate) mod access_point;
pub(crate) mod chaoskey;
pub(crate) mod cuse;
pub(crate) mod gadget;
pub(crate) mod hci;
pub(crate) mod i2c_stub;
mod service;
pub(crate) mod uhid;
pub(crate) mod uinput;
pub(crate) mod usbip;
pub(crate) mod vtpm;
