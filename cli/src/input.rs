//! Data from a file or standard input, and the forms in which symbols and bits are written down.

mod looks;
mod notation;
mod read;

pub(crate) use looks::Looks;
pub(crate) use notation::{bits, samples};
pub(crate) use read::{Source, read};

use crate::exit::Failure;
use crate::output::say;
use core::fmt::Display;

/// Words about what was assumed, unless nobody wants them.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) are_wanted: bool,
}

impl Words {
    /// Says one line.
    pub(crate) fn say(self, line: &dyn Display) -> Result<(), Failure> {
        if self.are_wanted { say(&format_args!("openentropy: {line}")) } else { Ok(()) }
    }
}
