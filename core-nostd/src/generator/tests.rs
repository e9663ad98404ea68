//! When bytes come out, and when not one.

use super::*;
use crate::samples::{WindowCredit, filled};
use crate::{
    Group, Independence, Starved,
    drbg::{FailingDrbg, HmacDrbg},
};

const LIMITED: ReseedPolicy = ReseedPolicy { overdue_after: 2, refuse_after: 4 };

fn generator(reseed: ReseedPolicy) -> Generator<HmacDrbg, 2> {
    Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, reseed)
}

/// Absorbs one block of `value`s that pays `millibits` at once.
fn pay<D: Drbg>(generator: &mut Generator<D, 2>, value: u8, millibits: u32) {
    let mut block = filled::<16>(value);
    let credit = WindowCredit { window: 0, closes: 1, closed: millibits, open: 0 };
    generator.absorb(Samples::new(&mut block, SourceId::new(1), Independence::of(Group::Test), credit));
}

fn draw<D: Drbg>(generator: &mut Generator<D, 2>) -> Result<[u8; 32], GeneratorError> {
    let mut out = [0xa5; 32];
    let filled = generator.fill(&mut out);
    assert!(filled.is_ok() || out == [0; 32], "an error comes with not one byte");
    filled.map(|()| out)
}

#[test]
fn not_one_byte_before_the_price_is_paid() {
    let mut generator = generator(ReseedPolicy::LENIENT);
    pay(&mut generator, 1, 319_999);
    let starved = Starved { have: 319_999, need: 320_000, groups: 1, min_groups: 1 };
    assert_eq!(draw(&mut generator), Err(GeneratorError::Starved(starved)));
    assert_eq!(generator.state(), GeneratorState::Unseeded);
    pay(&mut generator, 1, 1);
    assert_ne!(draw(&mut generator), Ok([0; 32]));
    assert_eq!((generator.state(), generator.seeds()), (GeneratorState::Seeded, 1));
    assert_eq!(generator.pool().credit(), 0);
}

#[test]
fn reseeds_whenever_the_pool_can_pay() {
    let (mut reseeded, mut not) = (generator(LIMITED), generator(LIMITED));
    for generator in [&mut reseeded, &mut not] {
        pay(generator, 1, 320_000);
    }
    assert_eq!(draw(&mut reseeded), draw(&mut not), "same samples, same bytes");
    pay(&mut reseeded, 2, 320_000);
    assert_ne!(draw(&mut reseeded), draw(&mut not));
    assert_eq!((reseeded.seeds(), not.seeds()), (2, 1));
}

#[test]
fn overdue_is_said_then_refused_then_mended() {
    let mut generator = generator(LIMITED);
    pay(&mut generator, 1, 320_000);
    let states = [(); 4].map(|()| {
        draw(&mut generator).unwrap();
        generator.state()
    });
    let (fresh, overdue) = (GeneratorState::Seeded, GeneratorState::ReseedOverdue);
    assert_eq!(states, [fresh, overdue, overdue, overdue]);
    assert!(matches!(draw(&mut generator), Err(GeneratorError::ReseedOverdue(starved)) if starved.have == 0));
    pay(&mut generator, 2, 320_000);
    draw(&mut generator).unwrap();
    assert_eq!((generator.state(), generator.seeds()), (fresh, 2));
}

#[test]
fn a_long_request_counts_by_pieces() {
    let mut generator = generator(LIMITED);
    pay(&mut generator, 1, 320_000);
    generator.fill(&mut [0; MAX_PIECE]).unwrap();
    assert_eq!(generator.state(), GeneratorState::Seeded);
    generator.fill(&mut [0; MAX_PIECE + 1]).unwrap();
    assert_eq!(generator.state(), GeneratorState::ReseedOverdue);
}

#[test]
fn a_lenient_generator_never_refuses() {
    let mut generator = generator(ReseedPolicy::LENIENT);
    pay(&mut generator, 1, 320_000);
    draw(&mut generator).unwrap();
    generator.stage = Stage::Seeded(u32::MAX - 1);
    draw(&mut generator).unwrap();
    assert!(draw(&mut generator).is_ok());
}

#[test]
fn copies_part_at_a_fork_and_pay_again() {
    let (mut parent, mut child) = (generator(LIMITED), generator(LIMITED));
    for generator in [&mut parent, &mut child] {
        pay(generator, 1, 320_000);
        draw(generator).unwrap();
        pay(generator, 2, 319_000);
    }
    child.fork(b"4711");
    assert_eq!(child.state(), GeneratorState::Unseeded);
    assert!(matches!(draw(&mut child), Err(GeneratorError::Starved(starved)) if starved.have == 0));
    for generator in [&mut parent, &mut child] {
        pay(generator, 3, 320_000);
    }
    assert_ne!(draw(&mut parent), draw(&mut child));
}

#[test]
fn additional_input_changes_the_output() {
    let (mut one, mut other) = (generator(LIMITED), generator(LIMITED));
    for generator in [&mut one, &mut other] {
        pay(generator, 1, 320_000);
    }
    let (mut a, mut b) = ([0; 32], [0; 32]);
    one.fill_with(&mut a, b"session 1").unwrap();
    other.fill_with(&mut b, b"session 2").unwrap();
    assert_ne!(a, b);
}

#[test]
fn a_failed_self_test_is_for_good() {
    let failed = Err(GeneratorError::Drbg(DrbgError::SelfTestFailed));
    let mut generator = Generator::new(FailingDrbg::new(), Policy::SINGLE_GROUP, LIMITED);
    for _ in 0..2 {
        pay(&mut generator, 1, 320_000);
        assert_eq!(draw(&mut generator), failed);
        generator.fork(b"4711");
        assert_eq!((generator.state(), generator.seeds()), (GeneratorState::SelfTestFailed, 0));
    }
}
