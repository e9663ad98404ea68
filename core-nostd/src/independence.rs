//! Which sources may be credited side by side.

use core::fmt;

/// The physical origin that a source samples: two sources of one group are views of one noise.
///
/// A closed list, so that nobody can make a dependent source look independent by inventing a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
#[allow(clippy::exhaustive_enums, reason = "closed on purpose: sources from outside share `Unknown`")]
pub enum Group {
    /// Processor, scheduler, interrupts and kernel counters, seen through the processor's clock.
    CpuTiming,
    /// Memory refresh, bank phase and coherence fabric.
    Memory,
    /// A storage device's controller and medium.
    Storage,
    /// Thermal noise of an audio converter.
    AudioConverter,
    /// An audio sample clock against the processor's clock.
    AudioClock,
    /// Shot and read noise of an image sensor.
    ImageSensor,
    /// Pixel clock of a display.
    DisplayClock,
    /// Real-time-clock crystal.
    RtcCrystal,
    /// Crystal of a network controller.
    NicCrystal,
    /// Clocks of a USB device and its host's frames.
    UsbClock,
    /// Spread-spectrum reference of PCI Express.
    PcieClock,
    /// Clock and scheduler of a graphics or neural processor.
    Gpu,
    /// Converters for voltages, temperatures and fans on a board.
    BoardAdc,
    /// Inertial, magnetic and light sensors.
    Inertial,
    /// Battery gauge.
    Battery,
    /// Level and noise of a wireless-network receiver.
    WifiReceiver,
    /// Oscillators of foreign access points.
    WifiOscillator,
    /// Bluetooth receiver.
    Bluetooth,
    /// Wide-band radio receiver.
    Radio,
    /// The path through a network, which others see and may shape.
    Network,
    /// The person at the machine.
    Human,
    /// Generator on the processor's die.
    CpuGenerator,
    /// Generator of the platform: security chip, system on chip, hypervisor.
    PlatformGenerator,
    /// The operating system's generator: mixed, never counted.
    OsGenerator,
    /// External generator, each device its own instance.
    External,
    /// Generator peripheral of a microcontroller.
    ChipGenerator,
    /// Analogue-to-digital converter of a microcontroller.
    ChipAdc,
    /// Free-running oscillator against another clock.
    Oscillator,
    /// Power-up state of static memory.
    Sram,
    /// Everything whose independence nobody vouches for: one group for all of it.
    Unknown,
    /// Doubles used in tests: never credited outside them.
    Test,
}

impl Group {
    /// All groups, in their order.
    pub const ALL: [Self; 31] = [
        Self::CpuTiming,
        Self::Memory,
        Self::Storage,
        Self::AudioConverter,
        Self::AudioClock,
        Self::ImageSensor,
        Self::DisplayClock,
        Self::RtcCrystal,
        Self::NicCrystal,
        Self::UsbClock,
        Self::PcieClock,
        Self::Gpu,
        Self::BoardAdc,
        Self::Inertial,
        Self::Battery,
        Self::WifiReceiver,
        Self::WifiOscillator,
        Self::Bluetooth,
        Self::Radio,
        Self::Network,
        Self::Human,
        Self::CpuGenerator,
        Self::PlatformGenerator,
        Self::OsGenerator,
        Self::External,
        Self::ChipGenerator,
        Self::ChipAdc,
        Self::Oscillator,
        Self::Sram,
        Self::Unknown,
        Self::Test,
    ];

    /// The name that users type and read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CpuTiming => "cpu-timing",
            Self::Memory => "memory",
            Self::Storage => "storage",
            Self::AudioConverter => "audio-converter",
            Self::AudioClock => "audio-clock",
            Self::ImageSensor => "image-sensor",
            Self::DisplayClock => "display-clock",
            Self::RtcCrystal => "rtc-crystal",
            Self::NicCrystal => "nic-crystal",
            Self::UsbClock => "usb-clock",
            Self::PcieClock => "pcie-clock",
            Self::Gpu => "gpu",
            Self::BoardAdc => "board-adc",
            Self::Inertial => "inertial",
            Self::Battery => "battery",
            Self::WifiReceiver => "wifi-receiver",
            Self::WifiOscillator => "wifi-oscillator",
            Self::Bluetooth => "bluetooth",
            Self::Radio => "radio",
            Self::Network => "network",
            Self::Human => "human",
            Self::CpuGenerator => "cpu-generator",
            Self::PlatformGenerator => "platform-generator",
            Self::OsGenerator => "os-generator",
            Self::External => "external",
            Self::ChipGenerator => "chip-generator",
            Self::ChipAdc => "chip-adc",
            Self::Oscillator => "oscillator",
            Self::Sram => "sram",
            Self::Unknown => "unknown",
            Self::Test => "test",
        }
    }
}

/// A [`Group`] and which of its physical instances: two disks are two instances, two timers of one crystal are not.
///
/// A pool keeps one lane per value of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Independence {
    /// The origin.
    pub group: Group,
    /// Which physical instance of it.
    pub instance: u8,
}

impl Independence {
    /// The first instance of `group`.
    #[must_use]
    pub const fn of(group: Group) -> Self {
        Self { group, instance: 0 }
    }

    /// Instance `instance` of the same group, or the first where a group has no second: what the processor's clock times, and
    /// what nobody vouches for.
    ///
    /// ```
    /// use openentropy_core::{Group, Independence};
    /// assert_eq!(Independence::of(Group::Storage).with_instance(1).instance, 1);
    /// assert_eq!(Independence::of(Group::Unknown).with_instance(1).instance, 0);
    /// ```
    #[must_use]
    pub const fn with_instance(self, instance: u8) -> Self {
        match self.group {
            Group::CpuTiming | Group::Unknown => Self::of(self.group),
            group => Self { group, instance },
        }
    }
}

/// The group's name, and behind a stroke the instance where it is not the first.
///
/// ```
/// use openentropy_core::{Group, Independence};
/// assert_eq!(Independence::of(Group::Storage).with_instance(1).to_string(), "storage/1");
/// ```
impl fmt::Display for Independence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.group.name())?;
        match self.instance {
            0 => Ok(()),
            instance => write!(f, "/{instance}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_group_is_left_out() {
        assert_eq!(Group::ALL.len(), Group::Test as usize + 1, "the last group closes the list");
        assert!(Group::ALL.iter().enumerate().all(|(place, group)| *group as usize == place));
    }
}
