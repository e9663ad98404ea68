//! What only the inside of a pool can provoke.

use super::account::Account;
use super::line::Line;
use super::schedule::Turn;
use super::trouble::Trouble;
use crate::claims::Claims;
use crate::common::{Double, eventually, millibits, pool_of};
use core::time::Duration;
use openentropy_core::{Claim, Group, Independence, LabelState, Policy, Pool, SourceState};
use std::time::Instant;

/// A resume takes the credit, has every source start up again, and every generator be seeded anew.
#[test]
fn a_resume_is_a_restart() {
    let double = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[double]).build();
    let rng = pool.rng();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
    eventually("the pool is full", || pool.health_report().credited_bits == 320);
    let before = double.calls();
    let process = pool.owner().shared.process();
    process.resumed(&mut process.lock());
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
    process.resumed(&mut process.lock());
    eventually("full after a resume", is_full);
}

/// Before it delivers, a source rests for what it worked, however long it waited for a processor that others had.
#[test]
fn a_start_up_among_many_rests_for_its_own_work_only() {
    let mut account = Account::new(Pool::new(Policy::SINGLE_GROUP));
    account.lines.push(Line::new("crowded", Independence::of(Group::ChipAdc), Claim::None, 0));
    let now = Instant::now();
    let (waited, worked) = (Duration::from_secs(3), Duration::from_millis(1));
    account.returned(0, waited, worked, None);
    account.starting(0, now);
    assert_eq!(account.turn(0, now), Turn::Rest(Some(now + 9 * worked)));
    assert_eq!(account.turn(0, now + 9 * worked), Turn::Collect);
    account.returned(0, waited, 50 * worked, None);
    assert!(account.unready(0, now));
    let rested = now + 450 * worked;
    assert_eq!(
        account.turn(0, rested - worked),
        Turn::Rest(Some(rested)),
        "nothing came of it, and it worked"
    );
    assert_eq!(account.turn(0, rested), Turn::Collect);
}

/// Waiting is bounded from one sign of life to the next: a slow start-up ends, and a source that was given up is waited for anew.
#[test]
fn not_being_ready_is_counted_from_the_last_sign_of_life() {
    let mut account = Account::new(Pool::new(Policy::SINGLE_GROUP));
    let claim = Claim::BuiltIn(millibits(1000));
    account.lines.push(Line::new("slow", Independence::of(Group::ChipAdc), claim, 0));
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    for second in 0..40 {
        assert!(account.unready(0, at(second)), "{second} s");
        account.starting(0, at(second));
    }
    assert!(account.unready(0, at(50)) && account.unready(0, at(59)));
    assert!(!account.unready(0, at(60)), "ten seconds without a sample");
    account.failed(0, Trouble::TIMEOUT, at(60));
    assert!(account.unready(0, at(100)), "opened anew");
}

/// What comes with sources pays on under a claims file that cannot be used, and the label does not call it calibrated: that file may have
/// said less.
#[test]
fn under_an_unusable_claims_file_output_is_uncalibrated() {
    let double = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[double]).claims(Claims::unusable()).build();
    let bytes = pool.get_random_bytes(32).expect("paid for");
    assert_eq!(bytes.label().state, LabelState::Uncalibrated);
    assert_eq!(bytes.label().sources[0].state, SourceState::Uncalibrated);
    let said = pool.health_report().to_string();
    assert!(said.contains("warning: a claims file is not used"), "{said}");
}
