//! Who keeps a clock.

/// Who keeps a clock or counter, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockKind {
    /// The hardware: a guest reads it without leaving for its hypervisor, which may have shifted and scaled it.
    Native,
    /// Hardware, corrected by what a hypervisor writes beside it.
    Paravirtual,
    /// Software: each reading is answered by a hypervisor or an emulator.
    Emulated,
}

/// The kernel's clock sources that are a counter of the processor, read by an instruction.
const COUNTERS: [&str; 4] = ["tsc", "tsc-early", "arch_sys_counter", "timebase"];
/// Those that a hypervisor keeps together with its guest.
const PARAVIRTUAL: [&str; 3] = ["kvm-clock", "xen", "hyperv_clocksource_tsc_page"];
/// Those that are registers of a device or messages, which a guest cannot read without leaving.
const DEVICES: [&str; 7] =
    ["hpet", "acpi_pm", "pit", "jiffies", "refined-jiffies", "hyperv_clocksource_msr", "arch_mem_counter"];

impl ClockKind {
    /// The word in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Paravirtual => "paravirtual",
            Self::Emulated => "emulated",
        }
    }

    /// Who keeps the kernel's clock source of this name in a guest, or `None` where the name says nothing.
    pub(super) fn of_guest(source: &str) -> Option<Self> {
        let table: [(&[&str], Self); 3] =
            [(&COUNTERS, Self::Native), (&PARAVIRTUAL, Self::Paravirtual), (&DEVICES, Self::Emulated)];
        table.into_iter().find(|(names, _)| names.contains(&source)).map(|(_, kind)| kind)
    }
}
