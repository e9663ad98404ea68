//! The doubles do exactly what they are told.
#![cfg(feature = "testing")]

use openentropy_core::{
    EntropySource, Group, Raw, SourceError, Width,
    hazmat::show,
    testing::{Biased, Flaky, Periodic, Replay, Stuck},
};

fn take<const N: usize>(source: &mut impl EntropySource) -> Result<[u8; N], SourceError> {
    let mut block = Raw::<[u8; N]>::new();
    source.sample(&mut block)?;
    Ok(show(block))
}

#[test]
fn every_double_is_of_the_group_that_is_never_credited() {
    let group = |source: &dyn EntropySource| source.info().independence.group;
    assert_eq!(group(&Replay::new(&[], Width::BYTE)), Group::Test);
    assert_eq!(group(&Periodic::new(&[0, 1], Width::BIT)), Group::Test);
    assert_eq!(group(&Stuck::at(0)), Group::Test);
    assert_eq!(group(&Biased::new(1, Width::BIT, 0)), Group::Test);
    assert_eq!(group(&Flaky::new(Stuck::at(0), &[])), Group::Test);
}

#[test]
fn a_replay_ends_and_never_pads() {
    let recording: [u8; 7] = [9, 8, 7, 6, 5, 4, 3];
    let mut source = Replay::new(&recording, Width::BYTE);
    assert_eq!(take(&mut source), Ok([9, 8, 7]));
    assert_eq!(take(&mut source), Ok([6, 5, 4]));
    for _ in 0..3 {
        assert_eq!(take::<3>(&mut source), Err(SourceError::Disconnected));
    }
    assert_eq!(take(&mut source), Ok([3]));
    assert_eq!(take::<1>(&mut source), Err(SourceError::Disconnected));
}

#[test]
fn a_pattern_runs_on_across_blocks() {
    let mut source = Periodic::new(&[1, 2, 3], Width::BYTE);
    assert_eq!(take(&mut source), Ok([1, 2, 3, 1]));
    assert_eq!(take(&mut source), Ok([2, 3, 1, 2, 3]));
    assert_eq!(take::<1>(&mut Periodic::new(&[], Width::BYTE)), Err(SourceError::Absent));
}

/// Of 2^16 samples each count is within seven standard deviations of its expectation; the seeds are fixed, so that this
/// either holds or does not.
#[test]
fn a_biased_source_has_its_bias_and_no_other() {
    const SAMPLES: usize = 1 << 16;
    for (seed, bits, zeros) in
        [(1, 1, 32_768), (2, 1, 60_000), (3, 4, 4_096), (4, 4, 40_000), (5, 8, 256), (6, 8, 65_535)]
    {
        let mut source = Biased::new(seed, Width::new(bits).unwrap(), zeros);
        let samples: Box<[u8; SAMPLES]> = Box::new(take(&mut source).unwrap());
        let mut counts = [0_u32; 256];
        samples.iter().for_each(|sample| counts[usize::from(*sample)] += 1);
        let values = 1_usize << bits;
        assert_eq!(counts[values..].iter().sum::<u32>(), 0, "a sample wider than {bits} bits");
        let p0 = f64::from(zeros) / 65_536.0;
        for (value, count) in counts[..values].iter().enumerate() {
            let p = if value == 0 { p0 } else { (1.0 - p0) / (values - 1) as f64 };
            let expected = p * SAMPLES as f64;
            let tolerance = 7.0 * (expected * (1.0 - p)).sqrt() + 1.0 + 0.004 * expected;
            let off = (f64::from(*count) - expected).abs();
            assert!(off <= tolerance, "{value} came {count} times, not {expected}, of {bits} bits");
        }
    }
}

/// Successive bits agree as often as independent ones do: no memory within seven standard deviations.
#[test]
fn a_biased_source_has_no_memory() {
    const SAMPLES: usize = 1 << 16;
    let samples: Box<[u8; SAMPLES]> = Box::new(take(&mut Biased::new(11, Width::BIT, 32_768)).unwrap());
    for lag in 1..=16 {
        let pairs = SAMPLES - lag;
        let agreeing = (0..pairs).filter(|&i| samples[i] == samples[i + lag]).count();
        let off = (agreeing as f64 - pairs as f64 / 2.0).abs();
        assert!(off <= 7.0 * (pairs as f64 / 4.0).sqrt(), "lag {lag}: {agreeing} of {pairs} agree");
    }
}

#[test]
fn a_biased_source_repeats_for_its_seed_only() {
    let from = |seed| take::<64>(&mut Biased::new(seed, Width::BYTE, 256)).unwrap();
    assert_eq!(from(5), from(5));
    assert_ne!(from(5), from(6));
    assert_ne!(from(0), [0; 64]);
}

#[test]
fn a_flaky_source_fails_at_the_scripted_calls_and_loses_nothing() {
    let script = [
        (0, SourceError::NotReady),
        (2, SourceError::Io),
        (2, SourceError::Denied),
        (3, SourceError::Timeout),
    ];
    let mut source = Flaky::new(Replay::new(&[1, 2, 3], Width::BYTE), &script);
    assert_eq!(source.info().name, "replay");
    let all: Vec<_> = (0..7).map(|_| take::<1>(&mut source)).collect();
    assert_eq!(
        all,
        [
            Err(SourceError::NotReady),
            Ok([1]),
            Err(SourceError::Io),
            Err(SourceError::Timeout),
            Ok([2]),
            Ok([3]),
            Err(SourceError::Disconnected),
        ]
    );
}

#[test]
fn a_failing_call_blanks_the_block() {
    let mut source = Flaky::new(Stuck::at(7), &[(1, SourceError::Io)]);
    let mut block = Raw::<[u8; 4]>::new();
    assert_eq!(source.sample(&mut block), Ok(()));
    assert_eq!(source.sample(&mut block), Err(SourceError::Io));
    assert_eq!(show(block), [0; 4]);
}
