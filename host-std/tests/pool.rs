//! What a pool pays out, and what it says of it.

mod common;

use common::{Deed, Double, eventually, millibits, pool_of};
use core::time::Duration;
use openentropy_core::{Claim, Group, LabelState, SourceError, SourceState};
use openentropy_host::{Candidate, ConditioningMode, EntropyPool, FoundSource, PoolError, Virtualised};
use std::time::Instant;

/// Four sources, two of them of one group, each absent, delivering or failing: whatever the combination, the label names every source with its
/// state, is credited exactly when somebody pays, and the payers are sources that deliver, one per group.
#[test]
fn the_label_is_exact_over_all_combinations() {
    const NAMES: [&str; 4] = ["one", "two", "three", "four"];
    const GROUPS: [Group; 4] = [Group::CpuTiming, Group::CpuTiming, Group::Oscillator, Group::ChipAdc];
    for code in 0..81 {
        let modes = [code % 3, code / 3 % 3, code / 9 % 3, code / 27];
        let doubles: [&'static Double; 4] = core::array::from_fn(|i| {
            let double = Double::new(NAMES[i], GROUPS[i]);
            match modes[i] {
                0 => double.unopenable(SourceError::Absent).keep(),
                1 => double.keep(),
                _ => double.doing(|_| Deed::Fail(SourceError::Io)).keep(),
            }
        });
        let pool = pool_of(&doubles).build();
        // Every source has had its say, and those that deliver have closed a window of 512 samples.
        for _ in 0..8 {
            pool.collect_all();
        }
        let mut block = [0; 32];
        let label = pool.fill_block(&mut block).expect("operating-system randomness");
        let paying: Vec<Group> = label
            .sources
            .iter()
            .filter(|source| source.state.pays())
            .map(|source| source.independence.group)
            .collect();
        for (i, report) in label.sources.iter().enumerate() {
            let (state, error) = (report.state, report.error);
            assert_eq!(report.name, NAMES[i]);
            let as_expected = match modes[i] {
                0 => (state, error) == (SourceState::Unavailable, Some("absent")),
                1 => matches!(state, SourceState::Credited | SourceState::Mixed),
                _ => (state, error) == (SourceState::Failed, Some("io")),
            };
            assert!(as_expected, "{modes:?}: {label}");
        }
        let mut delivering: Vec<Group> = (0..4).filter(|i| modes[*i] == 1).map(|i| GROUPS[i]).collect();
        delivering.dedup();
        assert_eq!(paying, delivering, "{modes:?}: {label}");
        let state = match delivering.len() {
            0 => LabelState::Degraded,
            1 => LabelState::SingleGroup,
            _ => LabelState::Credited,
        };
        let bits = if delivering.is_empty() { 0 } else { 320 };
        assert_eq!(
            (label.state, label.credited_bits, label.os_mixed),
            (state, bits, true),
            "{modes:?}: {label}"
        );
        assert_ne!(block, [0; 32]);
    }
}

