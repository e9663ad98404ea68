//! What becomes of a source: start-up, alarm, latch, recovery, and what its samples pay.

use crate::support::{BITS, BYTES, ID, Random, Script, bytes, claim, millibits, outcomes};
use core::cell::{Cell, RefCell};
use openentropy_core::health::{CollectError, HealthTest, Lag, NoLag, State};
use openentropy_core::{
    Claim, EntropySource, Independence, MinEntropy, Policy, Pool, Raw, SourceError, SourceId, SourceInfo,
    Tested, Width, hazmat,
};
use std::collections::VecDeque;

const BLOCK: usize = 64;

/// Good samples of a byte each, for a claim of one bit.
fn good() -> impl FnMut() -> Result<u8, SourceError> {
    let mut random = Random(1);
    move || Ok(random.byte())
}

fn started<F: FnMut() -> Result<u8, SourceError>>(next: F) -> Tested<Script<F>> {
    let mut source = Tested::new(bytes(next), ID, claim(1000));
    assert_eq!(outcomes::<1024, _, _>(&mut source, 1), [Err(CollectError::Starting { remaining: 0 })]);
    assert_eq!(source.state(), State::Running);
    source
}

/// Good samples, and in between those that a test plans.
struct Feed {
    random: Random,
    planned: RefCell<VecDeque<u8>>,
}

impl Feed {
    fn new() -> Self {
        Self { random: Random(2), planned: RefCell::default() }
    }

    fn plan(&self, samples: impl IntoIterator<Item = u8>) {
        self.planned.borrow_mut().extend(samples);
    }

    fn next(&self, random: &mut Random) -> Result<u8, SourceError> {
        Ok(self.planned.borrow_mut().pop_front().unwrap_or_else(|| random.byte()))
    }

    fn source(&self) -> impl FnMut() -> Result<u8, SourceError> {
        let mut random = self.random.clone();
        move || self.next(&mut random)
    }
}

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
fn start_up_takes_1024_samples_and_discards_them() {
    let mut source = Tested::new(bytes(good()), ID, claim(1000));
    assert_eq!(source.state(), State::NotStarted);
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    for remaining in (0..16).rev().map(|blocks| blocks * BLOCK as u32) {
        let outcome = source.collect(&mut scratch).map(drop);
        assert_eq!(outcome, Err(CollectError::Starting { remaining }));
    }
    assert_eq!(source.state(), State::Running);
    assert_eq!(source.collect(&mut scratch).map(|samples| samples.len()), Ok(BLOCK));
    // a block that crosses the end of the start-up is discarded whole
    let mut source = Tested::new(bytes(good()), ID, claim(1000));
    let starting = |remaining| Err(CollectError::Starting { remaining });
    assert_eq!(outcomes::<1000, _, _>(&mut source, 3), [starting(24), starting(0), Ok(())]);
}

#[test]
fn not_ready_loses_nothing() {
    let mut good = good();
    let mut calls = 0;
    // an interrupt-fed source: every second call finds its queue short
    let mut source = Tested::new(
        bytes(move || {
            calls += 1;
            if calls % 9 == 1 { Err(SourceError::NotReady) } else { good() }
        }),
        ID,
        claim(1000),
    );
    let results = outcomes::<8, _, _>(&mut source, 2 * 128 + 2);
    let (empty, full): (Vec<_>, Vec<_>) =
        results.into_iter().partition(|result| *result == Err(CollectError::Source(SourceError::NotReady)));
    assert_eq!(empty.len(), 129);
    assert!(full[..128].iter().all(|result| matches!(result, Err(CollectError::Starting { .. }))));
    assert_eq!(full[128], Ok(()));
}

#[test]
fn a_source_that_failed_is_started_up_again() {
    for (error, restarts) in [
        (SourceError::NotReady, false),
        (SourceError::Overrun, false),
        (SourceError::Timeout, true),
        (SourceError::Disconnected, true),
        (SourceError::SeedError, true),
        (SourceError::Io, true),
    ] {
        let fault = Cell::new(None);
        let mut good = good();
        let mut source = started(|| fault.take().map_or_else(&mut good, Err));
        fault.set(Some(error));
        assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 1), [Err(CollectError::Source(error))]);
        let next = outcomes::<BLOCK, _, _>(&mut source, 1);
        assert_eq!(next == [Ok(())], !restarts, "{error:?}");
        assert_eq!((source.failures(), source.alarms()), (0, 0), "an error is no alarm");
    }
}

#[test]
fn a_gap_breaks_a_start_up() {
    let fault = Cell::new(None);
    let mut good = good();
    let mut source = Tested::new(bytes(|| fault.take().map_or_else(&mut good, Err)), ID, claim(1000));
    assert_eq!(outcomes::<1000, _, _>(&mut source, 1), [Err(CollectError::Starting { remaining: 24 })]);
    fault.set(Some(SourceError::Overrun));
    assert_eq!(outcomes::<24, _, _>(&mut source, 1), [Err(CollectError::Source(SourceError::Overrun))]);
    assert_eq!(outcomes::<24, _, _>(&mut source, 1), [Err(CollectError::Starting { remaining: 1000 })]);
}

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
fn the_lag_test_says_whether_it_runs() {
    let mut wide = Tested::new(bytes(good()), ID, claim(1001));
    assert!(!wide.lag_is_on());
    outcomes::<BLOCK, _, _>(&mut wide, 1);
    assert!(!wide.lag_is_on(), "no row for more than a bit");
    wide.lower(millibits(1000));
    assert!(wide.lag_is_on());

    let mut none = Tested::without_lag(bytes(good()), ID, claim(1000));
    outcomes::<BLOCK, _, _>(&mut none, 1);
    assert!(!none.lag_is_on());

    let mut unclaimed = Tested::with_lag(bytes(good()), ID, Claim::None, Lag::<128>::new());
    outcomes::<BLOCK, _, _>(&mut unclaimed, 1);
    assert!(unclaimed.lag_is_on(), "no claim is tested as 50 millibits");
}

#[test]
fn a_restart_is_a_start_up() {
    let mut source = started(good());
    source.restart();
    assert_eq!(source.state(), State::NotStarted);
    let results = outcomes::<BLOCK, _, _>(&mut source, 17);
    assert!(results[..16].iter().all(|result| matches!(result, Err(CollectError::Starting { .. }))));
    assert_eq!(results[16], Ok(()));
}

#[test]
fn samples_wider_than_the_source_says_are_refused() {
    static WORDS: SourceInfo = SourceInfo { width: Width::WORD, ..BYTES };
    let mut source = Tested::new(Script { info: &WORDS, next: good() }, ID, claim(1000));
    assert_eq!(outcomes::<BLOCK, _, _>(&mut source, 2), [Err(CollectError::TooWide); 2]);

    let mut random = Random(4);
    let packed = Script { info: &BITS, next: move || Ok(random.byte()) };
    let mut source = Tested::new(packed, ID, claim(1000));
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    assert_eq!(source.collect(&mut scratch).map(drop), Err(CollectError::TooWide));
    assert_eq!(hazmat::show(scratch), [0; BLOCK]);
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

/// A source under test can stand in a static: nothing of it is built at run time.
#[test]
fn a_tested_source_is_a_constant() {
    const SOURCE: Tested<(), NoLag> = Tested::without_lag((), ID, Claim::None);
    assert_eq!(SOURCE.state(), State::NotStarted);
}
