//! How much memory there is to be had.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes that some work takes.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// Of data as they usually are.
    pub(crate) usual: u64,
    /// Of the worst data of the same length.
    pub(crate) most: u64,
}

impl Need {
    /// With `bytes` more, whatever the data.
    pub(crate) const fn beside(self, bytes: u64) -> Self {
        Self { usual: self.usual.saturating_add(bytes), most: self.most.saturating_add(bytes) }
    }
}

/// Bytes that can be had without swapping; `None` where the system does not say (it has no `/proc`).
///
/// The least of what the kernel calls available and what the limits of our control groups leave.
pub(crate) fn available() -> Option<u64> {
    let machine = available_kib(&fs::read_to_string("/proc/meminfo").ok()?)? << 10;
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let left = groups.lines().filter_map(folder).flat_map(|(root, group)| limits(root, &group));
    Some(left.fold(machine, u64::min))
}

/// A number of bytes as people read it.
pub(crate) fn human(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut value, mut unit) = (bytes as f64 / 1e3, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1e3, unit + 1);
    }
    let digits = usize::from(value < 99.5);
    format!("{value:.digits$} {}", UNITS[unit])
}

fn available_kib(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// Where the memory limits of a line of `/proc/self/cgroup` stand: the hierarchy's root, and our group in it.
fn folder(line: &str) -> Option<(&'static Path, PathBuf)> {
    let mut parts = line.splitn(3, ':');
    let (number, controllers, group) = (parts.next()?, parts.next()?, parts.next()?);
    let root = match (number, controllers) {
        ("0", "") => "/sys/fs/cgroup",
        (_, names) if names.split(',').any(|name| name == "memory") => "/sys/fs/cgroup/memory",
        _ => return None,
    };
    Some((Path::new(root), Path::new(root).join(group.trim_start_matches('/'))))
}

/// What every limit from `group` up to `root` leaves.
fn limits(root: &'static Path, group: &Path) -> Vec<u64> {
    // A container may see its own group as the root, whatever the path says: the root's files are read in any case.
    let within = group.ancestors().take_while(|folder| folder.starts_with(root));
    within.filter_map(left_in).collect()
}

/// What the limit of one group leaves; files of the page cache that can go at once do not count as used.
fn left_in(folder: &Path) -> Option<u64> {
    let number = |name| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes"))?;
    let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
    Some(limit.saturating_sub(used.saturating_sub(reclaimable(&stat))))
}

fn reclaimable(stat: &str) -> u64 {
    let line = stat.lines().find_map(|line| line.strip_prefix("inactive_file "));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{available_kib, folder, human, reclaimable};
    use std::path::Path;

    #[test]
    fn the_kernels_lines_are_read() {
        assert_eq!(available_kib("MemTotal: 9 kB\nMemAvailable:   123456 kB\n"), Some(123_456));
        assert_eq!(available_kib("MemTotal: 9 kB\n"), None);
        assert_eq!(reclaimable("anon 5\ninactive_file 4096\n"), 4096);
    }

    #[test]
    fn both_versions_of_control_groups_are_found() {
        let path = |line| folder(line).map(|(_, path)| path);
        assert_eq!(path("0::/user/a").as_deref(), Some(Path::new("/sys/fs/cgroup/user/a")));
        assert_eq!(path("4:cpu,memory:/b").as_deref(), Some(Path::new("/sys/fs/cgroup/memory/b")));
        assert_eq!(path("4:cpu:/b"), None);
        assert_eq!(path("nonsense"), None);
    }

    #[test]
    fn sizes_are_rounded_for_people() {
        let texts = [0, 999, 1000, 1_250_000, 99_440_000, 250_000_000, 9_999_600_000].map(human);
        assert_eq!(texts, ["0 bytes", "999 bytes", "1.0 kB", "1.2 MB", "99.4 MB", "250 MB", "10.0 GB"]);
    }
}
