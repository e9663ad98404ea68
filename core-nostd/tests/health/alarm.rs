//! Alarms: what they cost, what latches, and that no failed sample leaves.

use crate::support::{BLOCK, BYTES, Feed, ID, Random, bytes, claim, good, outcomes, started};
use core::cell::Cell;
use openentropy_core::health::{CollectError, HealthTest, State};
use openentropy_core::{EntropySource, Raw, SourceError, SourceInfo, Tested, hazmat};

/// Samples that fail one test at its intermittent cutoff for a claim of one bit, and no other.
fn failing(test: HealthTest) -> Vec<u8> {
    let mut random = Random(99);
    match test {
        HealthTest::RepetitionCount => vec![7; 31],
        // 8 to fill the history, some until the right step back leads, then a run of at least 38 and below 60
        HealthTest::Lag => (0..62).map(|i| i % 8).collect(),
        // 13 of every 20 are sevens, in any order: 333 of a window's 512, give or take 5, between the cutoffs 325 and 355
        HealthTest::AdaptiveProportion => (0..200)
            .flat_map(|_| {
                let mut some: Vec<u8> = (0..20).map(|i| if i < 13 { 7 } else { random.byte() }).collect();
                some.sort_by_cached_key(|_| random.word());
                some
            })
            .collect(),
        _ => unreachable!("not a test of samples"),
    }
}

const EACH_TEST: [HealthTest; 3] =
    [HealthTest::RepetitionCount, HealthTest::AdaptiveProportion, HealthTest::Lag];

#[test]
fn an_intermittent_alarm_starts_the_source_up_again_and_every_test_trips_again() {
    for test in EACH_TEST {
        let feed = Feed::new();
        let mut source = started(feed.source());
        for alarms in 1..=10 {
            feed.plan(failing(test));
            let failed = (0..100).find_map(|_| outcomes::<BLOCK, _, _>(&mut source, 1)[0].err());
            assert_eq!(failed, Some(CollectError::Failed(test)), "alarm {alarms}");
            assert_eq!(source.alarms(), alarms);
            assert_eq!(source.state(), State::Starting { remaining: 1024 });
            feed.planned.borrow_mut().clear();
            let again = outcomes::<BLOCK, _, _>(&mut source, 17);
            assert_eq!(again.iter().filter(|result| result.is_err()).count(), 16, "{again:?}");
        }
        assert_eq!(source.failures(), 0, "none of them within a start-up");
    }
}

#[test]
fn a_permanent_alarm_latches_at_once() {
    let stuck = Cell::new(false);
    let mut good = good();
    let mut source = started(|| if stuck.get() { Ok(5) } else { good() });
    stuck.set(true);
    let latched = Err(CollectError::Latched(HealthTest::RepetitionCount));
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 2), [latched; 2]);
    stuck.set(false);
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [latched], "good samples do not open it");
    source.restart();
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [latched], "nor does a restart");
    assert!(source.failures() >= 3, "nor does dropping and opening it again");
    source.operator_reset();
    assert_eq!((source.failures(), source.state()), (0, State::NotStarted));
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 17)[16], Ok(()));
}

#[test]
fn a_stuck_source_in_small_blocks_is_alarmed_once_and_then_latched() {
    let mut source = Tested::new(bytes(|| Ok(5)), ID, claim(1000));
    let results = outcomes::<1, _, _>(&mut source, 100);
    let failed =
        results.iter().position(|result| *result == Err(CollectError::Failed(HealthTest::RepetitionCount)));
    let latched =
        results.iter().position(|result| *result == Err(CollectError::Latched(HealthTest::RepetitionCount)));
    assert_eq!((failed, latched), (Some(30), Some(60)), "at the cutoffs 31 and 61");
    assert!(results.iter().all(Result::is_err));
}

#[test]
fn the_third_failed_start_up_latches_and_a_passed_one_forgives_nothing() {
    let feed = Feed::new();
    let mut source = Tested::new(bytes(feed.source()), ID, claim(1000));
    let fail = || feed.plan(failing(HealthTest::RepetitionCount));
    let failed = Err(CollectError::Failed(HealthTest::RepetitionCount));
    fail();
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [failed]);
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 17)[16], Ok(()), "the second start-up passes");
    fail();
    assert_eq!(
        outcomes::<BLOCK, _, _>(&mut source, 1),
        [failed],
        "an alarm while running counts as no start-up"
    );
    assert_eq!(source.failures(), 1);
    fail();
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [failed]);
    assert_eq!(source.failures(), 2);
    source.restart();
    assert_eq!(source.failures(), 2, "a test on demand forgives nothing");
    fail();
    let latched = Err(CollectError::Latched(HealthTest::StartUp));
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 2), [latched; 2]);
    assert_eq!((source.failures(), source.state()), (3, State::Latched(HealthTest::StartUp)));
}

#[test]
fn failures_are_carried_over_drop_and_reopen() {
    let feed = Feed::new();
    feed.plan(failing(HealthTest::RepetitionCount));
    let mut source = Tested::new(bytes(feed.source()), ID, claim(1000)).with_failures(2);
    let latched = Err(CollectError::Latched(HealthTest::StartUp));
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [latched]);
    let failures = source.failures();
    drop(source);
    let asked = Cell::new(false);
    let never = bytes(|| {
        asked.set(true);
        Ok(0)
    });
    let mut source = Tested::new(never, ID, claim(1000)).with_failures(failures);
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [latched]);
    assert!(!asked.get(), "a latched source is not asked");
    let mut source = source.with_failures(0);
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [latched], "fewer failures open no latch");
}

#[test]
fn samples_of_a_failed_block_are_wiped() {
    for test in EACH_TEST {
        let feed = Feed::new();
        let mut source = started(feed.source());
        feed.plan(failing(test));
        let mut failed = false;
        for _ in 0..60 {
            let mut scratch = Raw::<[u8; BLOCK]>::new();
            let refused = source.collect(&mut scratch).map(drop).err();
            if refused.is_some() {
                assert_eq!(hazmat::show(scratch), [0; BLOCK], "{test:?}");
                feed.planned.borrow_mut().clear();
            }
            failed |= refused == Some(CollectError::Failed(test));
        }
        assert!(failed);
    }
    let mut source = started(good());
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    drop(source.collect(&mut scratch).unwrap());
    assert_eq!(hazmat::show(scratch), [0; BLOCK], "and those of a good block once they are dropped");
}

#[test]
fn samples_that_the_source_did_not_write_are_not_handed_out() {
    /// Says that it wrote.
    struct Idle;
    impl EntropySource for Idle {
        fn info(&self) -> &SourceInfo {
            &BYTES
        }
        fn sample(&mut self, _: &mut Raw) -> Result<(), SourceError> {
            Ok(())
        }
    }
    let mut scratch = Raw::<[u8; 1024]>::new();
    bytes(good()).sample(&mut scratch).unwrap();
    let mut source = Tested::new(Idle, ID, claim(1000));
    let latched = CollectError::Latched(HealthTest::RepetitionCount);
    assert_eq!(source.collect(&mut scratch).map(drop), Err(latched));
}
