//! What the kernel says about the machine.

use crate::sys::Layer;
use core::ffi::CStr;

/// The kernel's release.
pub(crate) fn kernel() -> String {
    text(c"kern.osrelease")
}

/// The load averages, as `sysctl vm.loadavg` holds them, in 1/2048.
pub(crate) fn load() -> String {
    let mut averages = [0.0; 3];
    // SAFETY: the call writes up to three doubles to the array given.
    let known = unsafe { libc::getloadavg(averages.as_mut_ptr(), 3) };
    match known {
        3 => averages.map(|load| format!("{load:.2}")).join(" "),
        _ => String::from("unknown"),
    }
}

/// Processors here show no microcode revision that a program could read on both architectures.
pub(crate) fn microcode() -> String {
    String::from("unknown")
}

/// The processor's name.
#[allow(dead_code, reason = "x86 asks the processor")]
pub(crate) fn cpu_model() -> String {
    text(c"machdep.cpu.brand_string")
}

/// Whether the kernel runs under a hypervisor.
#[allow(dead_code, reason = "x86 asks the processor")]
pub(crate) fn hypervisor() -> Option<String> {
    is_set(c"kern.hv_vmm_present").then(|| String::from("apple"))
}

/// Rosetta, where it translates this process for a processor of another architecture.
pub(crate) fn emulator() -> Option<Layer> {
    is_set(c"sysctl.proc_translated").then(|| Layer::new("rosetta", "sysctl.proc_translated"))
}

/// Nothing here runs programs of this system in containers.
pub(crate) const fn container() -> Option<Layer> {
    None
}

/// The kernel has one clock, which has no name.
pub(crate) const fn clock_source() -> Option<String> {
    None
}

/// No source here has a device at a path of its own, so that its being there is all that is told.
pub(crate) fn device_marks(path: &std::path::Path) -> Option<String> {
    path.exists().then(String::new)
}

/// Programs may always read the counter here.
pub(crate) const fn counter_allowed() -> bool {
    true
}

/// The kernel carries out no reads of identification registers for programs.
#[allow(dead_code, reason = "only AArch64 has such registers")]
pub(crate) const fn answers_for_registers() -> bool {
    false
}

/// The kernel does not say whether the counter sends events to waiting processors.
#[allow(dead_code, reason = "only AArch64 waits for events")]
pub(crate) const fn event_stream() -> bool {
    false
}

/// Whether a kernel variable exists, is a number, and is not 0.
fn is_set(name: &CStr) -> bool {
    let mut value: libc::c_int = 0;
    let mut length = size_of::<libc::c_int>();
    // SAFETY: the name ends in zero, and at most `length` bytes are written to the int given.
    let status = unsafe {
        libc::sysctlbyname(name.as_ptr(), (&raw mut value).cast(), &raw mut length, core::ptr::null_mut(), 0)
    };
    status == 0 && value != 0
}

/// A kernel variable that is a string.
fn text(name: &CStr) -> String {
    let mut bytes = [0_u8; 128];
    let mut length = bytes.len();
    // SAFETY: the name ends in zero, and at most `length` bytes are written to the array given.
    let status = unsafe {
        libc::sysctlbyname(
            name.as_ptr(),
            bytes.as_mut_ptr().cast(),
            &raw mut length,
            core::ptr::null_mut(),
            0,
        )
    };
    match CStr::from_bytes_until_nul(&bytes) {
        Ok(value) if status == 0 => value.to_string_lossy().into_owned(),
        _ => String::from("unknown"),
    }
}
