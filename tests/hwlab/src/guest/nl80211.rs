//! WiFi: setting radios up, and what they hear.
//!
//! Reference: Linux, include/uapi/linux/nl80211.h.

use super::netlink::{Attribute, Family, joined, split};
use crate::sys::socket::switch_on;
use anyhow::{Context as _, Result};
use std::fs;

const SET_RADIO: u8 = 2;
const SET_INTERFACE: u8 = 6;
const LIST_STATIONS: u8 = 17;
const LIST_HEARD: u8 = 32;
const SCAN: u8 = 33;
const JOIN_MESH: u8 = 68;
const INTERFACE: u16 = 3;
const INTERFACE_KIND: u16 = 5;
const MESH_NAME: u16 = 24;
const FREQUENCY: u16 = 38;
const FREQUENCIES: u16 = 44;
const STATION: u16 = 47;
const STATION_ADDRESS: u16 = 1;
const STATION_STRENGTH: u16 = 7;
/// An interface that hears and sends frames as they are.
const MONITOR: u32 = 6;
/// One of a network without access points.
const MESH: u32 = 7;

/// The kernel's interface to radios.
pub(crate) struct Radios(Family);

impl Radios {
    /// # Errors
    /// If the kernel has none.
    pub(crate) fn new() -> Result<Self> {
        Family::named("nl80211").map(Self)
    }

    /// Has `radio`, which is off, join the network of this name without access points, at this frequency in MHz.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn join(&self, radio: &str, name: &str, megahertz: u32) -> Result<()> {
        let this = number(INTERFACE, interface(radio)?);
        self.0.tell(SET_INTERFACE, &[this.clone(), number(INTERFACE_KIND, MESH)]).context("no mesh")?;
        switch_on(radio).with_context(|| format!("cannot switch {radio} on"))?;
        let name = (MESH_NAME, name.as_bytes().to_vec());
        self.0.tell(JOIN_MESH, &[this, name, number(FREQUENCY, megahertz)]).context("cannot join")
    }

    /// How many stations are connected to `interface`.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn stations(&self, interface: u32) -> Result<usize> {
        Ok(self.0.list(LIST_STATIONS, &[number(INTERFACE, interface)])?.len())
    }

    /// Makes `interface`, which is off, one that hears and sends frames as they are.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn make_monitor(&self, interface: u32) -> Result<()> {
        let attributes = [number(INTERFACE, interface), number(INTERFACE_KIND, MONITOR)];
        self.0.tell(SET_INTERFACE, &attributes).context("cannot make a monitor")
    }

    /// Tunes the radio of a monitor to this frequency in MHz.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn tune(&self, interface: u32, megahertz: u32) -> Result<()> {
        let attributes = [number(INTERFACE, interface), number(FREQUENCY, megahertz)];
        self.0.tell(SET_RADIO, &attributes).context("cannot tune a monitor")
    }

    /// Begins to listen at this frequency in MHz.
    ///
    /// # Errors
    /// What the kernel answers: [`Errno::BUSY`](rustix::io::Errno::BUSY) while it still listens.
    pub(crate) fn scan(&self, interface: u32, megahertz: u32) -> Result<()> {
        let attributes = [number(INTERFACE, interface), (FREQUENCIES, joined(&[number(0, megahertz)]))];
        self.0.tell(SCAN, &attributes)
    }

    /// The strength of the station at `address` when it was last heard, in hundredths of a dBm.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn strength(&self, interface: u32, address: [u8; 6]) -> Result<Option<i32>> {
        let heard = self.0.list(LIST_HEARD, &[number(INTERFACE, interface)])?;
        let stations =
            heard.iter().flatten().filter(|(kind, _)| *kind == STATION).map(|(_, bytes)| split(bytes));
        let strength =
            stations.filter(|station| find(station, STATION_ADDRESS) == Some(&address)).find_map(|station| {
                find(&station, STATION_STRENGTH)?.first_chunk().copied().map(i32::from_ne_bytes)
            });
        Ok(strength)
    }
}

/// The number of the interface of this name.
///
/// # Errors
/// If there is none.
pub(crate) fn interface(name: &str) -> Result<u32> {
    let path = format!("/sys/class/net/{name}/ifindex");
    Ok(fs::read_to_string(&path).context(path)?.trim().parse()?)
}

fn number(kind: u16, value: u32) -> Attribute {
    (kind, value.to_ne_bytes().to_vec())
}

fn find(attributes: &[Attribute], wanted: u16) -> Option<&[u8]> {
    attributes.iter().find(|(kind, _)| *kind == wanted).map(|(_, bytes)| bytes.as_slice())
}
