//! Oscillators against each other.
//!
//! A machine has more than one crystal, and each drifts and jitters for itself. These sources read another device's clock by the processor's: events
//! of the one counted by the other, or the way to a device whose clock is another. What they show is the noise of both and of the way between
//! them, of which the last is often the largest and everybody's on the machine: none has a claim.

mod audio_clock_drift;
mod board_timer;
mod freq_ratio;
mod gnss_pps;
mod gpu_clock_offset;
mod pci_config_rtt;
mod ptp_clock;
mod rtc_alarm;
mod vblank_clock;
mod wifi_tsf;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    audio_clock_drift::KIND,
    board_timer::KIND,
    freq_ratio::KIND,
    gnss_pps::KIND,
    gpu_clock_offset::KIND,
    pci_config_rtt::KIND,
    ptp_clock::KIND,
    rtc_alarm::KIND,
    vblank_clock::KIND,
    wifi_tsf::KIND,
];
