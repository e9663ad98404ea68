//! The pool against a model that shares no code with it, over random traces of events, and its single rules.

extern crate std;

mod model;

use super::*;
use crate::Group;
use crate::samples::{WindowCredit, filled};
use model::Model;

/// Traces per seed; there are four seeds, so a million traces.
const TRACES: u32 = 250_000;
const LANES: usize = 2;

/// xorshift64* (Vigna 2014): traces repeat from their seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// A source as the pool sees it: blocks that pay, window numbers that go on, alarms that break them off, and lives after which they
/// begin again.
#[derive(Clone, Copy)]
struct Noise {
    id: SourceId,
    independence: Independence,
    /// What the samples of a block pay, before and after a window's closing.
    amounts: &'static [u32],
    window: u32,
}

const CLAIMED: &[u32] = &[50, 12_345, 40_000, 160_000, 319_999, 320_000, u32::MAX];
const UNCLAIMED: &[u32] = &[0];

impl Noise {
    const fn new(number: u16, group: Group, instance: u8) -> Self {
        let independence = Independence { group, instance };
        Self { id: SourceId::new(number), independence, amounts: CLAIMED, window: WindowCredit::UNDELIVERED }
    }

    const fn unclaimed(number: u16, group: Group) -> Self {
        Self { amounts: UNCLAIMED, ..Self::new(number, group, 0) }
    }

    /// What the next block pays.
    fn credit(&mut self, dice: &mut Dice) -> WindowCredit {
        let closes = dice.one_of(&[0, 0, 0, 1, 1, 2]);
        let closed = if closes == 0 { 0 } else { dice.one_of(self.amounts) };
        let ends_on_closing = closes > 0 && dice.below(4) == 0;
        let open = if ends_on_closing { 0 } else { dice.one_of(self.amounts) };
        let credit = WindowCredit { window: self.window, closes, closed, open };
        self.window = WindowCredit::delivered(self.window + closes);
        credit
    }
}

fn absorb<const LANES: usize>(pool: &mut Pool<LANES>, source: Noise, value: u8, credit: WindowCredit) {
    let mut block = filled::<4>(value);
    pool.absorb(Samples::new(&mut block, source.id, source.independence, credit));
}

const fn at_once(millibits: u32) -> WindowCredit {
    WindowCredit { window: 0, closes: 1, closed: millibits, open: 0 }
}

/// Plays one trace on pool and model, comparing after every event.
fn play(dice: &mut Dice) {
    let policy = Policy {
        min_groups: dice.one_of(&[0, 1, 1, 2]),
        group_cap: dice.one_of(&[FULL, FULL, 256_000, 160_000, 100_000, u32::MAX]),
    };
    let (mut pool, mut model) = (Pool::<LANES>::new(policy), Model::new(policy));
    let mut sources = [
        Noise::new(1, Group::CpuTiming, 0),
        Noise::new(2, Group::CpuTiming, 0),
        Noise::new(3, Group::Storage, 0),
        Noise::new(4, Group::Storage, 1),
        Noise::new(5, Group::OsGenerator, 0),
        Noise::unclaimed(6, Group::CpuTiming),
    ];
    for _ in 0..dice.below(16) {
        let before = pool.credit();
        let source = &mut sources[dice.below(6) as usize];
        match dice.below(16) {
            0 => {
                // an alarm, or the end of a life: the open window never closes, and nothing reaches the pool
                source.window = dice.one_of(&[source.window + 1, WindowCredit::UNDELIVERED]);
                model.fail(source.id);
                assert_eq!(pool.credit(), before, "a failed source never adds");
            }
            1 => {
                pool.retire(source.id);
                model.retire(source.id);
                assert!(pool.credit() <= before, "retiring never adds");
            }
            2 => {
                pool.fork(b"4711");
                model.clear();
                assert_eq!((pool.credit(), pool.groups()), (0, 0));
            }
            3 => {
                pool.mix(b"worth nothing");
                assert_eq!(pool.credit(), before);
            }
            4 | 5 => condense::<32>(&mut pool, &mut model),
            6 => condense::<16>(&mut pool, &mut model),
            _ => {
                let credit = source.credit(dice);
                absorb(&mut pool, *source, 7, credit);
                model.absorb(source.id, source.independence, credit);
                assert!(pool.credit() >= before, "absorbing never takes away");
            }
        }
        model.check(&pool);
    }
}

/// Bytes come out exactly when the model says that they are paid for, and cost everything.
fn condense<const N: usize>(pool: &mut Pool<LANES>, model: &mut Model) {
    let paid = model.affords(N);
    assert_eq!(pool.condense::<N>().is_ok(), paid);
    if paid {
        model.clear();
        assert_eq!((pool.credit(), pool.groups()), (0, 0));
    }
}

fn traces(seed: u64) {
    let mut dice = Dice(seed);
    for _ in 0..TRACES {
        play(&mut dice);
    }
}

#[test]
fn random_traces_1() {
    traces(0x9e37_79b9_7f4a_7c15);
}

#[test]
fn random_traces_2() {
    traces(0xd1b5_4a32_d192_ed03);
}

