//! Names that other programs of this kind use, and that name no source of this version: why not.
//!
//! A name of theirs that has a source here is an alias of it and stands in the source's own file. A row goes when the source that it names
//! is built; a test sees to that.

/// Why a name that other programs use names no source here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// There is no noise of its own behind it: what was measured under this name.
    Unfounded(&'static str),
    /// Its source is not in this version.
    NotBuilt {
        /// The source's name.
        source: &'static str,
        /// What it needs.
        needs: &'static str,
    },
}

impl core::fmt::Display for Foreign {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unfounded(measured) => write!(f, "there is no noise of its own behind it: {measured}"),
            Self::NotBuilt { source, needs } => {
                write!(f, "the source for it, {source}, needs {needs} and is not in this version")
            }
        }
    }
}

/// What `word` means to other programs, where that is known.
pub(super) fn foreign(word: &str) -> Option<Foreign> {
    let unfounded = UNFOUNDED.iter().find(|(name, _)| *name == word);
    let not_built = NOT_BUILT.iter().find(|row| row.source == word || row.names.contains(&word));
    unfounded
        .map(|(_, measured)| Foreign::Unfounded(measured))
        .or_else(|| not_built.map(|row| Foreign::NotBuilt { source: row.source, needs: row.needs }))
}

/// What other programs called a source, and what they measured under the name.
const UNFOUNDED: &[(&str, &str)] = &[
    ("avalanche_noise", TIMING_RENAMED),
    ("cosmic_muon", TIMING_RENAMED),
    (
        "cpu_io_beat",
        "the time of some arithmetic and of a small write added up, which is no beat of two clocks",
    ),
    (
        "cpu_memory_beat",
        "the time of some arithmetic and of some loads added up, which is no beat of two clocks",
    ),
    ("interleaved_frontier", "other sources, mixed in turn"),
    (
        "multi_domain_beat",
        "the times of arithmetic, loads and a system call in turn, which are no beat of clocks",
    ),
    ("multi_source_quantum", TIMING_RENAMED),
    (
        "nl_inference_timing",
        "a language recogniser on eight fixed texts, which nothing showed to reach the neural engine",
    ),
    (
        "quantum_boundary",
        "a counter against a time stamp: what varied was the counter, which everybody can read",
    ),
    ("radioactive_decay", TIMING_RENAMED),
    ("ssd_tunneling", TIMING_RENAMED),
    ("vacuum_fluctuations", TIMING_RENAMED),
];
const TIMING_RENAMED: &str =
    "it timed the processor; the effect in the name was never observed. `jitter_loop` times it too";

/// A source that is described and not built.
struct NotBuilt {
    source: &'static str,
    needs: &'static str,
    /// By what names other programs know it.
    names: &'static [&'static str],
}

const fn needs(needs: &'static str, source: &'static str, names: &'static [&'static str]) -> NotBuilt {
    NotBuilt { source, needs, names }
}

const NOT_BUILT: &[NotBuilt] = &[
    // Processor and kernel.
    needs("Android's binder", "binder_txn", &[]),
    needs("root and the kernel's tracers", "firmware_noise", &[]),
    // Storage.
    needs("a spinning disk", "disk_rotation", &[]),
    // Oscillators of their own.
    needs("a graphics processor", "gpu_clock_offset", &[]),
    needs("a network card with a clock", "nic_hw_stamp", &[]),
    needs("a Wi-Fi radio", "wifi_tsf", &[]),
    // Graphics processors and accelerators.
    needs("a graphics processor", "dmabuf_crossing", &["iosurface_crossing"]),
    needs("a graphics processor", "gpu_atomic_race", &["gpu_divergence"]),
    needs("a graphics processor", "gpu_dispatch", &["gpu_timing"]),
    needs("a graphics processor", "gpu_sensors", &[]),
    needs("a neural processor", "npu_dispatch", &["ane_timing"]),
    // Converters and sensors.
    needs("a sound input", "audio_adc", &["audio_noise", "audio_thermal"]),
    needs("a camera", "camera_pixels", &["camera_noise", "camera_shot_noise", "webcam"]),
    // Radio.
    needs("a Bluetooth radio", "ble_rssi", &["bluetooth_ble", "bluetooth_noise"]),
    needs("a software-defined radio", "sdr_iq", &[]),
    needs("a Wi-Fi radio", "wifi_rssi", &[]),
    // People.
    // Existing generators.
    needs("a microcontroller of yours on USB or a serial line", "mcu_source", &[]),
    needs("the network", "public_beacon", &[]),
    needs("a QCicada generator on USB", "qrng_qcicada", &["qcicada"]),
    needs("a Quantis generator", "qrng_quantis", &["/dev/qrandom0", "qrandom", "qrandom0"]),
    needs("a smart card or security key", "token_rng", &[]),
    needs("a TPM", "tpm2", &[]),
    needs(
        "a generator on USB (what its kernel driver gives to /dev/hwrng is `hw_rng_dev`)",
        "usb_trng",
        &["chaoskey", "/dev/chaoskey0"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;

    #[test]
    fn what_is_built_has_no_row_any_more() {
        let names = NOT_BUILT.iter().flat_map(|row| row.names.iter().chain([&row.source]));
        for name in names.chain(UNFOUNDED.iter().map(|(name, _)| name)) {
            let kind = kinds().find(|kind| kind.info().name == *name || kind.aliases().contains(name));
            let kind = kind.map(|kind| kind.info().name);
            assert_eq!(
                kind, None,
                "{name} names a source: drop its row, and give its other names to the source"
            );
        }
    }

    #[test]
    fn no_name_stands_in_two_rows() {
        let names = NOT_BUILT.iter().flat_map(|row| row.names.iter().chain([&row.source]));
        let mut all: Vec<_> = names.chain(UNFOUNDED.iter().map(|(name, _)| name)).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
    }
}
