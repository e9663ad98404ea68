//! What tested samples pay, and the claim that they pay by.

use crate::support::{
    BITS, BLOCK, BYTES, Feed, ID, Random, Script, bytes, claim, good, millibits, outcomes, started,
};
use openentropy_core::health::{CollectError, HealthTest};
use openentropy_core::{
    Claim, Group, Independence, MinEntropy, Policy, Pool, Raw, SourceId, SourceInfo, Tested,
};

#[test]
fn samples_pay_when_their_window_closes() {
    fn check<const N: usize>() {
        let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
        let mut source = Tested::new(bytes(good()), ID, claim(50));
        let mut scratch = Raw::<[u8; N]>::new();
        let mut taken = 0; // samples since the first, start-up included
        let mut first = 0;
        while taken < 5000 {
            let collected = source.collect(&mut scratch);
            taken += N as u32;
            match collected {
                Ok(samples) => pool.absorb(samples),
                Err(_) => first = taken,
            }
            let closed = (taken / 512 * 512).saturating_sub(first);
            assert_eq!(pool.credit(), closed * 50, "blocks of {N}, after {taken} samples");
        }
        assert_eq!(first, 1024_u32.next_multiple_of(N as u32));
    }
    check::<1>();
    check::<64>();
    check::<100>();
    check::<512>();
    check::<777>();
    check::<2048>();
}

#[test]
fn an_alarm_takes_the_credit_of_the_open_window_only() {
    let feed = Feed::new();
    let mut source = started(feed.source());
    source.lower(millibits(100));
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    for _ in 0..9 {
        pool.absorb(source.collect(&mut scratch).unwrap()); // a window, and a block of the next
    }
    assert_eq!(pool.credit(), 512 * 100);
    feed.plan([7; 310]);
    for _ in 0..5 + 16 + 1 {
        if let Ok(samples) = source.collect(&mut scratch) {
            pool.absorb(samples);
        }
        assert!(pool.credit() <= 512 * 100, "what was pending is gone");
    }
    assert_eq!(source.alarms(), 1);
    for _ in 0..8 {
        pool.absorb(source.collect(&mut scratch).unwrap());
    }
    assert!(pool.credit() > 512 * 100, "the next closed window pays again");
}

#[test]
fn a_claim_can_be_lowered_only() {
    let mut source = started(good());
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    let mut scratch = Raw::<[u8; 256]>::new();
    pool.absorb(source.collect(&mut scratch).unwrap());
    source.lower(MinEntropy::MAX);
    assert_eq!(source.claim(), claim(1000));
    source.lower(millibits(100));
    assert_eq!(source.claim(), claim(100));
    pool.absorb(source.collect(&mut scratch).unwrap());
    assert_eq!(pool.credit(), 256 * 100, "the half window booked at the old claim pays nothing");
    source.lower(MinEntropy::ZERO);
    assert_eq!(source.claim(), Claim::None);
    for _ in 0..8 {
        pool.absorb(source.collect(&mut scratch).unwrap());
    }
    assert_eq!(pool.credit(), 256 * 100);
}

#[test]
fn cutoffs_follow_the_claim() {
    let feed = Feed::new();
    let mut source = started(feed.source());
    source.lower(millibits(100)); // cutoff 301
    feed.plan([7; 290]);
    assert_eq!(outcomes::<290, _, _>(&mut source, 1), [Ok(())]);
    feed.plan([7; 11]);
    let failed = Err(CollectError::Failed(HealthTest::RepetitionCount));
    assert_eq!(outcomes::<11, _, _>(&mut source, 1), [failed], "the run went on");
}

#[test]
fn a_claim_is_no_more_than_the_samples_are_wide() {
    let mut random = Random(5);
    let bits = Script { info: &BITS, next: move || Ok(random.byte() & 1) };
    let mut source = Tested::new(bits, ID, claim(8000));
    outcomes::<BLOCK, _, _>(&mut source, 1);
    assert_eq!(source.claim(), claim(1000));
}

#[test]
fn samples_carry_their_source_and_the_instance_it_was_given() {
    let id = SourceId::with_instance(7, 3);
    let mut source = Tested::new(bytes(good()), id, claim(1000));
    outcomes::<1024, _, _>(&mut source, 1);
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    let samples = source.collect(&mut scratch).unwrap();
    assert_eq!(samples.id(), id);
    assert_eq!(samples.independence(), Independence { instance: 3, ..BYTES.independence });
}

/// Whose independence nobody vouches for, and what all is timed by the processor's clock, is one group whatever its instance is called.
#[test]
fn groups_that_are_one_have_one_lane() {
    static UNKNOWN: SourceInfo = SourceInfo { independence: Independence::of(Group::Unknown), ..BYTES };
    static CPU: SourceInfo = SourceInfo { independence: Independence::of(Group::CpuTiming), ..BYTES };
    for info in [&UNKNOWN, &CPU] {
        let mut pool = Pool::<2>::new(Policy::SINGLE_GROUP);
        let mut scratch = Raw::<[u8; 512]>::new();
        for instance in [0, 1] {
            let id = SourceId::with_instance(u16::from(instance), instance);
            let mut source = Tested::new(Script { info, next: good() }, id, claim(100));
            outcomes::<1024, _, _>(&mut source, 1);
            pool.absorb(source.collect(&mut scratch).unwrap());
        }
        assert_eq!((pool.groups(), pool.credit()), (1, 512 * 100), "{}", info.independence.group.name());
    }
}

/// The window numbers of a source that is opened anew begin again; what its former life left pending never closed.
#[test]
fn a_reopened_source_closes_no_window_of_its_former_life() {
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    let reopened = || {
        let mut source = Tested::new(bytes(good()), ID, claim(100));
        outcomes::<1024, _, _>(&mut source, 1);
        source
    };
    pool.absorb(reopened().collect(&mut Raw::<[u8; 256]>::new()).unwrap());
    let mut source = reopened();
    let mut scratch = Raw::<[u8; 256]>::new();
    for credit in [0, 512 * 100] {
        pool.absorb(source.collect(&mut scratch).unwrap());
        assert_eq!(pool.credit(), credit);
    }
}
