//! Radios of the kernel's simulator: one sends as an access point, another hears how strongly; two are connected without one.

use crate::devices::access_point::{ADDRESS, AccessPoint, MEGAHERTZ, set_strength, strength_file};
use crate::guest::nl80211::{Radios, interface};
use crate::guest::{Guest, Kind, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::socket::switch_on;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::thread;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "wifi",
    modules: &["mac80211_hwsim radios=4"],
    machine: bare,
    steps: steps![
        strength_is_that_of_the_sender,
        the_source_reads_the_clock_of_the_sender,
        the_source_reads_the_strength_of_a_neighbour,
        radios_that_go_are_an_error_and_come_back
    ],
};

const MODULE: &str = "mac80211_hwsim";
const LISTENER: &str = "wlan0";
const SENDER: &str = "wlan1";
/// Two neighbours in a network without access points, its channel, and the power in dBm with which each sends.
const NEIGHBOURS: [&str; 2] = ["wlan2", "wlan3"];
const THEIR_MEGAHERTZ: u32 = 2412;
const POWER: i8 = 20;
/// Readings of other quantities between two strengths, at most.
const MAX_OTHERS: usize = 256;
/// How often the listener is told to listen, and the time between.
const SCANS: usize = 60;
const SCAN_PAUSE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(15);

/// Listens until the access point is heard with this strength.
fn heard(radios: &Radios, listener: u32, strength: i32) -> Result<()> {
    let mut last = None;
    until("the strength", PATIENCE, || {
        match radios.scan(listener, MEGAHERTZ) {
            Err(error) if error.downcast_ref() != Some(&Errno::BUSY) => {
                return Err(error).context("cannot scan");
            }
            _ => {}
        }
        last = radios.strength(listener, ADDRESS)?;
        Ok((last == Some(strength * 100)).then_some(()))
    })
    .with_context(|| format!("{strength} dBm; last heard: {last:?} hundredths"))
}

fn strength_is_that_of_the_sender(_: &Guest) -> Result<()> {
    wait_for("/sys/class/net/wlan1", true)?;
    let radios = Radios::new()?;
    let sender = AccessPoint::start(&radios, SENDER)?;
    switch_on(LISTENER).context("cannot switch the listener on")?;
    let listener = interface(LISTENER)?;
    for strength in [-40, -63, -97, -64] {
        sender.set(strength)?;
        heard(&radios, listener, i32::from(strength))?;
    }
    Ok(())
}

/// The sender's clock runs at twice the pace, so it gets ahead by as much time as passes.
fn the_source_reads_the_clock_of_the_sender(guest: &Guest) -> Result<()> {
    let radios = Radios::new()?;
    let _sender = AccessPoint::start(&radios, SENDER)?;
    let listener = interface(LISTENER)?;
    let mut source = Kind::named("wifi_tsf")?.open()?;
    // the source itself never scans
    thread::spawn(move || {
        for _ in 0..SCANS {
            let _busy_with_the_last = radios.scan(listener, MEGAHERTZ);
            thread::sleep(SCAN_PAUSE);
        }
    });
    let began = Instant::now();
    source.reading()?;
    let reading = source.reading()?;
    let passed = began.elapsed().as_micros();
    ensure!(reading > 0 && u128::from(reading) <= passed, "ahead by {reading} µs after {passed} µs");
    guest.say(&format!("ahead by {reading} µs"))
}

/// The strength of the last frame, in dBm, where that is what a reading says: the quantity stands in its high 16 bits.
fn strength_in(reading: u64) -> Option<i64> {
    const QUANTITY_BITS: u32 = 16;
    (reading >> (u64::BITS - QUANTITY_BITS) == 0)
        .then_some((reading << QUANTITY_BITS).cast_signed() >> QUANTITY_BITS)
}

fn the_source_reads_the_strength_of_a_neighbour(guest: &Guest) -> Result<()> {
    let radios = Radios::new()?;
    for radio in NEIGHBOURS {
        radios.join(radio, "lab", THEIR_MEGAHERTZ)?;
    }
    let [listener, sender] = NEIGHBOURS;
    let number = interface(listener)?;
    until("a neighbour", PATIENCE, || Ok((radios.stations(number)? > 0).then_some(())))?;
    let mut source = Kind::named("wifi_rssi")?.open_at(&format!("/sys/class/net/{listener}"))?;
    let file = strength_file(sender)?;
    for strength in [-63, -77, -100, -40] {
        set_strength(&file, strength)?;
        let mut heard = None;
        for _ in 0..MAX_OTHERS {
            heard = strength_in(source.reading()?);
            if heard.is_some() {
                break;
            }
        }
        let expected = i64::from(strength + POWER);
        ensure!(heard == Some(expected), "{heard:?} dBm instead of {expected}");
        guest.say(&format!("heard at {expected} dBm"))?;
    }
    Ok(())
}

fn radios_that_go_are_an_error_and_come_back(guest: &Guest) -> Result<()> {
    let radios = Radios::new()?;
    let listener = interface(LISTENER)?;
    guest.unload(MODULE)?;
    wait_for("/sys/class/net/wlan0", false)?;
    let refused = radios.scan(listener, MEGAHERTZ).err().and_then(|error| error.downcast_ref().copied());
    ensure!(refused == Some(Errno::NODEV), "{refused:?}");
    guest.load(MODULE, "radios=2")?;
    strength_is_that_of_the_sender(guest)
}
