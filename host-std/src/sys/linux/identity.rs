//! What the kernel says about the machine.

use std::fs::read_to_string;
use std::path::Path;

/// The kernel's release, as `uname -r` prints it.
pub(crate) fn kernel() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

/// The load averages, as /proc/loadavg prints them.
pub(crate) fn load() -> String {
    line("/proc/loadavg").unwrap_or_else(|| String::from("unknown"))
}

/// The microcode's revision, where the kernel shows it.
pub(crate) fn microcode() -> String {
    field("microcode").unwrap_or_else(|| String::from("unknown"))
}

/// The processor's identity where CPUID does not exist.
#[allow(dead_code, reason = "x86 asks the processor")]
pub(crate) fn cpu_model() -> String {
    let parts = ["CPU implementer", "CPU part", "CPU variant", "CPU revision"];
    let known: Vec<String> = parts.into_iter().filter_map(field).collect();
    match known.is_empty() {
        false => known.join("-"),
        true => line("/proc/device-tree/compatible").unwrap_or_else(|| String::from("unknown")),
    }
}

/// The clock source by which the kernel keeps time (Linux, Documentation/ABI/testing/sysfs-devices-clocksource).
pub(crate) fn clock_source() -> Option<String> {
    line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
}

/// Whether this process may read the time-stamp counter (PR_GET_TSC, prctl(2)); where it may not, reading kills it.
#[allow(dead_code, reason = "not every processor has a counter to forbid")]
pub(crate) fn counter_allowed() -> bool {
    let mut state: libc::c_int = libc::PR_TSC_ENABLE;
    // SAFETY: the call writes one int to the pointer given, which is that of a live int.
    let answer = unsafe { libc::prctl(libc::PR_GET_TSC, &raw mut state) };
    answer != 0 || state == libc::PR_TSC_ENABLE // a kernel that does not know the question forbids nothing
}

/// Whether the kernel carries out reads of identification registers for programs (HWCAP_CPUID, Linux 4.11 on AArch64).
#[allow(dead_code, reason = "only AArch64 has such registers")]
pub(crate) fn answers_for_registers() -> bool {
    /// Linux, arch/arm64/include/uapi/asm/hwcap.h.
    const HWCAP_CPUID: usize = 1 << 11;
    let (capabilities, _) = rustix::param::linux_hwcap();
    capabilities & HWCAP_CPUID != 0
}

/// Whether the kernel has the counter send events to waiting processors (HWCAP_EVTSTRM, on AArch64).
#[allow(dead_code, reason = "only AArch64 waits for events")]
pub(crate) fn event_stream() -> bool {
    /// Linux, arch/arm64/include/uapi/asm/hwcap.h.
    const HWCAP_EVTSTRM: usize = 1 << 2;
    let (capabilities, _) = rustix::param::linux_hwcap();
    capabilities & HWCAP_EVTSTRM != 0
}

/// The first line of a small file, or the first string of a property of the device tree.
pub(super) fn line(path: impl AsRef<Path>) -> Option<String> {
    let text = read_to_string(path).ok()?;
    let first = text.split(['\n', '\0']).next()?.trim();
    (!first.is_empty()).then(|| first.to_owned())
}

/// The value of the first line of /proc/cpuinfo with this key.
fn field(key: &str) -> Option<String> {
    let text = read_to_string("/proc/cpuinfo").ok()?;
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == key)?;
    Some(value.trim().to_owned())
}
