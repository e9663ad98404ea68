//! Every name by which other programs of this kind know a source means one thing here: a source, or the reason why there is none.

use openentropy_host::{Foreign, NameError, find_by_name};
use std::collections::BTreeSet;

/// Names that a program used for its sources.
struct Release {
    of: &'static str,
    /// Separated by blanks.
    names: &'static str,
}

/// What the published lists of the programs hold, release by release.
const RELEASES: &[Release] = &[
    Release {
        of: "0.11 and 0.12",
        names: "clock_jitter mach_timing mach_continuous_timing commpage_clock_timing dram_row_buffer \
            page_fault_timing ane_timing sleep_jitter timer_coalescing thread_lifecycle pe_core_arithmetic \
            preemption_boundary dispatch_queue_timing sysctl_deltas vmstat_deltas process_table ioregistry \
            proc_info_timing getentropy_timing dns_timing tcp_connect_timing wifi_rssi disk_io fsync_journal \
            nvme_iokit_sensors nvme_passthrough_linux nvme_raw_device usb_enumeration audio_noise \
            camera_noise bluetooth_noise smc_highvar_timing amx_timing aprr_jit_timing cas_contention \
            cntfrq_cache_timing commoncrypto_aes_timing denormal_timing dual_clock_domain dvfs_race \
            gxf_register_timing icc_atomic_contention memory_bus_crypto prefetcher_state sev_event_timing \
            sitva speculative_execution tlb_shootdown kqueue_events mach_ipc pipe_buffer keychain_timing \
            audio_pll_timing counter_beat display_pll pcie_pll gpu_divergence iosurface_crossing \
            nl_inference_timing compression_timing hash_timing spotlight_timing qcicada",
    },
    Release {
        of: "0.5 and 0.6",
        names: "audio_pll_timing counter_beat display_pll pcie_pll pdn_resonance denormal_timing clock_jitter \
            mach_timing dram_row_buffer page_fault_timing vm_page_timing memory_timing cache_contention \
            sleep_jitter thread_lifecycle dispatch_queue disk_io fsync_journal nvme_latency usb_timing \
            kqueue_events mach_ipc pipe_buffer keychain_timing amx_timing cas_contention dvfs_race \
            speculative_execution tlb_shootdown gpu_divergence iosurface_crossing gpu_timing dns_timing \
            tcp_connect_timing wifi_rssi sysctl_deltas vmstat_deltas process_table ioregistry cpu_io_beat \
            cpu_memory_beat compression_timing hash_timing spotlight_timing audio_noise camera_noise \
            bluetooth_noise",
    },
    Release {
        of: "0.3",
        names: "clock_jitter mach_timing sleep_jitter sysctl vmstat process dns_timing tcp_connect wifi_rssi \
            disk_io memory_timing gpu_timing audio_noise camera_noise sensor_noise bluetooth_noise \
            ioregistry dram_row_buffer cache_contention page_fault_timing speculative_execution cpu_io_beat \
            cpu_memory_beat multi_domain_beat compression_timing hash_timing dispatch_queue dyld_timing \
            vm_page_timing spotlight_timing",
    },
    Release { of: "0.2, beside those of 0.3", names: "ioregistry_deep" },
    Release {
        of: "0.1",
        names: "clock_jitter mach_timing sleep_jitter sysctl_counters vmstat dns_timing tcp_connect disk_io \
            memory_timing gpu_timing process_table audio_thermal camera_shot_noise bluetooth_ble \
            sensor_noise",
    },
    Release {
        of: "developed after 0.6 and in branches, never released",
        names: "aes_exec_timing sha256_hw_timing cntpct_phys_timer cpu_boost_timing cross_core_coherency \
            exclusive_monitor dc_civac_timing lpddr5_row_conflict l2_cache_set_oracle imu_noise \
            rndr_trap_timing sep_timing smc_power smc_thermal_jitter nvme_smart_thermal prng_control \
            dmp_confusion interleaved_frontier quantum_boundary accelerate_jitter avalanche_noise \
            vacuum_fluctuations ssd_tunneling cosmic_muon radioactive_decay multi_source_quantum",
    },
    Release { of: "a service over devices", names: "/dev/qrandom0 chaoskey hwrng barcode webcam mouse" },
];

/// How many names a release is known to have had.
const COUNTS: [usize; 7] = [63, 47, 30, 1, 15, 26, 6];

/// Words for sets of sources, of all releases.
const WORDS: &str = "all timing kernel network storage memory compute system sensor rf hardware silicon crossdomain novel \
    frontier thermal scheduling io ipc microarch gpu composite quantum signal";

#[test]
fn the_lists_are_whole() {
    for (release, count) in RELEASES.iter().zip(COUNTS) {
        let distinct: BTreeSet<_> = release.names.split(' ').collect();
        assert_eq!((release.names.split(' ').count(), distinct.len()), (count, count), "{}", release.of);
    }
}

#[test]
fn every_name_of_other_programs_is_a_source_or_a_reason() {
    for release in RELEASES {
        for name in release.names.split(' ') {
            match find_by_name(name) {
                Ok(kinds) => assert_eq!(kinds.len(), 1, "{name} of {}", release.of),
                Err(NameError::Foreign { word, why }) => {
                    assert_eq!(word, name);
                    assert!(!matches!(why, Foreign::NotBuilt { source, .. } if find_by_name(source).is_ok()));
                }
                Err(error) => panic!("{name} of {}: {error}", release.of),
            }
        }
    }
}

#[test]
fn every_word_for_a_set_is_known() {
    for word in WORDS.split(' ') {
        match find_by_name(word) {
            Ok(kinds) => assert!(!kinds.is_empty(), "{word}"),
            Err(NameError::Empty { .. } | NameError::OptIn { .. }) => {}
            Err(error) => panic!("{word}: {error}"),
        }
    }
}

#[test]
fn names_without_a_source_say_what_they_were() {
    for (name, part) in [
        ("cpu_io_beat", "no beat"),
        ("cosmic_muon", "jitter_loop"),
        ("binder_txn", "binder_txn, needs Android's binder and is not in this version"),
    ] {
        let error = find_by_name(name).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(&format!("'{name}'")) && error.contains(part), "{error}");
    }
    let error = find_by_name("network").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("only where they are named") && error.contains("dns_rtt"), "{error}");
}
