//! Two radios of the kernel's simulator: one sends as an access point, the other hears how strongly.

use crate::devices::access_point::{ADDRESS, AccessPoint, MEGAHERTZ};
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
    modules: &["mac80211_hwsim radios=2"],
    machine: bare,
    steps: steps![
        strength_is_that_of_the_sender,
        the_source_reads_the_clock_of_the_sender,
        radios_that_go_are_an_error_and_come_back
    ],
};

const MODULE: &str = "mac80211_hwsim";
const LISTENER: &str = "wlan0";
const SENDER: &str = "wlan1";
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
