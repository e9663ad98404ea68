//! Chips on the I²C bus that has no hardware (`i2c-stub`): registers that hold what is written to them.
//!
//! Reference: Linux, Documentation/i2c/i2c-stub.rst.

use crate::sys::i2c;
use anyhow::{Context as _, Result, bail};
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

/// The bus; which addresses answer is a parameter of the module.
pub(crate) struct Bus {
    folder: PathBuf,
    node: File,
}

impl Bus {
    /// Finds it.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn find() -> Result<Self> {
        for entry in fs::read_dir("/sys/class/i2c-adapter")? {
            let entry = entry?;
            if fs::read_to_string(entry.path().join("name"))?.starts_with("SMBus stub") {
                let node = Path::new("/dev").join(entry.file_name());
                let open = OpenOptions::new().read(true).write(true).open(&node);
                return Ok(Self {
                    folder: entry.path(),
                    node: open.with_context(|| node.display().to_string())?,
                });
            }
        }
        bail!("no bus without hardware")
    }

    /// Sets a register, in the order of the bytes on the wire; one of eight bits is the first.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn write(&self, address: u8, register: u8, word: [u8; 2]) -> Result<()> {
        i2c::write_word(&self.node, address, register, word)
            .with_context(|| format!("cannot set register {register:#x} of {address:#x}"))
    }

    /// Says that a `chip` is at `address`: its driver takes it.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn plug(&self, chip: &str, address: u8) -> Result<()> {
        fs::write(self.folder.join("new_device"), format!("{chip} {address:#x}"))
            .with_context(|| format!("cannot plug {chip} in"))
    }

    /// Says that there is none any more.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn unplug(&self, address: u8) -> Result<()> {
        fs::write(self.folder.join("delete_device"), format!("{address:#x}"))
            .with_context(|| format!("cannot unplug {address:#x}"))
    }
}
