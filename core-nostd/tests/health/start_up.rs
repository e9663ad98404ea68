//! Start-up: what it takes, what breaks it, what it refuses.

use crate::support::{BITS, BLOCK, BYTES, ID, Random, Script, bytes, claim, good, outcomes, started};
use core::cell::Cell;
use openentropy_core::health::{CollectError, Lag, NoLag, State};
use openentropy_core::{Claim, Raw, SourceError, SourceInfo, Tested, Width, hazmat};

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
fn the_lag_test_says_whether_it_runs() {
    let mut wide = Tested::new(bytes(good()), ID, claim(1001));
    assert!(!wide.lag_is_on());
    outcomes::<BLOCK, _, _>(&mut wide, 1);
    assert!(wide.lag_is_on());

    let mut none = Tested::without_lag(bytes(good()), ID, claim(1000));
    outcomes::<BLOCK, _, _>(&mut none, 1);
    assert!(!none.lag_is_on());

    let mut unclaimed = Tested::with_lag(bytes(good()), ID, Claim::None, Lag::<128>::new());
    outcomes::<BLOCK, _, _>(&mut unclaimed, 1);
    assert!(unclaimed.lag_is_on(), "no claim is tested as 50 millibits");
}

/// A source under test can stand in a static: nothing of it is built at run time.
#[test]
fn a_tested_source_is_a_constant() {
    const SOURCE: Tested<(), NoLag> = Tested::without_lag((), ID, Claim::None);
    assert_eq!(SOURCE.state(), State::NotStarted);
}
