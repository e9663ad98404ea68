//! Inside of the processor and its memory.

mod branch_mispredict;
mod bus_stall;
mod cache_evict;
mod cas_contention;
mod code_flip;
mod coherence_pingpong;
#[cfg(target_os = "linux")]
mod core_migration;
mod dram_refresh_phase;
mod dram_row_conflict;
mod dvfs_race;
mod fp_assist;
mod helper;
mod lines;
mod page_fault;
#[cfg(target_os = "linux")]
mod pmu_counts;
mod prefetch_state;
mod simd_license;
#[cfg(target_os = "linux")]
mod smt_contention;
#[cfg(target_os = "linux")]
mod thp_collapse;
#[cfg(target_os = "linux")]
mod tlb_ipi;
mod trap_latency;
#[cfg(target_os = "linux")]
mod user_fault;
mod wait_wake;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    branch_mispredict::KIND,
    bus_stall::KIND,
    cache_evict::KIND,
    cas_contention::KIND,
    code_flip::KIND,
    coherence_pingpong::KIND,
    #[cfg(target_os = "linux")]
    core_migration::KIND,
    dram_refresh_phase::KIND,
    dram_row_conflict::KIND,
    dvfs_race::KIND,
    fp_assist::KIND,
    page_fault::KIND,
    #[cfg(target_os = "linux")]
    pmu_counts::KIND,
    prefetch_state::KIND,
    simd_license::KIND,
    #[cfg(target_os = "linux")]
    smt_contention::KIND,
    #[cfg(target_os = "linux")]
    thp_collapse::KIND,
    #[cfg(target_os = "linux")]
    tlb_ipi::KIND,
    trap_latency::KIND,
    #[cfg(target_os = "linux")]
    user_fault::KIND,
    wait_wake::KIND,
];
