//! Doubles with fixed seeds and made-up times: what is judged does not depend on the machine.

use super::slots::{Slotted, Stream, keep};
use super::*;
use openentropy_core::Group;

/// Pairs of samples.
const PAIRS: usize = 50_000;

/// SplitMix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Nanoseconds of a slot.
const SLOT: u64 = 1000;

/// A source that takes a sample about every `interval` nanoseconds, up to the end, each made of the time.
fn source(seed: u64, interval: u64, end: u64, mut sample: impl FnMut(u64, u64) -> u8) -> Stream {
    let mut noise = Noise(seed);
    stream(end, || (interval / 2 + noise.next() % interval, noise.next()), |ns, _, own| sample(ns, own))
}

/// A source whose samples are the times that they took, in hundreds of nanoseconds: some, and now and then twenty times as much.
fn timed(seed: u64, interval: u64, end: u64) -> Stream {
    let mut noise = Noise(seed);
    let took = || {
        let usual = interval / 8 + noise.next() % (interval * 7 / 4);
        let is_held_up = noise.next().is_multiple_of(50);
        (if is_held_up { usual + noise.next() % (interval * 20) } else { usual }, 0)
    };
    stream(end, took, |_, took, _| (took / 100).min(255) as u8)
}

fn stream(
    end: u64,
    mut next: impl FnMut() -> (u64, u64),
    mut sample: impl FnMut(u64, u64, u64) -> u8,
) -> Stream {
    let (mut stream, mut ns) = (Stream::new(), 0);
    loop {
        let (took, own) = next();
        ns += took;
        if ns >= end {
            return stream;
        }
        keep(&mut stream, (ns / SLOT) as u32, sample(ns, took, own));
    }
}

fn pair(one: &[Slotted], other: &[Slotted]) -> Pair {
    let heard = Heard { streams: [one.to_vec(), other.to_vec()], slot: Duration::from_nanos(SLOT) };
    Pair {
        groups: [Independence::of(Group::CpuTiming), Independence::of(Group::Memory)],
        sources: ["one", "other"],
        outcome: judge(&heard, PAIRS),
    }
}

/// Both sources feel what happens in each stretch of 20 µs: two interrupts of a machine, one state behind both.
#[test]
fn what_one_state_drives_is_merged_and_what_is_independent_stays_apart() {
    let end = PAIRS as u64 * SLOT * 3 / 2;
    let shared = |ns: u64, own: u64| {
        let state = Noise(ns / 20_000).next();
        (own % 16 + state % 16) as u8
    };
    let own = |_, own: u64| (own % 31) as u8;
    let mut pairs = vec![
        pair(&source(1, 1000, end, shared), &source(2, 300, end, shared)),
        pair(&source(3, 1000, end, own), &source(4, 300, end, own)),
        pair(&source(5, 1000, end, own), &source(6, 1000 * 2 / 3, end, shared)),
        pair(&source(7, 1000, end, own), &source(8, 100, end, own)),
    ];
    correct(&mut pairs);
    assert_eq!(pairs.iter().map(Pair::is_merged).collect::<Vec<_>>(), [true, false, false, false]);
    let shared: Vec<Shared> = pairs.iter().map(|pair| pair.outcome.unwrap()).collect();
    assert!(shared[0].q_value < 1e-9 && shared[0].information > 2.0 * shared[0].shifted, "{:?}", shared[0]);
    assert!(shared.iter().all(|shared| shared.q_value >= shared.p_value && shared.samples >= PAIRS));
}

/// What one source is seen to do must not depend on how long the other took.
#[test]
fn times_that_independent_sources_took_stay_apart() {
    let end = PAIRS as u64 * SLOT * 3;
    let mut pairs = vec![
        pair(&timed(11, 1000, end), &timed(12, 1000, end)),
        pair(&timed(13, 1000, end), &timed(14, 700, end)),
        pair(&timed(15, 1000, end), &timed(16, 100, end)),
    ];
    correct(&mut pairs);
    let p_values: Vec<f64> = pairs.iter().map(|pair| pair.outcome.unwrap().p_value).collect();
    assert!(p_values.iter().all(|p_value| *p_value > 0.01), "{p_values:?}");
    assert!(!pairs.iter().any(Pair::is_merged));
}

/// The more pairs, the smaller a p-value has to be.
#[test]
fn p_values_are_corrected_for_their_number() {
    let with = |p_value| Pair {
        outcome: Ok(Shared {
            samples: PAIRS,
            tolerance: Duration::ZERO,
            information: 0.0,
            shifted: 0.0,
            p_value,
            q_value: p_value,
        }),
        ..pair(&[], &[])
    };
    let mut pairs = vec![with(0.006), pair(&[], &[]), with(0.5), with(0.9)];
    correct(&mut pairs);
    assert_eq!(pairs.iter().map(Pair::is_merged).collect::<Vec<_>>(), [false, true, false, false]);
    let mut alone = vec![with(0.006)];
    correct(&mut alone);
    assert!(alone[0].is_merged());
}

#[test]
fn what_cannot_be_judged_is_merged() {
    let end = PAIRS as u64 * SLOT * 3 / 2;
    let noise = |seed| source(seed, 1000, end, |_, own| own as u8);
    let short = pair(&noise(1)[..1000], &noise(2)[..1000]);
    assert!(matches!(short.outcome, Err(NotJudged::Few { samples: 1..=1000 })) && short.is_merged());
    let constant = pair(&source(3, 1000, end, |_, _| 7), &source(4, 300, end, |_, own| own as u8));
    assert_eq!((constant.outcome, constant.is_merged()), (Err(NotJudged::Constant), true));
}
