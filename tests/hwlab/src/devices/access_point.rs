//! An access point of WiFi: a radio of the kernel's simulator that sends beacons of a given strength.
//!
//! Reference: IEEE 802.11-2020, §9.3.3.2 (beacons); Linux, drivers/net/wireless/mac80211_hwsim.c,
//! Documentation/networking/radiotap-headers.rst.

use super::service::Ticking;
use crate::guest::nl80211::{Radios, interface};
use crate::sys::socket::{packets_of, switch_on};
use anyhow::{Context as _, Result};
use core::ops::Range;
use core::time::Duration;
use rustix::mount::{MountFlags, mount};
use rustix::net::{SendFlags, send};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

const DEBUG: &str = "/sys/kernel/debug";
/// Its address.
pub(crate) const ADDRESS: [u8; 6] = [0x02, 0x4c, 0x41, 0x42, 0, 1];
/// Channel 6.
pub(crate) const MEGAHERTZ: u32 = 2437;
const CHANNEL: u8 = 6;
/// Between two beacons: a scan listens for 30 ms.
const PERIOD: Duration = Duration::from_millis(5);

/// Where a beacon, behind the driver's head, has the sender's clock, in microseconds.
const CLOCK: Range<usize> = 32..40;
/// How fast that clock runs.
pub(crate) const PACE: u64 = 2;

/// The access point, which sends while this lives.
pub(crate) struct AccessPoint {
    strength: PathBuf,
    _sending: Ticking,
}

impl AccessPoint {
    /// Makes one of `radio`, a network interface that is off.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn start(radios: &Radios, radio: &str) -> Result<Self> {
        let number = interface(radio)?;
        radios.make_monitor(number)?;
        switch_on(radio).with_context(|| format!("cannot switch {radio} on"))?;
        radios.tune(number, MEGAHERTZ)?;
        let strength = strength_file(radio)?;
        let packets = packets_of(number)?;
        let mut beacon = beacon();
        let began = Instant::now();
        // it ends when the radio has gone
        let sending = Ticking::start(PERIOD, move || {
            let clock = PACE * began.elapsed().as_micros() as u64;
            beacon[CLOCK].copy_from_slice(&clock.to_le_bytes());
            send(&packets, &beacon, SendFlags::empty()).is_ok()
        });
        Ok(Self { strength, _sending: sending })
    }

    /// Sets how strongly others hear it, in dBm.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn set(&self, strength: i8) -> Result<()> {
        set_strength(&self.strength, strength)
    }
}

/// The file that says how strongly others hear `radio`, in dBm, to which the radio's own power is added where it sends by itself.
///
/// # Errors
/// If the kernel shows none.
pub(crate) fn strength_file(radio: &str) -> Result<PathBuf> {
    if !Path::new(DEBUG).join("ieee80211").exists() {
        mount("debugfs", DEBUG, "debugfs", MountFlags::empty(), None)?;
    }
    let name = fs::read_to_string(format!("/sys/class/net/{radio}/phy80211/name"))?;
    Ok(Path::new(DEBUG).join("ieee80211").join(name.trim()).join("hwsim/rx_rssi"))
}

/// Writes a strength to such a file.
///
/// # Errors
/// If the kernel refuses.
pub(crate) fn set_strength(file: &Path, strength: i8) -> Result<()> {
    // the file takes a number without a sign only
    let written = fs::write(file, i64::from(strength).cast_unsigned().to_string());
    written.with_context(|| file.display().to_string())
}

/// A beacon behind an empty head for the driver.
fn beacon() -> Vec<u8> {
    const RADIOTAP: [u8; 8] = [0, 0, 8, 0, 0, 0, 0, 0];
    const BEACON: [u8; 4] = [0x80, 0, 0, 0];
    const EVERYBODY: [u8; 6] = [0xff; 6];
    /// Time, interval, and that it is an access point.
    const FIXED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 1, 0];
    let rates = [1, 4, 0x82, 0x84, 0x8b, 0x96];
    [
        &RADIOTAP[..],
        &BEACON,
        &EVERYBODY,
        &ADDRESS,
        &ADDRESS,
        &[0, 0], // number of the frame
        &FIXED,
        &[0, 3, b'l', b'a', b'b'],
        &rates,
        &[3, 1, CHANNEL],
    ]
    .concat()
}
