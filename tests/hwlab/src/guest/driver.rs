//! Taking drivers off devices and devices off buses, and putting them back.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// A device without its driver.
pub(crate) struct Unbound {
    driver: PathBuf,
    device: String,
}

/// Takes `driver` of `bus` off the first device that it drives.
///
/// # Errors
/// If it drives none, or the kernel refuses.
pub(crate) fn unbind(bus: &str, driver: &str) -> Result<Unbound> {
    let driver = PathBuf::from(format!("/sys/bus/{bus}/drivers/{driver}"));
    let device = driven(&driver)?;
    fs::write(driver.join("unbind"), &device).with_context(|| format!("cannot unbind {device}"))?;
    Ok(Unbound { driver, device })
}

impl Unbound {
    /// Puts the driver back.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn bind(self) -> Result<()> {
        fs::write(self.driver.join("bind"), &self.device)
            .with_context(|| format!("cannot bind {}", self.device))
    }
}

/// Takes the first device of `driver` off the PCI bus, as if it had been pulled out.
///
/// # Errors
/// If it drives none, or the kernel refuses.
pub(crate) fn remove_pci(driver: &str) -> Result<()> {
    let driver = PathBuf::from(format!("/sys/bus/pci/drivers/{driver}"));
    let device = driven(&driver)?;
    fs::write(driver.join(&device).join("remove"), "1").with_context(|| format!("cannot remove {device}"))
}

/// Looks for new devices on the PCI bus, such as one that was removed.
///
/// # Errors
/// If the kernel refuses.
pub(crate) fn rescan_pci() -> Result<()> {
    fs::write("/sys/bus/pci/rescan", "1").context("cannot rescan the PCI bus")
}

/// The first device of a driver.
fn driven(driver: &Path) -> Result<String> {
    let entries = fs::read_dir(driver).with_context(|| driver.display().to_string())?.flatten();
    // a device is a link, and so is `module`
    let mut devices =
        entries.filter(|entry| entry.path().join("uevent").exists() && entry.file_name() != "module");
    let device = devices.next().with_context(|| format!("{} drives nothing", driver.display()))?;
    Ok(device.file_name().to_string_lossy().into_owned())
}
