//! The way from samples to bytes as a whole: tested sources that fail at random into a generator, against a ledger of its own.
#![cfg(feature = "testing")]

use core::cell::Cell;
use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::{CollectError, NoLag};
use openentropy_core::testing::Biased;
use openentropy_core::{
    Claim, EntropySource, Generator, GeneratorState, MinEntropy, Policy, Raw, ReseedPolicy, SourceError,
    SourceId, SourceInfo, Tested, Width,
};

/// What a sample pays; it holds eight bits, so false alarms have a probability below 2^-40 per sample.
const MILLIBITS: u32 = 6_000;
const PRICE: u64 = 320_000;
const BLOCK: usize = 32;
/// Samples of an adaptive-proportion window for wide samples (SP 800-90B §4.4.2).
const WINDOW: u64 = 512;
const START_UP: u64 = 1_024;
/// So many equal samples raise an intermittent alarm, 1 + 30/6, and no permanent one, 1 + 60/6.
const ALARMING: usize = 8;

type Small = Generator<HmacDrbg, 2>;
type Source<'c> = Tested<Breakable<'c>, NoLag>;

fn generator() -> Small {
    Small::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::LENIENT)
}

/// A source that repeats one value at the start of its next block when it is told how often.
struct Breakable<'c> {
    noise: Biased,
    repeats: &'c Cell<usize>,
}

impl EntropySource for Breakable<'_> {
    fn info(&self) -> &SourceInfo {
        self.noise.info()
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        self.noise.sample(out)?;
        match self.repeats.take() {
            0 => Ok(()),
            repeats => out.write(|slots| {
                let (same, rest) = slots.split_at_mut(repeats);
                same.fill(0xff);
                rest.iter_mut().zip(0..).for_each(|(slot, value)| *slot = value);
                Ok(())
            }),
        }
    }
}

fn source(seed: u64, id: u16, repeats: &Cell<usize>) -> Source<'_> {
    let noise = Biased::new(seed, Width::BYTE, 256);
    let claim = Claim::OperatorDeclared(MinEntropy::at_most(MILLIBITS));
    Tested::without_lag(Breakable { noise, repeats }, SourceId::new(id), claim)
}

/// Absorbs the next block if it passes; how many samples that were.
fn absorb(source: &mut Source<'_>, generator: &mut Small) -> Result<u64, CollectError> {
    let mut block = Raw::<[u8; BLOCK]>::new();
    let samples = source.collect(&mut block)?;
    let taken = samples.len() as u64;
    generator.absorb(samples);
    Ok(taken)
}

/// All bytes, or not one.
fn draws(generator: &mut Small) -> bool {
    let mut out = [0xa5; 16];
    let filled = generator.fill(&mut out).is_ok();
    assert!(filled || out == [0; 16]);
    assert_eq!(filled, generator.state() == GeneratorState::Seeded);
    filled
}

#[test]
fn the_first_byte_comes_when_the_first_window_has_closed() {
    let whole = Cell::new(0);
    let (mut source, mut generator) = (source(1, 1, &whole), generator());
    let (mut blocks, mut absorbed) = (0, 0);
    while !draws(&mut generator) {
        absorbed += absorb(&mut source, &mut generator).unwrap_or(0);
        blocks += 1;
        assert!(blocks < 200);
    }
    assert_eq!(
        blocks * BLOCK as u64,
        START_UP + WINDOW,
        "start-up pays nothing, and a window when it has closed"
    );
    assert_eq!((absorbed, generator.seeds()), (WINDOW, 1));
}

#[test]
fn an_alarm_takes_the_open_window_and_leaves_the_closed_ones() {
    let repeats = Cell::new(0);
    let (mut source, mut generator) = (source(2, 1, &repeats), generator());
    let mut taken = 0;
    while taken < 2 * WINDOW - BLOCK as u64 {
        taken += absorb(&mut source, &mut generator).unwrap_or(0);
        if taken == WINDOW {
            assert_eq!(u64::from(generator.pool().credit()), PRICE, "a window pays more than a pool holds");
            assert!(draws(&mut generator));
        }
    }
    repeats.set(ALARMING);
    assert!(matches!(absorb(&mut source, &mut generator), Err(CollectError::Failed(_))));
    let mut taken = 0;
    while taken < WINDOW - BLOCK as u64 {
        assert_eq!(generator.pool().credit(), 0, "nothing of the cancelled window comes back");
        taken += absorb(&mut source, &mut generator).unwrap_or(0);
    }
    absorb(&mut source, &mut generator).unwrap();
    assert_eq!(u64::from(generator.pool().credit()), PRICE, "the next window pays");
}

/// Two views of one noise, alarms, forks, retirements and requests in random order: a seed never costs less than its price, and
/// without one there is not one byte.
#[test]
fn no_seed_is_cheaper_than_its_price() {
    let mut seeds = 0;
    for trace in 1..=300 {
        seeds += play(trace);
    }
    assert!(seeds > 300, "the traces reach what they test: {seeds} seeds");
}

fn play(trace: u64) -> u32 {
    let repeats = [Cell::new(0), Cell::new(0)];
    let mut sources = [source(trace, 1, &repeats[0]), source(trace << 32, 2, &repeats[1])];
    let mut generator = generator();
    let (mut absorbed, mut seeds) = ([0; 2], 0);
    let mut dice = trace;
    for _ in 0..400 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [event, view, ..] = dice.to_be_bytes();
        let view = usize::from(view % 4 == 0); // the first delivers most
        match event {
            0 => repeats[view].set(ALARMING),
            1 => {
                generator.fork(&trace.to_be_bytes());
                absorbed = [0; 2];
                assert!(!draws(&mut generator), "what was earned before the fork is gone");
            }
            2 => {
                generator.retire(sources[view].id());
                sources[view].operator_reset();
            }
            3..32 => {
                draws(&mut generator);
            }
            _ => absorbed[view] += absorb(&mut sources[view], &mut generator).unwrap_or(0),
        }
        if generator.seeds() > seeds {
            seeds += 1;
            assert_eq!(generator.seeds(), seeds);
            let best = absorbed.into_iter().max().unwrap_or(0) * u64::from(MILLIBITS);
            assert!(best >= PRICE, "a seed for {best} millibits in trace {trace}");
            absorbed = [0; 2];
        }
    }
    seeds
}
