//! The frequency at which each processor runs.
//!
//! The physical effect: the power controller changes a processor's clock by load, temperature and current. What is read: kilohertz from
//! `/sys/devices/system/cpu/cpufreq/policy*/scaling_cur_freq`; on x86 the kernel makes them of the processor's counts of actual and
//! of nominal cycles (APERF, MPERF). What an attacker could influence: whoever gives the machine work; any program reads the same numbers. It is a slow view of the
//! noise that the sources of kernel timing see at once.
//!
//! What can go wrong: no driver scales the frequency (absent), as under most hypervisors; a fixed frequency is stuck after a minute.
//!
//! Reference: Linux, Documentation/admin-guide/pm/cpufreq.rst, arch/x86/kernel/cpu/aperfmperf.c.

use crate::sources::channels::{Channels, Device};
use crate::sources::nodes::numbered;
use crate::{Class, Machine, SourceKind};
use core::time::Duration;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "freq_ratio",
    description: "kilohertz at which each processor runs, as they change",
    physics: "the power controller follows load, temperature and current",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Channels {
    info: &INFO,
    class: Class::Counters,
    aliases: &["cpu_boost_timing", "pdn_resonance"],
    devices,
    none: "no driver scales the processors' frequency (/sys/devices/system/cpu/cpufreq)",
};

/// The kernel takes the counts anew after 20 ms.
const PERIOD: Duration = Duration::from_millis(20);

/// All processors' frequencies are one device.
fn devices(sys: &Path) -> Vec<Device> {
    let path = sys.join("devices/system/cpu/cpufreq");
    let policies = numbered(&path, "policy").into_iter();
    let channels: Vec<_> =
        policies.map(|policy| policy.path.join("scaling_cur_freq")).filter(|file| file.exists()).collect();
    let virtualised = Machine::this().processor();
    let device = Device { path, instance: 0, virtualised, channels, period: PERIOD };
    (!device.channels.is_empty()).then_some(device).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    #[test]
    fn all_policies_are_one_device() {
        let tree = Tree::new("cpufreq");
        for policy in [0, 10, 2] {
            tree.line(&format!("devices/system/cpu/cpufreq/policy{policy}/scaling_cur_freq"), "3409821");
        }
        tree.line("devices/system/cpu/cpufreq/policy3/scaling_governor", "powersave");
        let found = devices(tree.root());
        assert_eq!((found.len(), found[0].channels.len()), (1, 3));
        assert!(found[0].channels[2].ends_with("policy10/scaling_cur_freq"));
        assert!(devices(Path::new("/proc/self/nothing")).is_empty());
    }
}
