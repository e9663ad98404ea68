//! Existing generators, counters of the kernel, and the negative controls.

mod control_constant;
mod control_prng;
mod counters;
mod disk_counters;
mod hw_rng_dev;
mod instruction;
mod irq_counters;
mod net_counters;
mod os_rng;
mod pressure;
mod process_table;
mod rapl_energy;
mod rdrand;
mod rdseed;
mod rndr;
mod run_delay;
mod vm_counters;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    &control_constant::Kind,
    &control_prng::Kind,
    disk_counters::KIND,
    &hw_rng_dev::Kind,
    irq_counters::KIND,
    net_counters::KIND,
    &os_rng::Kind,
    pressure::KIND,
    process_table::KIND,
    rapl_energy::KIND,
    &rdrand::Kind,
    &rdseed::Kind,
    &rndr::Kind,
    run_delay::KIND,
    vm_counters::KIND,
];
