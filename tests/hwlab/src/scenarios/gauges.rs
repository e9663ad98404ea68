//! Chips on I²C whose registers are known: a fan's, a battery's, and one of acceleration.

use crate::devices::i2c_stub::Bus;
use crate::guest::{Guest, Kind};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use openentropy_core::SourceError;
use std::thread;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "gauges",
    modules: &["i2c-dev", "i2c-stub chip_addr=0x3e,0x0b,0x4c", "g760a", "sbs-battery", "mc3230"],
    machine: bare,
    steps: steps![readings_are_those_of_the_registers],
};

/// Bits above a number with a sign in a reading: its channel.
const CHANNEL: u32 = 16;

/// A chip, and the source that reads it.
struct Gauge {
    source: &'static str,
    chip: &'static str,
    address: u8,
    /// Registers as they are when its driver finds it.
    at_first: &'static [(u8, [u8; 2])],
    /// Where it keeps what it measures.
    register: u8,
    /// What it measures, and the integer that the driver makes of it.
    measured: &'static [([u8; 2], i64)],
}

/// G760A: the speed is 32768 · 30 / (2 · count), and nought is a fan that stands (drivers/hwmon/g760a.c).
const FAN: Gauge = Gauge {
    source: "fan_tach",
    chip: "g760a",
    address: 0x3e,
    at_first: &[(1, [100, 0])],
    register: 1,
    measured: &[([120, 0], 4096), ([0, 0], 0)],
};

/// Smart Battery Data Specification 1.1, §5.1: the voltage in millivolts; the kernel's are microvolts.
const BATTERY: Gauge = Gauge {
    source: "battery_gauge",
    chip: "sbs-battery",
    address: 0x0b,
    at_first: &[(9, 11_580_u16.to_le_bytes())],
    register: 9,
    measured: &[(11_581_u16.to_le_bytes(), 11_581_000), (11_579_u16.to_le_bytes(), 11_579_000)],
};

/// MC3230: known by two registers; eight bits with a sign (drivers/iio/accel/mc3230.c).
const ACCELEROMETER: Gauge = Gauge {
    source: "iio_sensors",
    chip: "mc3230",
    address: 0x4c,
    at_first: &[(0x18, [0x01, 0]), (0x3b, [0x19, 0])],
    register: 0,
    measured: &[([17, 0], 17), ([0x80, 0], -128), ([0xff, 0], -1), ([127, 0], 127)],
};

/// It reads what is measured, ends with the chip, and reads it again when it has come back.
fn is_read(gauge: &Gauge) -> Result<()> {
    let bus = Bus::find()?;
    let kind = Kind::named(gauge.source)?;
    for &(register, word) in gauge.at_first {
        bus.write(gauge.address, register, word)?;
    }
    for measured in [gauge.measured, &gauge.measured[..1]] {
        bus.plug(gauge.chip, gauge.address)?;
        let mut source = kind.open()?;
        for &(word, expected) in measured {
            bus.write(gauge.address, gauge.register, word)?;
            let reading = source.reading().with_context(|| format!("{expected}"))?;
            let reading = reading.cast_signed() << CHANNEL >> CHANNEL;
            ensure!(reading == expected, "{reading} instead of {expected}");
        }
        bus.unplug(gauge.address)?;
        source.fails_with(SourceError::Disconnected)?;
    }
    Ok(())
}

/// All at once: each converts once a second.
fn readings_are_those_of_the_registers(_: &Guest) -> Result<()> {
    thread::scope(|scope| {
        let gauges = [&FAN, &BATTERY, &ACCELEROMETER];
        let reading = gauges.map(|gauge| (gauge.source, scope.spawn(|| is_read(gauge))));
        reading.into_iter().try_for_each(|(source, reading)| {
            reading.join().ok().context("panicked").and_then(|read| read).context(source)
        })
    })
}
