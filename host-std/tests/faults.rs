//! Sources that fail, panic, hang or lie: each is isolated and named, and the rest go on.

mod common;

use common::{Deed, Double, eventually, pool_of};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use openentropy_core::{Claim, Group, LabelState, SourceError, SourceState};
use openentropy_host::EntropyPool;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

const HANG: Deed = Deed::Hang(Duration::from_millis(2500));
const BOUND: Duration = Duration::from_secs(1);

/// The report of the source `name` in the label of a block drawn now; the block must be paid for.
fn paid_with(pool: &EntropyPool, name: &str) -> (SourceState, Option<&'static str>) {
    let mut block = [0; 32];
    let label = pool.fill_block(&mut block).expect("paid");
    assert_eq!(label.state, LabelState::SingleGroup, "{label}");
    let report =
        label.sources.iter().find(|source| source.name == name).expect("the label names every source");
    (report.state, report.error)
}

/// Whatever a source does from whichever call on, another pays all the while, and the faulty one is named until it is mended.
#[test]
fn a_fault_at_any_call_is_isolated_and_named() {
    let faults = [
        (Deed::Fail(SourceError::Io), "io"),
        (Deed::Fail(SourceError::Disconnected), "disconnected"),
        (Deed::Fail(SourceError::SeedError), "seed-error"),
        (Deed::Panic, "panicked"),
    ];
    for (fault, word) in faults {
        for call in 0..22 {
            let is_mended = Arc::new(AtomicBool::new(false));
            let mended = Arc::clone(&is_mended);
            let script = move |now| {
                let is_faulty = now >= call && !mended.load(Ordering::SeqCst);
                if is_faulty { fault } else { Deed::Noise }
            };
            let faulty = Double::new("faulty", Group::Oscillator).claiming(Claim::None).doing(script).keep();
            let pool = pool_of(&[faulty, Double::new("sound", Group::ChipAdc).keep()]).build();
            while faulty.calls() <= call {
                pool.collect_all();
            }
            eventually("the fault is named", || {
                paid_with(&pool, "faulty") == (SourceState::Failed, Some(word))
            });
            is_mended.store(true, Ordering::SeqCst);
            eventually("the source is back", || {
                pool.collect_all();
                paid_with(&pool, "faulty") == (SourceState::Mixed, None)
            });
        }
    }
}

#[test]
fn a_source_that_always_panics_is_named() {
    let faulty = Double::new("faulty", Group::Oscillator).doing(|_| Deed::Panic).keep();
    let pool = pool_of(&[faulty, Double::new("sound", Group::ChipAdc).keep()]).build();
    pool.collect_all();
    assert_eq!(paid_with(&pool, "faulty"), (SourceState::Failed, Some("panicked")));
}

/// A source that hangs at any call: found out within its bound, named, and back when it comes back.
#[test]
fn a_hanging_source_is_named_and_holds_nobody_up() {
    let hang_at = |call| {
        let hanging = Double::new("hanging", Group::Oscillator).claiming(Claim::None);
        let hanging = hanging.doing(move |now| if now == call { HANG } else { Deed::Noise }).keep();
        let pool =
            pool_of(&[hanging, Double::new("sound", Group::ChipAdc).keep()]).source_bound(BOUND).build();
        eventually("it hangs and is named", || {
            pool.collect_all_parallel(Duration::from_millis(20));
            paid_with(&pool, "hanging") == (SourceState::Failed, Some("timeout"))
        });
        eventually("it is back", || {
            pool.collect_all_parallel(Duration::from_millis(50));
            paid_with(&pool, "hanging") == (SourceState::Mixed, None)
        });
    };
    thread::scope(|scope| {
        for call in [0, 1, 15, 16, 17, 30] {
            scope.spawn(move || hang_at(call));
        }
    });
}

