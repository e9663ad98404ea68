//! Existing generators, and the negative controls.

mod control_constant;
mod control_prng;
mod hw_rng_dev;
mod instruction;
mod os_rng;
mod rdrand;
mod rdseed;
mod rndr;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    &control_constant::Kind,
    &control_prng::Kind,
    &hw_rng_dev::Kind,
    &os_rng::Kind,
    &rdrand::Kind,
    &rdseed::Kind,
    &rndr::Kind,
];
