//! The monitoring chips that the kernel shows, and the files of one.

use crate::sources::channels::{Device, files, is_numbered, milliseconds};
use crate::sources::nodes::{Entry, numbered, whose};
use core::time::Duration;
use std::fs;
use std::path::Path;

/// The interval of chips that do not tell theirs: drivers ask a chip every second or two and answer from memory in between.
const USUAL_INTERVAL: Duration = Duration::from_secs(1);
/// The shortest interval that is believed.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(1);

/// The chips below `sys` that have channels of one of these kinds: `in` for `in0_input` and its like.
///
/// Where the kernel shows the converter of another source's device once more as a chip, that is left out: it would count twice.
pub(super) fn chips(sys: &Path, kinds: &[&str]) -> Vec<Device> {
    let entries =
        numbered(&sys.join("class/hwmon"), "hwmon").into_iter().filter(|entry| !is_shown_twice(&entry.path));
    let chip = |entry: Entry| {
        let channels = files(&entry.path, |name| kinds.iter().any(|kind| is_numbered(name, kind, "_input")));
        (!channels.is_empty()).then(|| Device {
            instance: entry.instance(),
            virtualised: whose(&entry.path),
            period: interval(&entry.path),
            channels,
            path: entry.path,
        })
    };
    entries.filter_map(chip).collect()
}

/// Whether a battery's gauge is behind a chip (power_supply_hwmon.c), or a sensor of the industrial-I/O subsystem (iio_hwmon.c).
fn is_shown_twice(chip: &Path) -> bool {
    let leads_to = |link: &str, name: &str| {
        fs::read_link(chip.join("device").join(link)).is_ok_and(|target| target.ends_with(name))
    };
    leads_to("subsystem", "power_supply") || leads_to("driver", "iio_hwmon")
}

/// Whether a chip is part of a graphics processor: its device has cards as well (`drm`).
pub(super) fn is_graphics(chip: &Path) -> bool {
    chip.join("device/drm").exists()
}

/// How often a chip converts (`update_interval`, in milliseconds).
fn interval(chip: &Path) -> Duration {
    milliseconds(&chip.join("update_interval")).map_or(USUAL_INTERVAL, |told| told.max(SHORTEST_INTERVAL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_chip_is_found_by_what_it_measures() {
        let tree = Tree::new("hwmon");
        tree.line("class/hwmon/hwmon0/name", "nct6775");
        for file in ["in0_input", "in0_max", "in10_input", "temp1_input", "fan1_input", "fan1_alarm"] {
            tree.line(&format!("class/hwmon/hwmon0/{file}"), "1");
        }
        tree.line("class/hwmon/hwmon0/update_interval", "500");
        tree.line("class/hwmon/hwmon1/temp1_input", "1");
        tree.line("class/hwmon/hwmon1/update_interval", "0");
        tree.line("class/hwmon/hwmon2/pwm1", "1");
        let found = chips(tree.root(), &["in", "temp"]);
        let names = |device: &Device| -> Vec<String> {
            device
                .channels
                .iter()
                .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&found[0]), ["in0_input", "in10_input", "temp1_input"]);
        assert_eq!((found[0].instance, found[0].period), (0, Duration::from_millis(500)));
        assert_eq!((found[1].instance, found[1].period), (1, SHORTEST_INTERVAL));
        assert_eq!(found.len(), 2);
        let fans = chips(tree.root(), &["fan"]);
        assert_eq!((fans.len(), fans[0].instance), (1, 0));
        assert!(chips(Path::new("/proc/self/nothing"), &["in"]).is_empty());
    }

    #[test]
    fn a_converter_that_another_source_reads_is_left_out() {
        let tree = Tree::new("hwmon-twice");
        for (chip, link, target) in [
            ("hwmon0", "subsystem", "class/power_supply"),
            ("hwmon1", "driver", "bus/platform/drivers/iio_hwmon"),
            ("hwmon2", "subsystem", "bus/i2c"),
            ("hwmon3", "driver", "bus/i2c/drivers/lm75"),
        ] {
            tree.line(&format!("class/hwmon/{chip}/in0_input"), "1");
            tree.entry(&format!("class/hwmon/{chip}/device/{link}"), target);
        }
        let left: Vec<_> = chips(tree.root(), &["in"]).iter().map(|chip| chip.instance).collect();
        assert_eq!(left, [2, 3]);
    }
}
