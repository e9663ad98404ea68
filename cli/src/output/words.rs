//! Words for people, on standard error.

use crate::exit::Failure;
use core::fmt::Display;
use std::io::{self, Write};

/// Says one line, in one write.
///
/// A reader that went away wants no more words. Any other failure ends the program: bytes do not go out without their label.
pub(crate) fn say(line: &dyn Display) -> Result<(), Failure> {
    match io::stderr().write_all(format!("{line}\n").as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Io { place: "standard error".to_owned(), error })
        }
        _ => Ok(()),
    }
}
