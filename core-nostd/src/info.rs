//! What a source is: the facts that stand in a catalogue before a single sample is taken.

use crate::Independence;

/// The field a source belongs to, by what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SourceCategory {
    /// Oscillators against each other, thermal drift.
    Thermal,
    /// Clocks and counters.
    Timing,
    /// Scheduler, timers and threads.
    Scheduling,
    /// Storage and buses.
    Io,
    /// Messages between processes.
    Ipc,
    /// Inside of the processor and its memory.
    Microarch,
    /// Graphics and neural processors.
    Gpu,
    /// Network paths and radios.
    Network,
    /// Kernel counters and existing generators.
    System,
    /// Devices whose noise has a quantum origin by their maker's account.
    Quantum,
    /// Loops over data: hashing, compression.
    Signal,
    /// Converters and sensors.
    Sensor,
}

impl SourceCategory {
    /// All categories, in the order of a listing.
    pub const ALL: [Self; 12] = [
        Self::Thermal,
        Self::Timing,
        Self::Scheduling,
        Self::Io,
        Self::Ipc,
        Self::Microarch,
        Self::Gpu,
        Self::Network,
        Self::System,
        Self::Quantum,
        Self::Signal,
        Self::Sensor,
    ];

    /// The name that users type and read: one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thermal => "thermal",
            Self::Timing => "timing",
            Self::Scheduling => "scheduling",
            Self::Io => "io",
            Self::Ipc => "ipc",
            Self::Microarch => "microarch",
            Self::Gpu => "gpu",
            Self::Network => "network",
            Self::System => "system",
            Self::Quantum => "quantum",
            Self::Signal => "signal",
            Self::Sensor => "sensor",
        }
    }
}

/// Where a source can exist at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Platform {
    /// Everywhere.
    Any,
    /// Hosts with POSIX calls.
    Unix,
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Microcontrollers.
    BareMetal,
}

impl Platform {
    /// The name that users read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Unix => "unix",
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::BareMetal => "bare-metal",
        }
    }
}

/// What a source needs beyond its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Requirement {
    /// Nothing: any user, any machine of the platform.
    None,
    /// An instruction or feature of the processor.
    CpuFeature,
    /// Membership in a device's group.
    Group,
    /// Root or one capability.
    Privilege,
    /// A device that is plugged in or built in.
    Device,
    /// A network.
    Network,
    /// A consent that the operating system asks for, or that the user gives by naming the source.
    Consent,
}

impl Requirement {
    /// The name that users read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CpuFeature => "cpu-feature",
            Self::Group => "group",
            Self::Privilege => "privilege",
            Self::Device => "device",
            Self::Network => "network",
            Self::Consent => "consent",
        }
    }
}

/// How many bits a reading or a sample has, 1 to 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Width(u8);

impl Width {
    /// One bit.
    pub const BIT: Self = Self(1);
    /// Eight bits, the widest sample.
    pub const BYTE: Self = Self(8);
    /// Sixty-four bits, the widest reading.
    pub const WORD: Self = Self(64);

    /// A width of `bits`, or `None` unless it is within 1..=64.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        match bits {
            1..=64 => Some(Self(bits)),
            _ => None,
        }
    }

    /// Bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// The facts about a source, fixed before it is opened.
///
/// ```
/// use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
/// static INFO: SourceInfo = SourceInfo {
///     name: "zener_adc",
///     description: "low bits of a converter on a reverse-biased junction",
///     physics: "avalanche noise of the junction, sampled faster than it is filtered",
///     category: SourceCategory::Sensor,
///     platform: Platform::BareMetal,
///     requirement: Requirement::Device,
///     width: Width::BYTE,
///     independence: Independence::of(Group::ChipAdc),
/// };
/// assert_eq!(INFO.width.bits(), 8);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "sources outside this crate write it as a static")]
pub struct SourceInfo {
    /// Canonical name in snake case, by which users address the source.
    pub name: &'static str,
    /// What is read, in one line.
    pub description: &'static str,
    /// The physical effect that makes it unpredictable, in one line.
    pub physics: &'static str,
    /// The field it belongs to.
    pub category: SourceCategory,
    /// Where it can exist.
    pub platform: Platform,
    /// What it needs.
    pub requirement: Requirement,
    /// Bits of a reading ([`Measure`](crate::Measure), up to 64) or of a sample ([`EntropySource`](crate::EntropySource), up to 8).
    pub width: Width,
    /// What it is independent of. The instance is a default: whoever adds the source sets it by [`SourceId`], where the group has several.
    pub independence: Independence,
}

/// Which source, and which instance of its group, among those added to one pool.
///
/// Assigned by whoever adds the source, since two devices of one kind share their [`SourceInfo`].
///
/// ```
/// use openentropy_core::SourceId;
/// const FIRST: SourceId = SourceId::new(1);
/// const SECOND_DISK: SourceId = SourceId::with_instance(2, 1);
/// assert_ne!(FIRST, SECOND_DISK);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SourceId {
    number: u16,
    instance: u8,
}

impl SourceId {
    /// Source `number`, of its group's first instance.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self { number, instance: 0 }
    }

    /// Source `number`, of its group's `instance`.
    #[must_use]
    pub const fn with_instance(number: u16, instance: u8) -> Self {
        Self { number, instance }
    }

    /// The number, unique in a pool.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }

    /// The instance of the source's group.
    #[must_use]
    pub const fn instance(self) -> u8 {
        self.instance
    }
}
