//! Voltages, currents, powers and temperatures of graphics processors, as their own converters give them.
//!
//! The physical effect: thermal noise and quantisation of converters, on quantities that move with load and air. What is read: the integers of
//! `/sys/class/hwmon/*/{in,curr,power,temp}*_input` (mV, mA, µW, m°C) of chips that a graphics driver shows (amdgpu, nouveau, i915, xe); powers that a
//! driver averages are left out. What an attacker could influence: whoever has the processor compute, or heats the machine, moves all
//! of it, and any program reads the same numbers. `hwmon_adc` leaves these chips out; their fans are `fan_tach`, of the same group and
//! instance. In a virtual machine the chip is the hypervisor's, and the source is shown as emulated.
//!
//! What can go wrong: a processor that sleeps (its driver refuses, or wakes it), one that repeats itself (not ready, stuck after a minute), one that is
//! unplugged (disconnected).
//!
//! Reference: Linux, Documentation/hwmon/sysfs-interface.rst, Documentation/gpu/amdgpu/thermal.rst.

use super::hwmon::{chips, is_graphics};
use crate::sources::channels::{Channels, Device};
use crate::{Class, SourceKind};
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "gpu_sensors",
    description: "voltages, currents, powers and temperatures of a graphics processor as they change",
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
    aliases: &[],
    devices,
    none: "no monitoring chip of a graphics processor is shown in /sys/class/hwmon",
};

/// What their chips measure but the speed of fans.
const KINDS: [&str; 4] = ["in", "curr", "power", "temp"];

fn devices(sys: &Path) -> Vec<Device> {
    chips(sys, &KINDS).into_iter().filter(|chip| is_graphics(&chip.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::sensor::hwmon_adc;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_chip_is_of_the_board_or_of_a_graphics_processor() {
        let tree = Tree::new("gpu-sensors");
        for file in
            ["in0_input", "temp1_input", "power1_input", "freq1_input", "fan1_input", "device/drm/card0/dev"]
        {
            tree.line(&format!("class/hwmon/hwmon1/{file}"), "1");
        }
        tree.line("class/hwmon/hwmon2/temp1_input", "1");
        let [graphics, board] = [devices, hwmon_adc::devices].map(|find| find(tree.root()));
        let numbers = |found: &[Device]| found.iter().map(|chip| chip.instance).collect::<Vec<_>>();
        assert_eq!((numbers(&graphics), numbers(&board)), (vec![1], vec![2]));
        assert_eq!(graphics[0].channels.len(), 3, "neither clocks nor fans");
    }
}
