//! A temperature sensor on I²C, under the driver of the LM75: `hwmon`.

use crate::devices::i2c_stub::Bus;
use crate::guest::{Guest, Kind, Source, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use openentropy_host::Access;
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "sensor",
    modules: &["i2c-dev", "i2c-stub chip_addr=0x48,0x49", "lm75"],
    machine: bare,
    steps: steps![
        readings_are_those_of_the_chip,
        the_source_reads_the_chip,
        another_sensor_under_the_same_name_is_not_taken_for_the_first,
        without_its_module_it_is_disconnected_and_comes_back,
        a_sensor_that_goes_is_an_error_and_comes_back,
    ],
};

const ADDRESS: u8 = 0x48;
/// That of another sensor of the same make.
const OTHER: u8 = 0x49;
const TEMPERATURE: u8 = 0;
/// Bits above a number with a sign in the source's readings.
const UNUSED: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(15);

/// Sets what the chip measures, in units of 0.5 °C; it keeps its words high end first.
fn set(bus: &Bus, address: u8, halves: i16) -> Result<()> {
    bus.write(address, TEMPERATURE, (halves << 7).to_be_bytes())
}

/// Plugs the sensor in, and returns the file of its readings.
fn plug(bus: &Bus, address: u8) -> Result<PathBuf> {
    bus.plug("lm75", address)?;
    until("a sensor", PATIENCE, || {
        for entry in fs::read_dir("/sys/class/hwmon")?.flatten() {
            if fs::read_to_string(entry.path().join("name")).is_ok_and(|name| name == "lm75\n") {
                return Ok(Some(entry.path().join("temp1_input")));
            }
        }
        Ok(None)
    })
}

fn unplug(bus: &Bus, address: u8, input: &Path) -> Result<()> {
    bus.unplug(address)?;
    wait_for(&input.display().to_string(), false)
}

/// What the source reads once the chip measures so much.
fn read(source: &mut Source, bus: &Bus, address: u8, halves: i16) -> Result<()> {
    set(bus, address, halves)?;
    let reading = source.reading()?.cast_signed() << UNUSED >> UNUSED;
    ensure!(reading == i64::from(halves) * 500, "{reading} instead of {halves} halves of a degree");
    Ok(())
}

fn readings_are_those_of_the_chip(_: &Guest) -> Result<()> {
    let bus = Bus::find()?;
    let input = plug(&bus, ADDRESS)?;
    for halves in [53, 54, -1, 0, 250] {
        set(&bus, ADDRESS, halves)?;
        // the driver keeps a reading for as long as the chip takes to make one
        until("the reading", PATIENCE, || {
            let reading = fs::read_to_string(&input)?;
            Ok((reading.trim() == (i32::from(halves) * 500).to_string()).then_some(()))
        })
        .with_context(|| format!("{halves} halves of a degree"))?;
    }
    unplug(&bus, ADDRESS, &input)
}

fn the_source_reads_the_chip(_: &Guest) -> Result<()> {
    let bus = Bus::find()?;
    set(&bus, ADDRESS, 60)?;
    let input = plug(&bus, ADDRESS)?;
    let mut source = Kind::named("hwmon_adc")?.open()?;
    for halves in [61, 62, 61, -3] {
        read(&mut source, &bus, ADDRESS, halves)?;
    }
    unplug(&bus, ADDRESS, &input)?;
    source.fails_with(SourceError::Disconnected)
}

/// The source of the first never reads the second; opened again it does.
fn another_sensor_under_the_same_name_is_not_taken_for_the_first(_: &Guest) -> Result<()> {
    let bus = Bus::find()?;
    set(&bus, ADDRESS, 60)?;
    let first = plug(&bus, ADDRESS)?;
    let kind = Kind::named("hwmon_adc")?;
    let mut source = kind.open()?;
    unplug(&bus, ADDRESS, &first)?;
    set(&bus, OTHER, 61)?;
    let second = plug(&bus, OTHER)?;
    ensure!(first == second, "{} became {}", first.display(), second.display());
    source.fails_with(SourceError::Disconnected)?;
    read(&mut kind.open()?, &bus, OTHER, 62)?;
    unplug(&bus, OTHER, &second)
}

/// The device stays on its bus, and is found again when its driver comes back.
fn without_its_module_it_is_disconnected_and_comes_back(guest: &Guest) -> Result<()> {
    let bus = Bus::find()?;
    set(&bus, ADDRESS, 60)?;
    let input = plug(&bus, ADDRESS)?;
    let kind = Kind::named("hwmon_adc")?;
    let mut source = kind.open()?;
    guest.unload("lm75")?;
    source.fails_with(SourceError::Disconnected)?;
    ensure!(kind.access().0 == Access::Absent, "{:?}", kind.access());
    guest.load("lm75", "")?;
    read(&mut kind.open()?, &bus, ADDRESS, 61)?;
    unplug(&bus, ADDRESS, &input)
}

fn a_sensor_that_goes_is_an_error_and_comes_back(_: &Guest) -> Result<()> {
    let bus = Bus::find()?;
    let input = plug(&bus, ADDRESS)?;
    let mut open = File::open(&input)?;
    unplug(&bus, ADDRESS, &input)?;
    let read = open.read(&mut [0; 16]);
    ensure!(read.as_ref().is_err_and(|error| Errno::from_io_error(error) == Some(Errno::NODEV)), "{read:?}");
    let input = plug(&bus, ADDRESS)?;
    fs::read_to_string(&input)?;
    unplug(&bus, ADDRESS, &input)
}
