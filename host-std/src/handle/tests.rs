//! How a handle ages, with ages that a test can wait for.

use crate::common::{Deed, Double, eventually, pool_of};
use crate::pool::SeedAges;
use crate::{EntropyPool, PoolError};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use openentropy_core::{Group, LabelState, SourceError};
use std::sync::Arc;

const AGES: SeedAges = SeedAges {
    try_from: Duration::from_millis(100),
    due: Duration::from_millis(200),
    refuse: Duration::from_millis(1200),
};

/// A pool of one source that fails while the switch is on.
fn switched(is_strict: bool) -> (EntropyPool, Arc<AtomicBool>) {
    let switch = Arc::new(AtomicBool::new(false));
    let is_off = Arc::clone(&switch);
    let script = move |_| {
        if is_off.load(Ordering::SeqCst) { Deed::Fail(SourceError::Disconnected) } else { Deed::Noise }
    };
    let double = Double::new("switched", Group::ChipAdc).doing(script).keep();
    (pool_of(&[double]).strict(is_strict).seed_ages(AGES).build(), switch)
}

#[test]
fn a_reseed_that_nobody_pays_for_is_overdue_then_refused_by_strict_pools() {
    for is_strict in [false, true] {
        let (pool, switch) = switched(is_strict);
        let rng = pool.rng();
        assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
        switch.store(true, Ordering::SeqCst);
        eventually("what the pool still held is used up", || {
            rng.fill(&mut [0; 32]) == Ok(LabelState::ReseedOverdue)
        });
        let label = rng.label().expect("a label");
        assert_eq!((label.state, label.generator), (LabelState::ReseedOverdue, Some(rng.mechanism().name())));
        if is_strict {
            let mut bytes = [7; 32];
            eventually("refused", || matches!(rng.fill(&mut [0; 32]), Err(PoolError::ReseedOverdue { .. })));
            assert!(rng.fill(&mut bytes).is_err());
            assert_eq!(bytes, [0; 32]);
        } else {
            std::thread::sleep(AGES.refuse);
            rng.fill(&mut [0; 32]).expect("lenient pools never refuse");
            let overdue = rng.label().expect("lenient pools never refuse");
            assert!(overdue.overdue_seconds >= 1, "{overdue}");
            assert!(overdue.to_string().starts_with("reseed-overdue 1s") || overdue.overdue_seconds > 1);
        }
        switch.store(false, Ordering::SeqCst);
        eventually("paid again", || rng.fill(&mut [0; 32]) == Ok(LabelState::SingleGroup));
    }
}

#[test]
fn a_degraded_generator_is_paid_for_as_soon_as_a_source_works() {
    let (pool, switch) = switched(false);
    switch.store(true, Ordering::SeqCst);
    let rng = pool.rng();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::Degraded));
    assert_eq!(rng.label().expect("a label").credited_bits, 0);
    switch.store(false, Ordering::SeqCst);
    eventually("paid", || rng.fill(&mut [0; 32]) == Ok(LabelState::SingleGroup));
    assert!(rng.label().expect("a label").credited_bits >= 320);
}

#[test]
fn a_young_seed_is_replaced_when_the_pool_can_pay() {
    let (pool, _switch) = switched(false);
    let rng = pool.rng();
    rng.fill(&mut [0; 32]).expect("paid");
    eventually("reseeded", || {
        rng.fill(&mut [0; 32]).expect("paid");
        rng.label().expect("a label").credited_bits >= 3 * 320
    });
}

/// A label tells of the bytes that were handed out, not of those that would come next.
#[test]
fn a_label_is_that_of_the_bytes_before_it() {
    let (pool, switch) = switched(false);
    switch.store(true, Ordering::SeqCst);
    let rng = pool.rng();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::Degraded));
    switch.store(false, Ordering::SeqCst);
    eventually("the pool is full", || {
        pool.collect_all();
        pool.health_report().credited_bits == 320
    });
    std::thread::sleep(Duration::from_millis(150)); // long enough for the next request to try for a paid seed
    let label = rng.label().expect("a label");
    assert_eq!((label.state, label.credited_bits), (LabelState::Degraded, 0), "{label}");
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
}
