//! Serial lines.

use anyhow::{Context as _, Result};
use rustix::termios::{OptionalActions, QueueSelector, SpecialCodeIndex, tcflush, tcgetattr, tcsetattr};
use std::fs::{File, OpenOptions};

/// Opens a line and makes it give bytes as they are; what came before is thrown away, since the line may have changed it.
///
/// # Errors
/// If it cannot be opened or set.
pub(crate) fn open_raw(path: &str, baud: u32) -> Result<File> {
    let file = OpenOptions::new().read(true).write(true).open(path).with_context(|| path.to_owned())?;
    set_speed(&file, baud)?;
    tcflush(&file, QueueSelector::IFlush)?;
    Ok(file)
}

/// Sets the speed of a line, and again that it gives bytes as they are.
///
/// # Errors
/// If the kernel refuses.
pub(crate) fn set_speed(file: &File, baud: u32) -> Result<()> {
    let mut attributes = tcgetattr(file)?;
    attributes.make_raw();
    attributes.special_codes[SpecialCodeIndex::VMIN] = 1;
    attributes.set_speed(baud)?;
    tcsetattr(file, OptionalActions::Now, &attributes).context("cannot set the line")
}