#[test]
fn a_strict_pool_without_payers_refuses_at_once_and_delivers_nothing() {
    let pool = EntropyPool::builder().strict(true).build();
    let began = Instant::now();
    let mut block = [7; 32];
    assert!(matches!(pool.fill_block(&mut block), Err(PoolError::Starved(starved)) if starved.have == 0));
    assert_eq!(block, [7; 32]);
    let mut bytes = [7; 5000];
    assert!(matches!(pool.rng().fill(&mut bytes), Err(PoolError::Starved(_))));
    assert_eq!(bytes, [0; 5000]);
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A source that needs minutes for its start-up: strict starves after the deadline, lenient goes on degraded after it.
#[test]
fn the_deadline_bounds_the_wait() {
    let slow =
        || Double::new("slow", Group::ChipAdc).doing(|_| Deed::Hang(Duration::from_millis(300))).keep();
    let deadline = Duration::from_millis(500);
    for strict in [true, false] {
        let source_bound = Duration::from_secs(10);
        let pool = pool_of(&[slow()]).source_bound(source_bound).deadline(deadline).strict(strict).build();
        let began = Instant::now();
        let drawn = pool.get_random_bytes(32);
        let took = began.elapsed();
        assert!(took >= deadline && took < deadline + Duration::from_secs(10), "{took:?}");
        match drawn {
            Err(PoolError::Starved(starved)) => assert!(strict && starved.need == 320_000),
            Ok(bytes) => assert!(!strict && bytes.label().state == LabelState::Degraded),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn doubles_and_the_operating_system_are_never_credited() {
    for group in [Group::Test, Group::OsGenerator] {
        let declared = Claim::OperatorDeclared(millibits(8000));
        let double = Double::new("pretender", group).claiming(declared).keep();
        let pool = pool_of(&[double]).build();
        assert!(pool.collect_all() > 0);
        let bytes = pool.get_random_bytes(32).expect("degraded");
        assert_eq!((bytes.label().state, bytes.label().credited_bits), (LabelState::Degraded, 0));
        assert_eq!(bytes.label().sources[0].state, SourceState::Mixed);
    }
}

/// What a hypervisor made up pays nothing, whoever vouches for it.
#[test]
fn emulated_sources_are_never_credited() {
    let double = Double::new("emulated", Group::External).keep();
    let candidate = Candidate { virtualised: Virtualised::Emulated, ..double.found().candidate };
    let builder =
        || EntropyPool::builder().sources([FoundSource { candidate: candidate.clone(), ..double.found() }]);
    assert_eq!(builder().trust("emulated").err(), Some(PoolError::NotTrustable));
    let pool = builder().build();
    assert!(pool.collect_all() > 0);
    assert_eq!(pool.get_random_bytes(32).expect("degraded").label().state, LabelState::Degraded);
}

#[test]
fn trust_credits_a_generator_and_says_so() {
    let generator = Double::new("token", Group::External).claiming(Claim::None).keep();
    let noise = Double::new("noise", Group::ChipAdc).claiming(Claim::None).keep();
    let builder = || pool_of(&[generator, noise]);
    assert_eq!(builder().trust("tok").err(), Some(PoolError::UnknownSource));
    assert_eq!(builder().trust("noise").err(), Some(PoolError::NotTrustable));
    let pool = builder().trust("token").expect("a generator").build();
    let bytes = pool.get_random_bytes(40).expect("paid");
    assert_eq!((bytes.label().state, bytes.label().credited_bits), (LabelState::OperatorDeclared, 640));
    assert_eq!(pool.health_report().sources[0].min_entropy, millibits(4000));
}

#[test]
fn as_many_groups_pay_as_the_policy_asks() {
    let clock = Double::new("clock", Group::CpuTiming).keep();
    let disk = Double::new("disk", Group::Storage).keep();
    let two = pool_of(&[clock, disk]).min_groups(2).build().get_random_bytes(32).expect("paid by two");
    assert_eq!(two.label().state, LabelState::Credited);
    assert_eq!(two.label().sources.iter().filter(|source| source.state.pays()).count(), 2);
    let alone = Double::new("alone", Group::CpuTiming).keep();
    let short = Duration::from_millis(300);
    let one = pool_of(&[alone]).min_groups(2).strict(true).deadline(short).build();
    let Err(PoolError::Starved(starved)) = one.get_random_bytes(32) else { panic!("one group is not two") };
    assert_eq!(starved.min_groups, 2);
    let began = Instant::now();
    let waived = pool_of(&[alone]).min_groups(2).build().get_random_bytes(64).expect("degraded");
    assert_eq!(waived.label().state, LabelState::Degraded);
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "a second group that does not exist is not waited for"
    );
}

#[test]
fn a_source_without_a_claim_keeps_nobody_from_paying() {
    let idle = Double::new("idle", Group::CpuTiming).claiming(Claim::None).keep();
    let payer = Double::new("payer", Group::CpuTiming).keep();
    let pool = pool_of(&[idle, payer]).build();
    for _ in 0..4 {
        pool.collect_all();
    }
    for _ in 0..20 {
        let mut block = [0; 32];
        let label = pool.fill_block(&mut block).expect("paid");
        assert_eq!(label.state, LabelState::SingleGroup, "{label}");
        assert_eq!(label.sources[1].state, SourceState::Credited);
    }
}

#[test]
fn short_requests_are_paid_block_by_block_and_long_ones_by_seed() {
    let pool = pool_of(&[Double::new("payer", Group::ChipAdc).keep()]).build();
    let short = pool.get_random_bytes(100).expect("paid");
    assert_eq!(
        (short.len(), short.label().credited_bits, short.label().generator),
        (100, 4 * 320, Some("sha256"))
    );
    let long = pool.get_random_bytes(5000).expect("paid");
    assert_eq!((long.len(), long.label().generator), (5000, Some(pool.rng().mechanism().name())));
    assert!(long.label().credited_bits >= 320);
    assert_eq!(long.label().state, LabelState::SingleGroup);
    let none = pool.get_bytes(0, ConditioningMode::Sha256).expect("nothing asked");
    assert_eq!((none.len(), none.label().credited_bits), (0, 0));
}

#[test]
fn a_seed_is_mixed_and_never_replaces() {
    let draw = || EntropyPool::new(Some(b"the same")).get_random_bytes(32).expect("degraded").to_vec();
    assert_ne!(draw(), draw());
}

#[test]
fn workers_sleep_while_the_pool_is_full() {
    let payer = Double::new("payer", Group::ChipAdc).keep();
    let other = Double::new("other", Group::Oscillator).claiming(Claim::None).keep();
    let pool = pool_of(&[payer, other]).build();
    pool.get_random_bytes(32).expect("paid");
    eventually("the pool is full", || pool.health_report().credited_bits == 320);
    std::thread::sleep(Duration::from_millis(1500)); // beyond the time for which interest in uncredited sources lasts
    let before = (payer.calls(), other.calls());
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((payer.calls(), other.calls()), before);
    pool.get_random_bytes(32).expect("paid");
    eventually("the payer works again", || payer.calls() > before.0);
}

#[test]
fn the_names_that_users_know() {
    let pool = EntropyPool::new(None);
    assert_eq!((pool.source_count(), pool.collect_all()), (0, 0));
    pool.add_source(Double::new("late", Group::ChipAdc).keep().found()).expect("room for one");
    assert_eq!((pool.source_count(), pool.source_names()), (1, vec!["late"]));
    let info = &pool.source_infos()[0];
    assert_eq!(
        (info.info.name, info.is_fast, info.composite, info.entropy_rate_estimate),
        ("late", true, false, 1.0)
    );
    assert!(pool.collect_all_parallel(Duration::from_secs(10)) > 0);
    let bytes = pool.get_source_bytes("late", 32, ConditioningMode::Sha256).expect("paid by the one source");
    assert_eq!(bytes.label().state, LabelState::SingleGroup);
    assert_eq!(
        pool.get_source_bytes("lat", 1, ConditioningMode::Sha256).err(),
        Some(PoolError::UnknownSource)
    );
    let report = pool.health_report();
    assert_eq!((report.healthy, report.total), (1, 1));
    assert!(report.to_string().contains("late"));
}
