//! How strongly a wireless network's stations are received, and how loud and busy their channels are.
//!
//! The physical effect: signals fade with everything that moves between two aerials, and a receiver's first amplifier adds thermal noise. What
//! is read: the integers that a driver tells of each station that is connected (strength of the last frame, of each chain, average of the beacons, in dBm)
//! and of each channel (noise in dBm, time busy in ms). This source starts no scan and sends nothing. A number of a station or a channel is a reading only when
//! it has changed: most drivers average, and answer from memory until the next frame. What an attacker could influence: whoever sends
//! chooses his strength, whoever is in range hears the same frames, and any program may ask for the same numbers. Whole decibels hide the
//! receiver's own noise, and no driver tells how much of a change is that: so assessment alone never pays it.
//!
//! It must be named: strengths tell how people move. Addresses of stations are held in memory to know them again, and are no part of a reading.
//!
//! What can go wrong: no wireless interface, or a driver that tells neither (absent); a receiver that says the same for a minute (stuck); nothing connected
//! and no channel measured for as long (timeout); the interface goes away (disconnected). Radios that a program imitates
//! (mac80211_hwsim) are shown as emulated.
//!
//! Reference: Linux, include/uapi/linux/nl80211.h (`nl80211_sta_info`, `nl80211_survey_info`).

use crate::sources::batch::Batch;
use crate::sources::generic_netlink::{Family, attribute, number};
use crate::sources::metered::{Meter, Metered};
use crate::sources::pace::Pace;
use crate::sources::wireless;
use crate::{Candidate, Class, SourceKind};
use core::mem;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "wifi_rssi",
    description: "strengths of a wireless network's stations, noise and use of its channels, as they change",
    physics: "signals fade with what moves, and the receiver adds thermal noise",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<WifiRssi>::KIND;

/// Commands and attributes (linux/nl80211.h).
const GET_STATION: u8 = 17;
const GET_SURVEY: u8 = 50;
const INTERFACE: u16 = 3;
const ADDRESS: u16 = 6;
const STATION: u16 = 21;
const SURVEY: u16 = 84;
const SIGNAL: u16 = 7;
const CHAIN_SIGNAL: u16 = 25;
const BEACON_SIGNAL: u16 = 30;
const FREQUENCY: u16 = 1;
const NOISE: u16 = 2;
const BUSY: u16 = 5;

/// Chains of a receiver at most (IEEE80211_MAX_CHAINS).
const CHAINS: u16 = 4;
/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// The time after which a receiver of which nothing changes is stuck.
const PATIENCE: Duration = Duration::from_secs(60);
/// Numbers that are known again; of a busier network the rest is left out.
const MOST: usize = 1024;
/// Bits of a reading that hold the integer.
const VALUE_BITS: u32 = 48;

/// What a number is: the high bits of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
enum Quantity {
    Signal = 0,
    BeaconSignal = 1,
    Noise = 2,
    Busy = 3,
    /// The first chain; the others follow.
    Chain = 4,
}

/// A number that the driver tells: of which station or channel, what it is, and which chain's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    whose: [u8; 6],
    quantity: u16,
    value: i64,
}

impl Level {
    const fn new(whose: [u8; 6], quantity: Quantity, value: i64) -> Self {
        Self { whose, quantity: quantity as u16, value }
    }

    const fn reading(self) -> u64 {
        (self.quantity as u64) << VALUE_BITS | self.value.cast_unsigned() & ((1 << VALUE_BITS) - 1)
    }
}

struct WifiRssi {
    family: Family,
    interface: u32,
    pace: Pace,
    /// What the last look and the one before it saw.
    levels: Vec<Level>,
    before: Vec<Level>,
    readings: Batch,
    /// When something changed last, or it was opened.
    changed: Instant,
}

impl Meter for WifiRssi {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Network;
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        wireless::interfaces()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let mut this = Self {
            family: Family::open("nl80211")?,
            interface: wireless::number_of(candidate)?,
            pace: Pace::new(PAUSE),
            levels: Vec::with_capacity(MOST),
            before: Vec::with_capacity(MOST),
            readings: Batch::with_room(MOST),
            changed: Instant::now(),
        };
        this.look()?;
        Ok(this)
    }

    /// The numbers are whole.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl WifiRssi {
    /// Asks for all numbers, and keeps as readings those that changed.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the driver tells of neither stations nor channels; what else the kernel answers.
    fn look(&mut self) -> Result<(), SourceError> {
        mem::swap(&mut self.levels, &mut self.before);
        self.levels.clear();
        let stations = self.ask(GET_STATION, station);
        match (stations, self.ask(GET_SURVEY, channel)) {
            // a driver may know one of both
            (Err(SourceError::Absent), answer) | (answer, Err(SourceError::Absent)) => answer?,
            (stations, channels) => stations.and(channels)?,
        }
        changes(&self.before, &self.levels, &mut self.readings);
        Ok(())
    }

    fn ask(&mut self, command: u8, read: fn(&[u8], &mut dyn FnMut(Level))) -> Result<(), SourceError> {
        let levels = &mut self.levels;
        self.family.dump(command, (INTERFACE, &self.interface.to_ne_bytes()), |message| {
            read(message, &mut |level| {
                if levels.len() < MOST {
                    levels.push(level);
                }
            });
        })
    }
}

