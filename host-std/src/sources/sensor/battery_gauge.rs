//! Voltage, current and charge of a battery.
//!
//! The physical effect: noise of the gauge's converter on a cell whose voltage moves with load and temperature. What is read: the integers of
//! `/sys/class/power_supply/*/{voltage,current,power,charge,energy}_now` and `temp` of what calls itself a battery (µV, µA, µW, µAh, µWh, tenths of a
//! degree). What an attacker could influence: whoever loads the machine, or feeds it, moves them, and any program reads the same numbers. In a virtual
//! machine a battery is the hypervisor's, and the source is shown as emulated.
//!
//! What can go wrong: gauges convert once in a second to a minute (not ready in between); a full battery on the mains rests (stuck after a minute); one
//! that is taken out has gone (disconnected).
//!
//! Reference: Linux, Documentation/ABI/testing/sysfs-class-power.

use crate::sources::channels::{Channels, Device, files};
use crate::sources::nodes::{whose, word};
use crate::{Class, SourceKind};
use core::time::Duration;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::fs;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "battery_gauge",
    description: "voltage, current and charge of a battery as they change",
    physics: "noise of the gauge's converter on a cell that moves with load and temperature",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::Battery),
};

pub(super) static KIND: &dyn SourceKind = &Channels {
    info: &INFO,
    class: Class::Analogue,
    aliases: &[],
    devices,
    none: "no battery is shown in /sys/class/power_supply",
};

/// The quantities that a gauge converts, and not those that it computes.
const QUANTITIES: [&str; 6] = ["voltage_now", "current_now", "power_now", "charge_now", "energy_now", "temp"];
/// The time between two looks.
const PERIOD: Duration = Duration::from_secs(1);

fn devices(sys: &Path) -> Vec<Device> {
    let entries = fs::read_dir(sys.join("class/power_supply")).into_iter().flatten().flatten();
    let mut supplies: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    supplies.sort_unstable();
    let batteries =
        supplies.into_iter().filter(|supply| word(&supply.join("type")).as_deref() == Some("Battery"));
    let device = |(instance, path): (u8, PathBuf)| Device {
        instance,
        virtualised: whose(&path),
        channels: files(&path, |name| QUANTITIES.contains(&name)),
        period: PERIOD,
        path,
    };
    (0..=u8::MAX).zip(batteries).map(device).filter(|device| !device.channels.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    #[test]
    fn batteries_are_told_from_the_mains() {
        let tree = Tree::new("battery");
        let file = |path: &str, text: &str| tree.line(&format!("class/power_supply/{path}"), text);
        file("AC/type", "Mains");
        file("AC/voltage_now", "19000000");
        file("BAT0/type", "Battery");
        for quantity in ["voltage_now", "voltage_min_design", "current_now", "capacity", "charge_full"] {
            file(&format!("BAT0/{quantity}"), "11581000");
        }
        file("BAT1/type", "Battery");
        file("BAT1/capacity", "97");
        let found = devices(tree.root());
        assert_eq!(found.len(), 1, "one that tells no quantity is none");
        let folder = tree.root().join("class/power_supply/BAT0");
        assert_eq!(found[0].channels, [folder.join("current_now"), folder.join("voltage_now")]);
        assert!(devices(Path::new("/proc/self/nothing")).is_empty());
    }
}
