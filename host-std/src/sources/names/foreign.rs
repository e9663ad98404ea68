//! Names that other programs of this kind use, where they name no source: why not.
//!
//! A name of theirs that has a source in this build is an alias of it, stands in the source's own file and goes before what stands here. So a row
//! says nothing any more where its source is built, and goes on to serve systems that the source does not read.

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
        .or_else(|| {
            let source = LINUX_ALONE.iter().find(|source| **source == word)?;
            Some(Foreign::NotBuilt { source, needs: "Linux" })
        })
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

/// A source that is described and not built, or not for every system.
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
    needs("Linux", "core_migration", &["pe_core_arithmetic"]),
    needs("Linux, root and the kernel's tracers", "firmware_noise", &[]),
    needs("Linux", "futex_handoff", &["dispatch_queue", "dispatch_queue_timing"]),
    needs("Linux", "irq_counters", &["sysctl_deltas", "sysctl", "sysctl_counters"]),
    needs("Linux", "kernel_keyring", &["keychain_timing"]),
    needs("Linux", "process_lifecycle", &["dyld_timing"]),
    needs("Linux", "process_table", &["process"]),
    needs("Linux and a core with several threads", "smt_contention", &["sitva"]),
    needs("Linux", "timer_expiry", &["kqueue_events"]),
    needs("Linux", "tlb_ipi", &["tlb_shootdown"]),
    needs("Linux", "unix_socket", &["mach_ipc"]),
    needs("Linux", "vm_counters", &["vmstat_deltas", "vmstat"]),
    // Storage.
    needs("Linux", "commit_latency", &["fsync_journal"]),
    needs("Linux", "direct_read", &["disk_io", "nvme_latency"]),
    needs("a spinning disk", "disk_rotation", &[]),
    needs("Linux", "fs_metadata", &["spotlight_timing"]),
    needs(
        "Linux, root and an NVMe disk",
        "nvme_admin",
        &["nvme_passthrough_linux", "nvme_iokit_sensors", "nvme_smart_thermal"],
    ),
    needs("Linux and root", "raw_block", &["nvme_raw_device"]),
    // Oscillators of their own.
    needs("Linux and a sound device", "audio_clock_drift", &["audio_pll_timing", "counter_beat"]),
    needs("Linux, the board's timers and root", "board_timer", &["dual_clock_domain"]),
    needs("Linux and a PCI bus", "pci_config_rtt", &["pcie_pll"]),
    needs("Linux and a USB device", "usb_control_rtt", &["usb_enumeration", "usb_timing"]),
    needs("Linux and a display", "vblank_clock", &["display_pll"]),
    // Graphics processors and accelerators.
    needs("a graphics processor", "dmabuf_crossing", &["iosurface_crossing"]),
    needs("a graphics processor", "gpu_atomic_race", &["gpu_divergence"]),
    needs("a graphics processor", "gpu_dispatch", &["gpu_timing"]),
    needs("Linux and a graphics processor", "gpu_sensors", &[]),
    needs("a neural processor", "npu_dispatch", &["ane_timing"]),
    // Converters and sensors.
    needs("Linux and a sound input", "audio_adc", &["audio_noise", "audio_thermal"]),
    needs("Linux and a camera", "camera_pixels", &["camera_noise", "camera_shot_noise", "webcam"]),
    needs(
        "Linux and the processor's frequency counters",
        "freq_ratio",
        &["cpu_boost_timing", "pdn_resonance"],
    ),
    needs(
        "Linux and the board's voltage and temperature sensors",
        "hwmon_adc",
        &["ioregistry", "ioregistry_deep", "smc_highvar_timing", "smc_power", "smc_thermal_jitter"],
    ),
    needs("Linux and motion or light sensors", "iio_sensors", &["imu_noise", "sensor_noise"]),
    // Radio.
    needs("Linux and a Bluetooth radio", "ble_rssi", &["bluetooth_ble", "bluetooth_noise"]),
    needs("a software-defined radio", "sdr_iq", &[]),
    needs("Linux and a Wi-Fi radio", "wifi_rssi", &[]),
    // People.
    needs("Linux and a keyboard or mouse", "input_events", &["barcode", "mouse"]),
    // Existing generators.
    needs("Linux and a kernel's generator", "hw_rng_dev", &["hwrng"]),
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

/// Sources that read Linux alone and that no other program has.
const LINUX_ALONE: &[&str] = &[
    "ata_passthrough",
    "battery_gauge",
    "dbus_rtt",
    "disk_counters",
    "event_mux",
    "fan_tach",
    "fd_passing",
    "fs_notify",
    "gnss_pps",
    "gpu_clock_offset",
    "kernel_crypto",
    "loopback_net",
    "net_counters",
    "netlink_rtt",
    "nic_hw_stamp",
    "packet_arrival",
    "page_cache_map",
    "pmu_counts",
    "posix_mq",
    "pressure",
    "process_copy",
    "ptp_clock",
    "rapl_energy",
    "rtc_alarm",
    "run_delay",
    "shm_semaphore",
    "signal_delivery",
    "sysv_ipc",
    "thp_collapse",
    "uring_nop",
    "user_fault",
    "wifi_tsf",
    "yield_contention",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;
    use openentropy_core::Platform;

    /// A source that is built answers to its names itself; a row that gives it others would mislead wherever it is not built.
    #[test]
    fn what_is_built_has_the_names_of_its_row() {
        for kind in kinds() {
            let row = NOT_BUILT.iter().find(|row| row.source == kind.info().name);
            let names = row.map_or(&[][..], |row| row.names);
            let is_own = |name: &&str| kind.aliases().contains(name) || name.starts_with('/');
            assert!(
                names.iter().all(is_own),
                "{}: aliases {:?}, and in its row {names:?}",
                kind.info().name,
                kind.aliases()
            );
        }
    }

    #[test]
    fn what_reads_linux_alone_is_known_elsewhere() {
        for kind in kinds().filter(|kind| kind.info().platform == Platform::Linux) {
            for alias in kind.aliases().iter().chain([&kind.info().name]) {
                let found = foreign(alias);
                let is_known =
                    matches!(found, Some(Foreign::NotBuilt { source, .. }) if source == kind.info().name);
                assert!(is_known, "{alias} needs a row that names {}: {found:?}", kind.info().name);
            }
        }
    }

    #[test]
    fn what_is_unfounded_is_no_source() {
        for (name, _) in UNFOUNDED {
            assert!(
                !kinds().any(|kind| kind.info().name == *name || kind.aliases().contains(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn no_name_stands_in_two_rows() {
        let names = NOT_BUILT.iter().flat_map(|row| row.names.iter().chain([&row.source]));
        let names = names.chain(LINUX_ALONE);
        let mut all: Vec<_> = names.chain(UNFOUNDED.iter().map(|(name, _)| name)).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
    }
}