impl Measure for WifiRssi {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// The next number that changed; waits for the next look for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.readings.is_over() {
            self.readings.clear();
            self.pace.wait()?;
            self.look().map_err(|error| match error {
                SourceError::Absent => SourceError::Disconnected, // there was one when it was opened
                error => error,
            })?;
            if !self.readings.is_over() {
                self.changed = Instant::now();
            } else if self.changed.elapsed() > PATIENCE {
                return Err(if self.levels.is_empty() { SourceError::Timeout } else { SourceError::Stuck });
            }
        }
        self.readings.next().ok_or(SourceError::NotReady)
    }
}

/// The numbers in `levels` that are others than they were `before`; one that was not there before gives no reading yet.
fn changes(before: &[Level], levels: &[Level], readings: &mut Batch) {
    for level in levels {
        let same = |old: &&Level| (old.whose, old.quantity) == (level.whose, level.quantity);
        if before.iter().find(same).is_some_and(|old| old.value != level.value) {
            readings.push(level.reading());
        }
    }
}

/// What a message says of a station.
fn station(message: &[u8], see: &mut dyn FnMut(Level)) {
    let Some(whose) = attribute(message, ADDRESS).and_then(|address| address.try_into().ok()) else { return };
    let Some(station) = attribute(message, STATION) else { return };
    for (kind, quantity) in [(SIGNAL, Quantity::Signal), (BEACON_SIGNAL, Quantity::BeaconSignal)] {
        if let Some(value) = strength(station, kind) {
            see(Level::new(whose, quantity, value));
        }
    }
    let chains = attribute(station, CHAIN_SIGNAL).unwrap_or_default();
    for chain in 0..CHAINS {
        if let Some(value) = strength(chains, chain) {
            see(Level { whose, quantity: Quantity::Chain as u16 + chain, value });
        }
    }
}

/// What a message says of a channel, which is known by its frequency.
fn channel(message: &[u8], see: &mut dyn FnMut(Level)) {
    let Some(survey) = attribute(message, SURVEY) else { return };
    let Some(&[a, b, c, d]) = attribute(survey, FREQUENCY) else { return };
    let whose = [a, b, c, d, 0, 0];
    if let Some(value) = strength(survey, NOISE) {
        see(Level::new(whose, Quantity::Noise, value));
    }
    if let Some(value) = number(survey, BUSY) {
        see(Level::new(whose, Quantity::Busy, value.cast_signed()));
    }
}

/// The dBm in an attribute of one byte.
fn strength(attributes: &[u8], kind: u16) -> Option<i64> {
    match *attribute(attributes, kind)? {
        [dbm] => Some(i64::from(dbm.cast_signed())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::generic_netlink::tests::attribute_of;

    fn seen(read: fn(&[u8], &mut dyn FnMut(Level)), message: &[u8]) -> Vec<Level> {
        let mut levels = Vec::new();
        read(message, &mut |level| levels.push(level));
        levels
    }

    fn byte(kind: u16, dbm: i8) -> Vec<u8> {
        attribute_of(kind, &dbm.to_ne_bytes())
    }

    #[test]
    fn the_levels_of_a_station_are_signed() {
        let chains = attribute_of(0x8000 | CHAIN_SIGNAL, &[byte(0, -60), byte(1, -128)].concat());
        let of_station = [byte(SIGNAL, -57), chains, byte(BEACON_SIGNAL, 1)].concat();
        let message = [attribute_of(ADDRESS, &[2; 6]), attribute_of(0x8000 | STATION, &of_station)].concat();
        let levels: Vec<_> =
            seen(station, &message).iter().map(|level| (level.quantity, level.value)).collect();
        assert_eq!(levels, [(0, -57), (1, 1), (4, -60), (5, -128)]);
        let nameless = attribute_of(STATION, &of_station);
        assert!(seen(station, &nameless).is_empty(), "of which station?");
        assert!(seen(station, &attribute_of(ADDRESS, &[2; 6])).is_empty());
    }

    #[test]
    fn the_levels_of_a_channel_are_noise_and_time() {
        let of_channel = [
            attribute_of(FREQUENCY, &2437_u32.to_ne_bytes()),
            byte(NOISE, -92),
            attribute_of(BUSY, &12_u64.to_ne_bytes()),
        ];
        let levels = seen(channel, &attribute_of(SURVEY, &of_channel.concat()));
        let levels: Vec<_> = levels.iter().map(|level| (level.quantity, level.value)).collect();
        assert_eq!(levels, [(2, -92), (3, 12)]);
        assert!(seen(channel, &attribute_of(SURVEY, &of_channel[1])).is_empty(), "of which channel?");
    }

    #[test]
    fn a_level_that_has_not_changed_is_no_reading() {
        let at = |address: u8, quantity, value| Level::new([address; 6], quantity, value);
        let before = [at(1, Quantity::Signal, -60), at(2, Quantity::Signal, -70)];
        let now = [
            at(2, Quantity::Signal, -71),
            at(1, Quantity::Signal, -60),
            at(1, Quantity::BeaconSignal, -61), // the first
            at(3, Quantity::Signal, -50),       // another station
        ];
        let mut readings = Batch::with_room(1);
        changes(&before, &now, &mut readings);
        assert_eq!((readings.next(), readings.next()), (Some((1 << VALUE_BITS) - 71), None));
        changes(&now, &now, &mut readings);
        assert_eq!(readings.len(), 1);
        let noise = at(9, Quantity::Noise, -92).reading();
        assert_eq!(noise, 2 << VALUE_BITS | ((1 << VALUE_BITS) - 92), "what it is of, and not whose");
    }
}
