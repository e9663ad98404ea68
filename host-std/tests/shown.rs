//! Samples that are shown: untouched, framed as said, never credited.

mod common;

use common::{Deed, Double, eventually, pool_of};
use core::cell::RefCell;
use core::time::Duration;
use openentropy_core::testing::Biased;
use openentropy_core::{EntropySource, Group, LabelState, Raw, SourceError, SourceState, Width, hazmat};
use openentropy_host::{ConditioningMode, Debiasing, PoolError};
use std::thread;

/// What a double called `name` delivers after its opening.
fn samples<const N: usize>(name: &str) -> [u8; N] {
    let mut block = Raw::<[u8; N]>::new();
    Biased::new(common::seed(name, 0), Width::BYTE, 256).sample(&mut block).expect("a double delivers");
    hazmat::show(block)
}

#[test]
fn raw_is_what_the_source_gave() {
    let pool = pool_of(&[Double::new("shown", Group::ChipAdc).keep()]).build();
    let bytes = pool.get_source_raw_bytes("shown", 700).expect("samples");
    assert_eq!(bytes[..], samples::<700>("shown"));
    assert_eq!((bytes.label().state, bytes.label().credited_bits), (LabelState::Raw, 0));
    assert_eq!((bytes.label().generator, bytes.label().os_mixed), (None, false));
    assert_eq!(pool.get_source_raw_bytes("show", 1).err(), Some(PoolError::UnknownSource));
}

#[test]
fn several_sources_take_turns_behind_headers() {
    let names = ["left", "right"];
    let doubles =
        [Double::new("left", Group::ChipAdc).keep(), Double::new("right", Group::Oscillator).keep()];
    let pool = pool_of(&doubles).build();
    let stream = pool.get_raw_bytes(20_000).expect("samples");
    let mut seen = [Vec::new(), Vec::new()];
    let mut rest = &stream[..];
    while let Some(([place, width, high, low], after)) = rest.split_first_chunk() {
        assert_eq!(*width, 8);
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(after.len());
        let (block, after) = after.split_at(length);
        seen[usize::from(*place)].extend_from_slice(block);
        rest = after;
    }
    for (name, seen) in names.iter().zip(seen) {
        assert!(seen.len() > 2000, "both take turns");
        assert_eq!(seen, samples::<20_000>(name)[..seen.len()]);
    }
}

#[test]
fn debiased_bytes_say_so() {
    let pool = pool_of(&[Double::new("coin", Group::ChipAdc).keep()]).build();
    for (mode, debiasing) in
        [(ConditioningMode::VonNeumann, Debiasing::VonNeumann), (ConditioningMode::Peres, Debiasing::Peres)]
    {
        let bytes = pool.get_bytes(500, mode).expect("debiased");
        assert_eq!((bytes.len(), bytes.label().state), (500, LabelState::Debiased));
        assert_eq!(bytes.label().generator, Some(debiasing.name()));
    }
}

#[test]
fn a_source_that_fails_ends_and_the_others_go_on() {
    let failing = Double::new("failing", Group::Oscillator);
    let failing = failing
        .doing(|call| if call < 2 { Deed::Noise } else { Deed::Fail(SourceError::Disconnected) })
        .keep();
    let panicking = Double::new("panicking", Group::Sram).doing(|_| Deed::Panic).keep();
    let sound = Double::new("sound", Group::ChipAdc).keep();
    let alone = pool_of(&[failing]).build();
    assert_eq!(alone.get_raw_bytes(513).err(), Some(PoolError::Source(SourceError::Disconnected)));
    let pool = pool_of(&[failing, panicking, sound]).build();
    let reader = RefCell::new(pool.raw(&[]).expect("three sources"));
    eventually("all three are named", || {
        reader.borrow_mut().next_block().expect("one source delivers");
        let label = reader.borrow().label();
        let reports: Vec<_> = label.sources.iter().map(|source| (source.state, source.error)).collect();
        let failed = |word| (SourceState::Failed, Some(word));
        reports == [failed("disconnected"), failed("panicked"), (SourceState::Mixed, None)]
    });
    assert_eq!(reader.borrow().failed(), 2);
}

/// A reader waits for a source that gives nothing no longer than the pool's deadline.
#[test]
fn silence_is_bounded() {
    let silent = Double::new("silent", Group::ChipAdc).doing(|_| Deed::Fail(SourceError::NotReady)).keep();
    let pool = pool_of(&[silent]).deadline(Duration::from_millis(100)).build();
    assert_eq!(pool.get_raw_bytes(1).err(), Some(PoolError::Source(SourceError::Timeout)));
    eventually("the source is left alone when nobody listens any more", || {
        let before = silent.calls();
        thread::sleep(Duration::from_millis(200));
        silent.calls() == before
    });
}

#[test]
fn a_source_pays_nothing_while_it_is_shown() {
    let payer = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[payer]).deadline(Duration::from_millis(200)).strict(true).build();
    pool.get_random_bytes(32).expect("paid");
    eventually("the pool is full", || pool.health_report().credited_bits == 320);
    let reader = pool.raw(&["payer"]).expect("a source of the pool");
    assert_eq!(pool.health_report().credited_bits, 0);
    assert_eq!(pool.label().state, LabelState::Degraded, "nobody pays now");
    assert!(matches!(pool.get_random_bytes(32), Err(PoolError::Starved(_))));
    drop(reader);
    eventually("it pays again", || pool.get_random_bytes(32).is_ok());
}
