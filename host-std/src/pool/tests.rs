//! What only the inside of a pool can provoke.

use crate::common::{Double, eventually, pool_of};
use openentropy_core::{Group, LabelState};

/// A resume takes the credit, has every source start up again, and every generator be seeded anew.
#[test]
fn a_resume_is_a_restart() {
    let double = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[double]).build();
    let rng = pool.rng();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
    eventually("the pool is full", || pool.health_report().credited_bits == 320);
    let before = double.calls();
    pool.owner().shared.process().resumed();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
    assert_eq!(rng.label().expect("seeded").credited_bits, 320); // of the new seed alone
    let start_up_and_window = 1024 / 64 + 512 / 64;
    assert!(double.calls() >= before + start_up_and_window, "tested anew");
}
