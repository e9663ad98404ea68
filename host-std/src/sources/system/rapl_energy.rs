//! The energy that the processor's packages and memory have taken.
//!
//! The physical effect: currents and voltages that move with load and temperature, counted by the power controller; on some processors a model
//! that counts events in their place. What is read: the microjoules of each `/sys/class/powercap/intel-rapl:*` (AMD's processors as well) in 10 ms,
//! where `intel-rapl-mmio` would show the same counters again. What an attacker could influence: whoever gives the machine work. The counters tell what a program
//! does, down to its keys, which is why only root may read them; what they move by is no secret of the machine.
//!
//! What can go wrong: no right (denied), no such counters, as under hypervisors (absent). A counter that begins anew at its end goes on
//! here as if it had not.
//!
//! Reference: Linux, Documentation/power/powercap/powercap.rst; Lipp et al., PLATYPUS (IEEE S&P 2021).

use super::counters::{Cell, Counters, Missing, PERIOD, Scan, why};
use crate::sources::errno::io_error_of;
use crate::{Access, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "rapl_energy",
    description: "microjoules that packages and memory took in 10 ms",
    physics: "currents and voltages move with load and temperature",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Counters {
    info: &INFO,
    aliases: &[],
    period: PERIOD,
    open: || Zones::open(Path::new("/sys/class/powercap")),
};

/// A counter of energy.
struct Zone {
    file: File,
    name: String,
    /// Where it begins anew.
    range: u64,
    last: u64,
    /// What it has counted since it was opened.
    total: u64,
}

struct Zones(Vec<Zone>);

impl Zones {
    /// Opens the counters below `folder`, packages and their parts.
    fn open(folder: &Path) -> Result<Box<dyn Scan>, Missing> {
        let mut found: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path())) // one that cannot be listed has just gone
            .filter(|zone| {
                zone.file_name().is_some_and(|name| name.to_string_lossy().starts_with("intel-rapl:"))
            })
            .collect();
        found.sort_unstable();
        let zones: Result<Vec<_>, _> = found.iter().map(|zone| Zone::open(zone)).collect();
        match zones {
            Ok(zones) if zones.is_empty() => Err(Missing {
                access: Access::Absent,
                reason: String::from(
                    "the kernel shows no energy counters (CONFIG_INTEL_RAPL) in /sys/class/powercap",
                ),
            }),
            Ok(zones) => Ok(Box::new(Self(zones))),
            Err(error) => Err(why("energy_uj", &error, "it was taken away")),
        }
    }
}

impl Zone {
    fn open(folder: &Path) -> Result<Self, io::Error> {
        let file = File::open(folder.join("energy_uj"))?;
        let name = fs::read_to_string(folder.join("name"))?.trim().to_owned();
        let range = number(fs::read_to_string(folder.join("max_energy_range_uj"))?.as_bytes());
        let range = range.filter(|range| *range > 0).ok_or(io::ErrorKind::InvalidData)?;
        let mut this = Self { file, name, range, last: 0, total: 0 };
        this.last = this.read()?;
        Ok(this)
    }

    fn read(&self) -> Result<u64, io::Error> {
        let mut text = [0; 32];
        let length = self.file.read_at(&mut text, 0)?;
        Ok(number(&text[..length]).ok_or(io::ErrorKind::InvalidData)?)
    }

    /// What it has counted by now.
    fn count(&mut self) -> Result<u64, io::Error> {
        let now = self.read()?;
        let last = core::mem::replace(&mut self.last, now);
        let difference =
            now.checked_sub(last).unwrap_or_else(|| now.wrapping_add(self.range).wrapping_sub(last));
        self.total = self.total.wrapping_add(difference);
        Ok(self.total)
    }
}

impl Scan for Zones {
    fn scan(&mut self, see: &mut dyn FnMut(&Cell<'_>)) -> Result<(), SourceError> {
        for (key, zone) in (0..).zip(&mut self.0) {
            let value = zone.count().map_err(|error| io_error_of(&error))?;
            see(&Cell { category: "rapl", name: &zone.name, key, value });
        }
        Ok(())
    }
}

fn number(text: &[u8]) -> Option<u64> {
    core::str::from_utf8(text).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicU32, Ordering};

    /// A folder like `/sys/class/powercap` that is removed with its tree.
    struct Powercap(PathBuf);

    impl Powercap {
        fn new() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("openentropy-rapl-{}-{number}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn file(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{text}\n")).unwrap();
        }

        fn zone(&self, zone: &str, name: &str, energy: &str) {
            self.file(&format!("{zone}/name"), name);
            self.file(&format!("{zone}/max_energy_range_uj"), "262143328850");
            self.file(&format!("{zone}/energy_uj"), energy);
        }
    }

    impl Drop for Powercap {
        fn drop(&mut self) {
            let _gone_or_not = fs::remove_dir_all(&self.0);
        }
    }

    fn values(scan: &mut dyn Scan) -> Vec<(String, u64)> {
        let mut all = Vec::new();
        scan.scan(&mut |cell| all.push((cell.name.to_string(), cell.value))).unwrap();
        all
    }

    #[test]
    fn energy_is_counted_on_over_the_end_of_a_counter() {
        let folder = Powercap::new();
        folder.file("intel-rapl/enabled", "1");
        folder.zone("intel-rapl:0", "package-0", "262143328000");
        folder.zone("intel-rapl:0:0", "core", "5");
        folder.zone("intel-rapl-mmio:0", "package-0", "262143328000");
        let mut scan = Zones::open(&folder.0).unwrap();
        let all = |package, core| vec![(String::from("package-0"), package), (String::from("core"), core)];
        assert_eq!(values(&mut *scan), all(0, 0));
        folder.file("intel-rapl:0/energy_uj", "262143328800");
        assert_eq!(values(&mut *scan), all(800, 0));
        folder.file("intel-rapl:0/energy_uj", "150");
        folder.file("intel-rapl:0:0/energy_uj", "9");
        assert_eq!(values(&mut *scan), all(1_000, 4));
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        let folder = Powercap::new();
        let absent = Zones::open(&folder.0).err().unwrap();
        assert_eq!(absent.access, Access::Absent);
        folder.zone("intel-rapl:0", "package-0", "no number");
        assert!(Zones::open(&folder.0).is_err());
        folder.zone("intel-rapl:0", "package-0", "7");
        let mut scan = Zones::open(&folder.0).unwrap();
        folder.file("intel-rapl:0/energy_uj", "");
        assert_eq!(scan.scan(&mut |_| {}), Err(SourceError::Io));
    }
}
