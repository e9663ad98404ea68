//! Voltages, currents, powers, temperatures and humidities of the board, as its monitoring chips convert them.
//!
//! The physical effect: thermal noise and quantisation of a converter, on quantities that move with load and air. What is read: the integers of
//! `/sys/class/hwmon/*/{in,curr,power,temp,humidity}*_input` (mV, mA, µW, m°C, m%), and the thermal zones of the firmware that have no
//! such chip. What an attacker could influence: whoever loads the machine or its room moves all of it, and any program reads the same
//! numbers. A chip is a device of its own; its fans are `fan_tach`; what other sources read (batteries,
//! industrial I/O, graphics processors) is left out. In a virtual machine the chip is the hypervisor's, and the source is shown as emulated.
//!
//! What can go wrong: a chip that does not answer (left out, or an error of the transfer), one that repeats itself (not ready, stuck after a
//! minute), one that is unplugged (disconnected).
//!
//! Reference: Linux, Documentation/hwmon/sysfs-interface.rst, Documentation/driver-api/thermal/sysfs-api.rst.

use super::hwmon::{chips, is_graphics};
use crate::sources::channels::{Channels, Device};
use crate::sources::nodes::{numbered, whose, word};
use crate::{Class, SourceKind};
use core::time::Duration;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "hwmon_adc",
    description: "voltages, currents, powers and temperatures of the board as they change",
    physics: "thermal noise of converters on quantities that move with load and air",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::BoardAdc),
};

pub(super) static KIND: &dyn SourceKind = &Channels {
    info: &INFO,
    class: Class::Analogue,
    aliases: &["smc_highvar_timing", "smc_power", "smc_thermal_jitter", "ioregistry", "ioregistry_deep"],
    devices,
    none: "no monitoring chip and no thermal zone is shown in /sys/class/hwmon and /sys/class/thermal",
};

/// What chips measure but the speed of fans.
const KINDS: [&str; 5] = ["in", "curr", "power", "temp", "humidity"];
/// Thermal zones count as devices from here on, behind the chips.
const FIRST_ZONE: u8 = 128;
/// The type of a zone that shows the sensor of the chip `coretemp` again (x86_pkg_temp_thermal.c).
const TWIN: &str = "x86_pkg_temp";
/// The time between two looks at a zone, which asks the firmware each time.
const ZONE_PERIOD: Duration = Duration::from_secs(1);

pub(super) fn devices(sys: &Path) -> Vec<Device> {
    let mut found = chips(sys, &KINDS);
    found.retain(|chip| !is_graphics(&chip.path)); // `gpu_sensors`
    for entry in numbered(&sys.join("class/thermal"), "thermal_zone") {
        let has_chip = !numbered(&entry.path, "hwmon").is_empty() || entry.path.join("device/hwmon").exists();
        if !has_chip && word(&entry.path.join("type")).as_deref() != Some(TWIN) {
            found.push(Device {
                instance: entry.instance().saturating_add(FIRST_ZONE),
                virtualised: whose(&entry.path),
                channels: vec![entry.path.join("temp")],
                period: ZONE_PERIOD,
                path: entry.path,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_zone_with_a_chip_of_its_own_is_not_read_twice() {
        let tree = Tree::new("zones");
        tree.line("class/hwmon/hwmon0/temp1_input", "27800");
        tree.line("class/thermal/thermal_zone0/temp", "27800");
        tree.line("class/thermal/thermal_zone0/hwmon0/temp1_input", "27800");
        tree.line("class/thermal/thermal_zone1/temp", "45000");
        tree.line("class/thermal/thermal_zone2/type", TWIN);
        tree.line("class/thermal/thermal_zone2/temp", "45000");
        tree.line("class/thermal/cooling_device0/cur_state", "0");
        let found = devices(tree.root());
        let seen: Vec<_> = found.iter().map(|device| (device.instance, device.path.clone())).collect();
        let path = |name: &str| tree.root().join("class").join(name);
        assert_eq!(seen, [(0, path("hwmon/hwmon0")), (129, path("thermal/thermal_zone1"))]);
        assert!(devices(Path::new("/proc/self/nothing")).is_empty());
    }
}