/// While the only source that could pay hangs, a lenient pool goes on degraded after the source's bound, not after the deadline.
#[test]
fn a_pool_whose_only_source_hangs_goes_on_degraded() {
    let hanging =
        Double::new("hanging", Group::Oscillator).doing(|_| Deed::Hang(Duration::from_secs(600))).keep();
    let pool = pool_of(&[hanging]).source_bound(BOUND).build();
    let began = Instant::now();
    let bytes = pool.get_random_bytes(64).expect("degraded");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(bytes.label().state, LabelState::Degraded);
    assert_eq!(bytes.label().sources[0].error, Some("timeout"));
    // Dropping the pool does not wait for the ten minutes, nor does a second request start another thread.
    assert!(pool.get_random_bytes(64).is_ok());
    assert_eq!(hanging.calls(), 1);
    let began = Instant::now();
    drop(pool);
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// Rubbish: one value, or blocks that were never written. The health tests find it, and at the third failed start-up the source stays off,
/// in this pool and in the next, until an operator resets it.
#[test]
fn rubbish_latches_across_pools() {
    for (name, deed) in [("stuck", Deed::Stuck), ("silent", Deed::Nothing)] {
        let rubbish = Double::new(name, Group::Oscillator).doing(move |_| deed).keep();
        let sound = Double::new("sound", Group::ChipAdc).keep();
        let pool = pool_of(&[rubbish, sound]).build();
        eventually("latched", || {
            pool.collect_all();
            pool.label().sources[0].state == SourceState::Latched
        });
        assert_eq!(paid_with(&pool, name).0, SourceState::Latched);
        drop(pool);
        let calls = rubbish.calls();
        let next = pool_of(&[rubbish, sound]).build();
        next.collect_all();
        assert_eq!(paid_with(&next, name), (SourceState::Latched, Some("start-up")));
        assert_eq!(rubbish.calls(), calls);
        next.operator_reset(name).expect("a source of the pool");
        eventually("it is tried again", || {
            next.collect_all();
            rubbish.calls() > calls
        });
    }
}

/// A source that turns bad after its start-up delivers nothing from the failing window on, and the pool goes on.
#[test]
fn a_source_that_gets_stuck_stops_paying() {
    let dying = Double::new("dying", Group::Oscillator);
    let dying = dying.doing(|call| if call < 40 { Deed::Noise } else { Deed::Stuck }).keep();
    let pool = pool_of(&[dying]).build();
    eventually("degraded", || {
        let state = pool.get_random_bytes(32).expect("operating-system randomness").label().state;
        state == LabelState::Degraded
    });
    let state = pool.label().sources[0].state;
    assert!(matches!(state, SourceState::Latched | SourceState::Failed));
}

#[test]
fn the_leader_of_a_group_is_replaced_when_it_fails() {
    let first = Double::new("first", Group::CpuTiming);
    let first = first
        .doing(|call| if call < 25 { Deed::Noise } else { Deed::Fail(SourceError::Disconnected) })
        .keep();
    let second = Double::new("second", Group::CpuTiming).keep();
    let pool = pool_of(&[first, second]).build();
    eventually("the first fails and the second pays", || {
        pool.collect_all();
        let (state, error) = paid_with(&pool, "first");
        state == SourceState::Failed && error == Some("disconnected")
    });
    assert_eq!(paid_with(&pool, "second").0, SourceState::Credited);
}

/// Pools with every kind of fault, dropped in the middle of it: no deadlock, and the threads of sources that come back end.
#[test]
fn dropping_is_bounded_in_the_middle_of_anything() {
    let began = Instant::now();
    for round in 0..30_u64 {
        let deed = move |call: u64| match (call + round) % 7 {
            0 => Deed::Fail(SourceError::Timeout),
            1 => Deed::Panic,
            2 => Deed::Hang(Duration::from_millis(5)),
            3 => Deed::Fail(SourceError::NotReady),
            _ => Deed::Noise,
        };
        let wild = Double::new("wild", Group::Oscillator).doing(deed).keep();
        let pool = pool_of(&[wild, Double::new("sound", Group::ChipAdc).keep()]).build();
        let other = pool.clone();
        let drawing = thread::spawn(move || other.get_random_bytes(64).map(|bytes| bytes.len()));
        thread::sleep(Duration::from_millis(round % 5));
        pool.collect_all_parallel(Duration::from_millis(3));
        drop(pool);
        assert_eq!(drawing.join().expect("no panic"), Ok(64));
    }
    assert!(began.elapsed() < Duration::from_secs(60));
}
