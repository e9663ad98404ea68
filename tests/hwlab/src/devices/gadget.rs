//! A USB device made of the kernel's own functions, on a host controller without a wire (`dummy_hcd`).
//!
//! Reference: Linux, Documentation/usb/gadget_configfs.rst, Documentation/ABI/testing/configfs-usb-gadget.

use anyhow::{Context as _, Result};
use rustix::mount::{MountFlags, mount};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const CONFIGURATION: &str = "/sys/kernel/config";
const CONTROLLER: &str = "dummy_udc.0";

/// What a device says of itself.
pub(crate) struct Identity {
    pub(crate) vendor: u16,
    pub(crate) product: u16,
    pub(crate) class: u8,
    pub(crate) name: &'static str,
    pub(crate) serial: &'static str,
}

/// A device that can be plugged in and unplugged.
pub(crate) struct Gadget(PathBuf);

impl Gadget {
    /// A device with one function, of the kind and with the name `KIND.NAME`, and its settings; not plugged in yet.
    ///
    /// # Errors
    /// If the kernel refuses a setting.
    pub(crate) fn new(identity: &Identity, function: &str, settings: &[(&str, &[u8])]) -> Result<Self> {
        if !Path::new(CONFIGURATION).join("usb_gadget").exists() {
            mount("configfs", CONFIGURATION, "configfs", MountFlags::empty(), None)?;
        }
        let folder = Path::new(CONFIGURATION).join("usb_gadget").join(identity.name);
        let gadget = Self(folder);
        gadget.make("")?;
        gadget.set("idVendor", format!("{:#06x}", identity.vendor))?;
        gadget.set("idProduct", format!("{:#06x}", identity.product))?;
        gadget.set("bDeviceClass", identity.class.to_string())?;
        gadget.make("strings/0x409")?;
        gadget.set("strings/0x409/manufacturer", "laboratory")?;
        gadget.set("strings/0x409/product", identity.name)?;
        gadget.set("strings/0x409/serialnumber", identity.serial)?;
        gadget.make("configs/c.1")?;
        let folder = format!("functions/{function}");
        gadget.make(&folder)?;
        for (name, value) in settings {
            gadget.set(&format!("{folder}/{name}"), value)?;
        }
        symlink(gadget.0.join(&folder), gadget.0.join("configs/c.1").join(function))?;
        Ok(gadget)
    }

    /// Plugs it in.
    ///
    /// # Errors
    /// If the controller refuses, such as while a function's program has not said what it is.
    pub(crate) fn plug(&self) -> Result<()> {
        self.set("UDC", CONTROLLER)
    }

    /// Unplugs it.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn unplug(&self) -> Result<()> {
        self.set("UDC", "\n")
    }

    fn make(&self, folder: &str) -> Result<()> {
        fs::create_dir(self.0.join(folder)).with_context(|| format!("cannot make {folder} of a gadget"))
    }

    fn set(&self, name: &str, value: impl AsRef<[u8]>) -> Result<()> {
        fs::write(self.0.join(name), value).with_context(|| format!("cannot set {name} of a gadget"))
    }
}