#[test]
fn random_traces_3() {
    traces(0x8cb9_2ba7_2f3d_8dd7);
}

#[test]
fn random_traces_4() {
    traces(0x2545_f491_4f6c_dd1d);
}

const CPU: Noise = Noise::new(1, Group::CpuTiming, 0);
const DISK: Noise = Noise::new(2, Group::Storage, 0);
const RADIO: Noise = Noise::new(3, Group::Radio, 0);

#[test]
fn the_order_of_absorbs_matters() {
    let state = |values: [u8; 2]| {
        let mut pool = Pool::<LANES>::new(Policy::SINGLE_GROUP);
        values.into_iter().for_each(|value| absorb(&mut pool, CPU, value, at_once(0)));
        pool.nonce()
    };
    assert_ne!(state([1, 2]), state([2, 1]));
}

#[test]
fn kinds_of_input_and_their_boundaries_are_kept_apart() {
    let state = |enter: fn(&mut Pool<LANES>)| {
        let mut pool = Pool::new(Policy::SINGLE_GROUP);
        enter(&mut pool);
        pool.nonce()
    };
    let states = [
        state(|_| {}),
        state(|pool| pool.mix(&[7; 4])),
        state(|pool| absorb(pool, CPU, 7, at_once(0))),
        state(|pool| absorb(pool, DISK, 7, at_once(0))),
        state(|pool| [(); 2].into_iter().for_each(|()| pool.mix(&[7; 2]))),
        state(|pool| pool.fork(&[7; 4])),
    ];
    for (place, state) in states.iter().enumerate() {
        assert!(!states[..place].contains(state), "state {place} repeats another");
    }
}

#[test]
fn seed_output_nonce_and_next_state_differ() {
    let paid = || {
        let mut pool = Pool::<LANES>::new(Policy::SINGLE_GROUP);
        absorb(&mut pool, CPU, 1, at_once(FULL));
        pool
    };
    let (mut condensed, mut drawn, mut out) = (paid(), paid(), [0; 32]);
    let seed = condensed.condense::<32>().unwrap();
    drawn.draw(&mut out).unwrap();
    assert_ne!(seed.bytes(), &out, "what a user gets never seeds a generator");
    assert_ne!(seed.bytes()[..16], paid().nonce());
    assert_ne!(condensed.nonce(), paid().nonce());
    assert_eq!(condensed.nonce(), drawn.nonce());
    assert!(drawn.draw(&mut out).is_err(), "a draw costs everything");
}

#[test]
fn without_a_free_lane_samples_are_mixed_and_counted() {
    let mut pool = Pool::<LANES>::new(Policy::SINGLE_GROUP);
    for source in [CPU, DISK] {
        absorb(&mut pool, source, 1, at_once(1_000));
    }
    let before = pool.nonce();
    absorb(&mut pool, RADIO, 1, at_once(1_000));
    assert_eq!((pool.credit(), pool.uncredited()), (2_000, 1));
    assert_ne!(pool.nonce(), before);
}

#[test]
fn what_never_pays_takes_no_lane() {
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    absorb(&mut pool, Noise::new(8, Group::OsGenerator, 0), 1, at_once(FULL));
    absorb(&mut pool, RADIO, 1, at_once(0));
    absorb(&mut pool, CPU, 1, at_once(1_000));
    assert_eq!((pool.credit(), pool.uncredited()), (1_000, 0));
}

#[test]
fn leadership_passes_on_at_a_condense_and_at_a_retirement() {
    let second = Noise::new(9, Group::CpuTiming, 0);
    let mut pool = Pool::<LANES>::new(Policy::SINGLE_GROUP);
    absorb(&mut pool, CPU, 1, at_once(1_000));
    absorb(&mut pool, second, 1, at_once(FULL));
    assert_eq!(pool.credit(), 1_000, "the second view of one noise earns nothing");
    pool.retire(second.id);
    assert_eq!(pool.credit(), 1_000, "who does not lead has nothing to lose");
    pool.retire(CPU.id);
    assert_eq!(pool.credit(), 0);
    absorb(&mut pool, second, 1, at_once(FULL));
    assert!(pool.condense::<32>().is_ok());
    absorb(&mut pool, CPU, 1, at_once(1_000));
    assert_eq!(pool.credit(), 1_000);
}

#[test]
fn refusals_say_what_is_short() {
    let policy = Policy { min_groups: 2, group_cap: 256_000 };
    let mut pool = Pool::<LANES>::new(policy);
    absorb(&mut pool, CPU, 1, at_once(FULL));
    let starved = |have, groups| Starved { have, need: FULL, groups, min_groups: 2 };
    let before = pool.nonce();
    assert_eq!(pool.condense::<32>().err(), Some(starved(256_000, 1)));
    assert_eq!(pool.nonce(), before, "a refusal leaves the state alone");
    absorb(&mut pool, DISK, 1, at_once(63_999));
    assert_eq!(pool.condense::<32>().err(), Some(starved(319_999, 2)));
    absorb(&mut pool, DISK, 1, at_once(1));
    assert!(pool.condense::<32>().is_ok());
}
