//! Accelerometers, gyroscopes, magnetometers, light sensors and converters of the industrial-I/O subsystem.
//!
//! The physical effect: thermal and mechanical noise of the sensor and of its converter; the lowest bits of one at rest are noise. What is read: the words
//! of `/sys/bus/iio/devices/*/in_*_raw`, as the sensor converts them, at its sampling frequency. What an attacker could influence: whoever shakes,
//! lights or magnetises the machine; who sits beside it with a sensor of his own sees the same motion, though not the noise. In a virtual machine a
//! sensor is the hypervisor's, and the source is shown as emulated, like one behind which no device stands (the kernel's own example driver).
//!
//! What can go wrong: a sensor in use through its buffer refuses single conversions (an error of the transfer); one that repeats itself (not
//! ready, stuck after a minute); one that is unplugged (disconnected).
//!
//! Reference: Linux, Documentation/ABI/testing/sysfs-bus-iio.

use crate::sources::channels::{Channels, Device, files};
use crate::sources::nodes::{Entry, numbered, whose, word};
use crate::{Class, SourceKind};
use core::time::Duration;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "iio_sensors",
    description: "words of motion, field, light and converter sensors as they change",
    physics: "thermal and mechanical noise of the sensor and its converter",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::Inertial),
};

pub(super) static KIND: &dyn SourceKind = &Channels {
    info: &INFO,
    class: Class::Analogue,
    aliases: &["imu_noise", "sensor_noise"],
    devices,
    none: "no sensor is shown in /sys/bus/iio/devices",
};

/// The time between two looks where the sensor does not tell its frequency.
const USUAL_PERIOD: Duration = Duration::from_millis(100);
/// The shortest and the longest period that is believed.
const SHORTEST_PERIOD: Duration = Duration::from_millis(1);
const LONGEST_PERIOD: Duration = Duration::from_secs(60);

fn devices(sys: &Path) -> Vec<Device> {
    let entries = numbered(&sys.join("bus/iio/devices"), "iio:device").into_iter();
    let device = |entry: Entry| Device {
        instance: entry.instance(),
        virtualised: whose(&entry.path),
        channels: files(&entry.path, |name| name.starts_with("in_") && name.ends_with("_raw")),
        period: period(&entry.path),
        path: entry.path,
    };
    entries.map(device).filter(|device| !device.channels.is_empty()).collect()
}

/// One conversion of the slowest channel, by its `sampling_frequency` in hertz.
fn period(device: &Path) -> Duration {
    let told = files(device, |name| name.ends_with("sampling_frequency"));
    let hertz = told.iter().filter_map(|path| word(path)?.parse::<f64>().ok()).filter(|hertz| *hertz > 0.0);
    let slowest = hertz.min_by(f64::total_cmp);
    let period = slowest.and_then(|hertz| Duration::try_from_secs_f64(hertz.recip()).ok());
    period.unwrap_or(USUAL_PERIOD).clamp(SHORTEST_PERIOD, LONGEST_PERIOD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Virtualised;
    use crate::sources::nodes::board;
    use crate::sys::os::tree::Tree;

    #[test]
    fn sensors_are_read_at_their_own_frequency() {
        let tree = Tree::new("iio");
        tree.entry("bus/iio/devices/iio:device0", "devices/pci0000:00/i2c-1/iio:device0");
        let file = |name: &str, text: &str| tree.line(&format!("bus/iio/devices/iio:device0/{name}"), text);
        for axis in ["x", "y", "z"] {
            file(&format!("in_accel_{axis}_raw"), "-17");
        }
        file("in_accel_scale", "0.019163");
        file("out_voltage0_raw", "0");
        file("sampling_frequency", "62.500000");
        tree.line("bus/iio/devices/trigger0/name", "sysfstrig0");
        let found = devices(tree.root());
        assert_eq!((found.len(), found[0].channels.len()), (1, 3));
        assert_eq!(found[0].period, Duration::from_millis(16));
        assert_eq!(found[0].virtualised, board());
        file("in_anglvel_sampling_frequency", "0.5");
        assert_eq!(devices(tree.root())[0].period, Duration::from_secs(2), "that of the slowest channel");
        for (text, expected) in [("0", SHORTEST_PERIOD), ("1e9", SHORTEST_PERIOD), ("1e-9", LONGEST_PERIOD)] {
            file("sampling_frequency", text);
            file("in_anglvel_sampling_frequency", if text == "0" { "5000" } else { text });
            assert_eq!(devices(tree.root())[0].period, expected, "{text}");
        }
    }

    #[test]
    fn what_hangs_at_no_device_is_a_programs() {
        let tree = Tree::new("iio-dummy");
        tree.entry("bus/iio/devices/iio:device4", "devices/iio:device4");
        tree.line("bus/iio/devices/iio:device4/in_voltage0_raw", "73");
        let found = devices(tree.root());
        assert_eq!((found[0].instance, found[0].virtualised), (4, Virtualised::Emulated));
        assert_eq!(found[0].period, USUAL_PERIOD);
    }
}
