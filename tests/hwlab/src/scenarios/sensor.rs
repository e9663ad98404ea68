//! A temperature sensor on I²C, under the driver of the LM75: `hwmon`.

use crate::guest::{Guest, Kind, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::i2c;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::path::PathBuf;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "sensor",
    modules: &["i2c-dev", "i2c-stub chip_addr=0x48", "lm75"],
    machine: bare,
    steps: steps![
        readings_are_those_of_the_chip,
        the_source_reads_the_chip,
        a_sensor_that_goes_is_an_error_and_comes_back
    ],
};

const ADDRESS: u8 = 0x48;
const TEMPERATURE: u8 = 0;
/// Bits above a number with a sign in the source's readings.
const UNUSED: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(15);

/// The folder of the bus that has no hardware.
fn bus() -> Result<PathBuf> {
    for entry in fs::read_dir("/sys/class/i2c-adapter")? {
        let folder = entry?.path();
        if fs::read_to_string(folder.join("name"))?.starts_with("SMBus stub") {
            return Ok(folder);
        }
    }
    anyhow::bail!("no bus without hardware")
}

/// Sets what the chip measures, in units of 0.5 °C; it keeps its words high end first.
fn set(bus: &std::path::Path, halves: i16) -> Result<()> {
    let name = bus.file_name().context("a bus without a name")?;
    let node = PathBuf::from("/dev").join(name);
    let node =
        OpenOptions::new().read(true).write(true).open(&node).with_context(|| node.display().to_string())?;
    i2c::write_word(&node, ADDRESS, TEMPERATURE, (halves << 7).to_be_bytes()).context("cannot set the chip")
}

/// Plugs the sensor in, and returns the file of its readings.
fn plug(bus: &std::path::Path) -> Result<PathBuf> {
    fs::write(bus.join("new_device"), format!("lm75 {ADDRESS:#x}"))?;
    until("a sensor", PATIENCE, || {
        for entry in fs::read_dir("/sys/class/hwmon")?.flatten() {
            if fs::read_to_string(entry.path().join("name")).is_ok_and(|name| name == "lm75\n") {
                return Ok(Some(entry.path().join("temp1_input")));
            }
        }
        Ok(None)
    })
}

fn unplug(bus: &std::path::Path, input: &std::path::Path) -> Result<()> {
    fs::write(bus.join("delete_device"), format!("{ADDRESS:#x}"))?;
    wait_for(&input.display().to_string(), false)
}

fn readings_are_those_of_the_chip(_: &Guest) -> Result<()> {
    let bus = bus()?;
    let input = plug(&bus)?;
    for halves in [53, 54, -1, 0, 250] {
        set(&bus, halves)?;
        // the driver keeps a reading for as long as the chip takes to make one
        until("the reading", PATIENCE, || {
            let reading = fs::read_to_string(&input)?;
            Ok((reading.trim() == (i32::from(halves) * 500).to_string()).then_some(()))
        })
        .with_context(|| format!("{halves} halves of a degree"))?;
    }
    unplug(&bus, &input)
}

fn the_source_reads_the_chip(_: &Guest) -> Result<()> {
    let bus = bus()?;
    set(&bus, 60)?;
    let input = plug(&bus)?;
    let mut source = Kind::named("hwmon_adc")?.open()?;
    for halves in [61, 62, 61, -3] {
        set(&bus, halves)?;
        let reading = source.reading()?.cast_signed() << UNUSED >> UNUSED;
        ensure!(reading == i64::from(halves) * 500, "{reading} instead of {halves} halves of a degree");
    }
    unplug(&bus, &input)?;
    let error = source.take::<1>().err();
    ensure!(error == Some(SourceError::Disconnected), "{error:?}");
    Ok(())
}

fn a_sensor_that_goes_is_an_error_and_comes_back(_: &Guest) -> Result<()> {
    let bus = bus()?;
    let input = plug(&bus)?;
    let mut open = File::open(&input)?;
    unplug(&bus, &input)?;
    let read = open.read(&mut [0; 16]);
    ensure!(read.as_ref().is_err_and(|error| Errno::from_io_error(error) == Some(Errno::NODEV)), "{read:?}");
    let input = plug(&bus)?;
    fs::read_to_string(&input)?;
    unplug(&bus, &input)
}
