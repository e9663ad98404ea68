//! The clocks of foreign access points.
//!
//! The physical effect: every access point stamps its beacons with microseconds of a crystal of its own (the TSF), which drifts against this machine's. What
//! is read: of each access point in the kernel's list that was heard again, by how many microseconds its clock has run ahead of CLOCK_BOOTTIME since it was
//! heard the last time. This source starts no scan and sends nothing; it looks every second at what others' scans and the own connection
//! bring. What an attacker could influence: whoever is in range may send beacons with stamps of his choice, and hears the same ones; any program
//! may ask for the same list. So assessment alone never pays it.
//!
//! It must be named. Addresses of access points are held in memory to know them again, and are no part of a reading.
//!
//! What can go wrong: no wireless interface (absent); nobody scans and nothing is connected (timeout after five minutes); a driver that does not say when
//! it heard a beacon gives no reading; the interface goes away (disconnected). Radios that a program imitates (mac80211_hwsim) are shown as emulated.
//!
//! Reference: IEEE 802.11-2020, §11.1.3; Linux, include/uapi/linux/nl80211.h.

use crate::sources::batch::Batch;
use crate::sources::generic_netlink::{Family, attribute, number};
use crate::sources::metered::{Meter, Metered};
use crate::sources::pace::Pace;
use crate::sources::wireless;
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "wifi_tsf",
    description: "microseconds by which the clock of an access point ran ahead since it was heard last",
    physics: "the crystals of access points drift against this machine's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<WifiTsf>::KIND;

/// Commands and attributes (linux/nl80211.h).
const GET_SCAN: u8 = 32;
const INTERFACE: u16 = 3;
const BSS: u16 = 47;
const BSS_ADDRESS: u16 = 1;
const BSS_TSF: u16 = 3;
const BSS_HEARD_AT: u16 = 15;

/// The time between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// The time without a beacon after which nobody listens.
const PATIENCE: Duration = Duration::from_secs(300);
/// Access points that are known again.
const MOST: usize = 256;

/// A beacon: whose, its stamp in microseconds, and when it was heard in nanoseconds since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Beacon {
    address: [u8; 6],
    stamp: u64,
    heard: u64,
}

struct WifiTsf {
    family: Family,
    interface: u32,
    pace: Pace,
    known: Vec<Beacon>,
    readings: Batch,
    /// When a beacon was heard last, or it was opened.
    heard: Instant,
}

impl Meter for WifiTsf {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Network;
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        wireless::interfaces()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        Ok(Self {
            family: Family::open("nl80211")?,
            interface: wireless::number_of(candidate)?,
            pace: Pace::new(PAUSE),
            known: Vec::with_capacity(MOST),
            readings: Batch::with_room(MOST),
            heard: Instant::now(),
        })
    }

    /// The stamps have microseconds.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl WifiTsf {
    /// Looks at the kernel's list, and keeps a reading of each access point that was heard again.
    fn look(&mut self) -> Result<(), SourceError> {
        let (known, readings, heard) = (&mut self.known, &mut self.readings, &mut self.heard);
        let interface = self.interface.to_ne_bytes();
        self.family
            .dump(GET_SCAN, (INTERFACE, &interface), |message| {
                let Some(beacon) = beacon(message) else { return };
                if let Some(reading) = hear(known, beacon) {
                    *heard = Instant::now();
                    readings.push(reading);
                }
            })
            .map_err(|error| match error {
                SourceError::Absent => SourceError::Disconnected, // there was one when it was opened
                error => error,
            })?;
        match self.heard.elapsed() > PATIENCE {
            true => Err(SourceError::Timeout),
            false => Ok(()),
        }
    }
}

impl Measure for WifiTsf {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.readings.is_over() {
            self.readings.clear();
            self.pace.wait()?;
            self.look()?;
        }
        self.readings.next().ok_or(SourceError::NotReady)
    }
}

/// The beacon in a message, if its driver said when it was heard.
fn beacon(message: &[u8]) -> Option<Beacon> {
    let bss = attribute(message, BSS)?;
    Some(Beacon {
        address: attribute(bss, BSS_ADDRESS)?.try_into().ok()?,
        stamp: number(bss, BSS_TSF)?,
        heard: number(bss, BSS_HEARD_AT).filter(|heard| *heard > 0)?,
    })
}

/// By how many microseconds, modulo 2^64, the beacon's clock ran ahead since the last beacon of the same access point; `None` for the first, and for
/// one that was heard before. Of more than [`MOST`] the one heard longest ago is forgotten.
fn hear(known: &mut Vec<Beacon>, beacon: Beacon) -> Option<u64> {
    if let Some(last) = known.iter_mut().find(|last| last.address == beacon.address) {
        let last = core::mem::replace(last, beacon);
        let passed = beacon.heard.checked_sub(last.heard).filter(|passed| *passed > 0)?;
        return Some(beacon.stamp.wrapping_sub(last.stamp).wrapping_sub(passed / 1_000));
    }
    if known.len() == MOST {
        let oldest = (0..MOST).min_by_key(|at| known[*at].heard)?;
        known.swap_remove(oldest);
    }
    known.push(beacon);
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::generic_netlink::tests::attribute_of;

    fn message(address: [u8; 6], stamp: u64, heard: u64) -> Vec<u8> {
        let bss = [
            attribute_of(BSS_ADDRESS, &address),
            attribute_of(2, &2437_u32.to_ne_bytes()),
            attribute_of(BSS_TSF, &stamp.to_ne_bytes()),
            attribute_of(BSS_HEARD_AT, &heard.to_ne_bytes()),
        ];
        [attribute_of(46, &[0; 4]), attribute_of(0x8000 | BSS, &bss.concat())].concat()
    }

    #[test]
    fn a_reading_is_the_drift_between_two_beacons() {
        let mut known = Vec::new();
        let mut hear = |address: u8, stamp, heard| {
            let beacon = beacon(&message([2, 0, 0, 0, 0, address], stamp, heard)).unwrap();
            hear(&mut known, beacon)
        };
        assert_eq!(hear(1, 500_000, 1_000_000_000), None, "the first");
        assert_eq!(hear(2, 77, 1_000_500_000), None, "another one");
        assert_eq!(hear(1, 500_000, 1_000_000_000), None, "the same beacon in the list again");
        assert_eq!(hear(1, 1_500_020, 2_000_000_000), Some(20));
        assert_eq!(hear(2, 1_000_070, 2_000_500_000), Some(7_u64.wrapping_neg()));
        assert_eq!(hear(1, 9, 1_999_999_999), None, "heard before the last");
    }

    #[test]
    fn a_beacon_without_a_time_is_none() {
        assert_eq!(beacon(&message([2; 6], 1, 0)), None);
        assert_eq!(beacon(&attribute_of(BSS, &attribute_of(BSS_TSF, &[0; 8]))), None);
        assert_eq!(beacon(&[]), None);
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut known = Vec::new();
        for number in 0..=MOST as u64 {
            let [a, b, ..] = number.to_le_bytes();
            hear(&mut known, Beacon { address: [a, b, 0, 0, 0, 0], stamp: number, heard: number + 1 });
        }
        assert_eq!(known.len(), MOST);
        assert!(known.iter().all(|beacon| beacon.stamp != 0));
    }
}
