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

/// What takes the credit of a full pool wakes the sources that rest because it is full.
#[test]
fn a_full_pool_that_loses_its_credit_is_filled_again() {
    let first = Double::new("first", Group::ChipAdc).keep();
    let second = Double::new("second", Group::Oscillator).keep();
    let pool = pool_of(&[first, second]).build();
    let is_full = || pool.health_report().credited_bits == 320;
    pool.get_random_bytes(32).expect("paid");
    let process = pool.owner().shared.process();
    eventually("the pool is full", is_full);
    process.draw_unpaid(super::fresh()).expect("operating-system randomness");
    eventually("full after an unpaid seed", is_full);
    let before = first.calls() + second.calls();
    drop((pool.raw(&["first"]), pool.raw(&["second"])));
    eventually("full after both were shown", || is_full() && first.calls() + second.calls() > before);
    process.resumed();
    eventually("full after a resume", is_full);
}
