//! A mouse that a program moves, by `/dev/uinput`.
//!
//! Reference: Linux, Documentation/input/uinput.rst, include/uapi/linux/uinput.h.

use crate::sys::command::{UINPUT_CREATE, UINPUT_EVENT_KIND, UINPUT_RELATIVE_AXIS, UINPUT_SETUP};
use anyhow::{Context as _, Result};
use std::fs::{File, OpenOptions};
use std::io::Write as _;

/// Kinds of events, and axes (include/uapi/linux/input-event-codes.h).
pub(crate) const SYNCHRONISATION: u16 = 0;
pub(crate) const RELATIVE: u16 = 2;
pub(crate) const X: u16 = 0;

/// One event as both sides see it: a time, which the kernel sets, kind, code and value.
pub(crate) const EVENT: usize = 24;

/// The mouse, which is there while this lives.
pub(crate) struct Mouse(File);

impl Mouse {
    /// Plugs it in.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn plug() -> Result<Self> {
        let file = OpenOptions::new().write(true).open("/dev/uinput").context("/dev/uinput")?;
        UINPUT_EVENT_KIND.call(&file, RELATIVE.into())?;
        UINPUT_RELATIVE_AXIS.call(&file, X.into())?;
        let mut setup = [0; 92];
        setup[..2].copy_from_slice(&3_u16.to_ne_bytes()); // on USB
        setup[8..18].copy_from_slice(b"laboratory");
        UINPUT_SETUP.call(&file, &mut setup)?;
        UINPUT_CREATE.call(&file, 0)?;
        Ok(Self(file))
    }

    /// Moves it along X, and says that the movement is complete.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn moves(&self, by: i32) -> Result<()> {
        for (kind, code, value) in [(RELATIVE, X, by), (SYNCHRONISATION, 0, 0)] {
            let event =
                [&[0; 16][..], &kind.to_ne_bytes(), &code.to_ne_bytes(), &value.to_ne_bytes()].concat();
            (&self.0).write_all(&event)?;
        }
        Ok(())
    }
}
