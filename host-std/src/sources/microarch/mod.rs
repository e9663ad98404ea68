//! Inside of the processor and its memory.

mod bus_stall;
mod cache_evict;
mod cas_contention;
mod coherence_pingpong;
mod dram_refresh_phase;
mod dram_row_conflict;
mod lines;
mod page_fault;
mod partner;
mod prefetch_state;
#[cfg(target_os = "linux")]
mod thp_collapse;
#[cfg(target_os = "linux")]
mod tlb_ipi;
#[cfg(target_os = "linux")]
mod user_fault;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    bus_stall::KIND,
    cache_evict::KIND,
    cas_contention::KIND,
    coherence_pingpong::KIND,
    dram_refresh_phase::KIND,
    dram_row_conflict::KIND,
    page_fault::KIND,
    prefetch_state::KIND,
    #[cfg(target_os = "linux")]
    thp_collapse::KIND,
    #[cfg(target_os = "linux")]
    tlb_ipi::KIND,
    #[cfg(target_os = "linux")]
    user_fault::KIND,
];
