//! The speed of the board's fans.
//!
//! The physical effect: bearings, air and the motor's own ripple; a chip counts a clock between two pulses of the fan. What is read: the integers of
//! `/sys/class/hwmon/*/fan*_input`, revolutions a minute that the driver makes of such a count. What an attacker could influence: whoever
//! heats the machine turns its fans, and any program reads the same numbers. The fans of a chip share its converter's group with `hwmon_adc`. In
//! a virtual machine there are none but the hypervisor's, and the source is shown as emulated.
//!
//! What can go wrong: a fan that stands (always zero: not ready, stuck after a minute).
//!
//! Reference: Linux, Documentation/hwmon/sysfs-interface.rst.

use super::hwmon::chips;
use crate::sources::channels::Channels;
use crate::{Class, SourceKind};
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "fan_tach",
    description: "revolutions of the board's fans as they change",
    physics: "bearings and air vary the time between a fan's pulses",
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
    devices: |sys| chips(sys, &["fan"]),
    none: "no fan is shown in /sys/class/hwmon",
};
