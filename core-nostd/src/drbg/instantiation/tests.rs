//! Of the life cycle, and what every mechanism's tests use.

use super::*;
use crate::{
    drbg::{FailingDrbg, HmacDrbg, MAX_INPUT},
    hazmat::seed_from_bytes,
};

/// Flips a bit of byte `at`; false beyond the end.
pub(in crate::drbg) fn flip(bytes: &mut [u8], at: usize) -> bool {
    bytes.get_mut(at).is_some_and(|byte| {
        *byte ^= 0x80;
        true
    })
}

/// The self test of `M` passes, and fails when any byte of the expected answer or of the working state is changed.
pub(in crate::drbg) fn self_test_sees_every_byte<M: Mechanism>(disturb: fn(&mut M, usize) -> bool) {
    assert_eq!(Instantiation::<M>::self_test(), Ok(()));
    let failed = Err(DrbgError::SelfTestFailed);
    for at in 0..M::KNOWN_ANSWER.len() {
        let mut known = M::KNOWN_ANSWER;
        known[at] ^= 1;
        assert_eq!(Instantiation::<M>::new().rehearse(&known, |_| {}), failed, "answer byte {at}");
    }
    let size = (0..).find(|at| !disturb(&mut { M::BLANK }, *at)).unwrap();
    assert!(size >= 32);
    for at in 0..size {
        let disturb = |mechanism: &mut M| assert!(disturb(mechanism, at));
        let result = Instantiation::<M>::new().rehearse(&M::KNOWN_ANSWER, disturb);
        assert_eq!(result, failed, "state byte {at}");
    }
}

/// Nothing of the state is left after it was wiped.
pub(in crate::drbg) fn wiping_leaves_nothing<M: TakesNonce>(is_blank: fn(&M) -> bool) {
    let mut generator = Instantiation::<M>::new();
    seed(&mut generator, 1);
    assert!(!is_blank(&generator.mechanism));
    generator.uninstantiate();
    assert!(is_blank(&generator.mechanism));
    assert_eq!(generator.generate(&mut [0; 1], &[]), Err(DrbgError::NotInstantiated));
}

/// The last block of a request is cut, not changed, and nothing beyond it is written.
pub(in crate::drbg) fn short_requests_begin_longer_ones<M: TakesNonce>() {
    let given = |length: usize| {
        let mut generator = Instantiation::<M>::new();
        seed(&mut generator, 1);
        let mut out = [0; 100];
        generator.generate(&mut out[..length], b"additional").unwrap();
        out
    };
    let longest = given(100);
    for length in 0..100 {
        let out = given(length);
        assert_eq!(out[..length], longest[..length]);
        assert!(out[length..].iter().all(|byte| *byte == 0));
    }
}

fn seed(generator: &mut impl Drbg, byte: u8) {
    generator.instantiate(seed_from_bytes([byte; 32]), &[0; 16], b"test").unwrap();
}

fn seeded(byte: u8) -> HmacDrbg {
    let mut generator = HmacDrbg::new();
    seed(&mut generator, byte);
    generator
}

#[test]
fn a_long_request_is_a_row_of_pieces() {
    let (mut whole, mut pieces) = ([0; 2 * MAX_PIECE + 100], [0; 2 * MAX_PIECE + 100]);
    seeded(1).generate(&mut whole, b"additional").unwrap();
    let mut generator = seeded(1);
    let mut additional: &[u8] = b"additional";
    for piece in pieces.chunks_mut(MAX_PIECE) {
        generator.generate(piece, additional).unwrap();
        additional = &[];
    }
    assert_eq!(whole, pieces);
}

#[test]
fn an_empty_request_takes_its_additional_input() {
    let (mut with, mut without) = (seeded(1), seeded(1));
    with.generate(&mut [], b"additional").unwrap();
    without.generate(&mut [], &[]).unwrap();
    let (mut first, mut second) = ([0; 16], [0; 16]);
    with.generate(&mut first, &[]).unwrap();
    without.generate(&mut second, &[]).unwrap();
    assert_ne!(first, second);
}

#[test]
fn a_counter_that_runs_out_within_a_request_wipes_all_of_it() {
    let mut generator = seeded(1);
    generator.phase = Phase::Seeded(RESEED_INTERVAL);
    let mut out = [0xa5; MAX_PIECE + 1];
    assert_eq!(generator.generate(&mut out, &[]), Err(DrbgError::ReseedRequired));
    assert_eq!(out, [0; MAX_PIECE + 1]);
    generator.reseed(seed_from_bytes([2; 32]), &[]).unwrap();
    generator.generate(&mut out, &[]).unwrap();
}

#[test]
fn long_inputs_are_refused_and_change_nothing() {
    static LONG: [u8; MAX_INPUT + 1] = [0; MAX_INPUT + 1];
    let (mut asked, mut left) = (seeded(1), seeded(1));
    let refused = Err(DrbgError::InputTooLong);
    let mut out = [0xa5; 4];
    assert_eq!(asked.generate(&mut out, &LONG), refused);
    assert_eq!(out, [0; 4]);
    assert_eq!(asked.reseed(seed_from_bytes([2; 32]), &LONG), refused);
    assert_eq!(asked.instantiate(seed_from_bytes([2; 32]), &[0; 16], &LONG), refused);
    let (mut first, mut second) = ([0; 16], [0; 16]);
    asked.generate(&mut first, &LONG[1..]).unwrap();
    left.generate(&mut second, &LONG[1..]).unwrap();
    assert_eq!(first, second);
}

#[test]
fn what_was_never_seeded_gives_nothing() {
    let mut generator = HmacDrbg::new();
    let refused = Err(DrbgError::NotInstantiated);
    assert_eq!(generator.generate(&mut [0; 4], &[]), refused);
    assert_eq!(generator.reseed(seed_from_bytes([2; 32]), &[]), refused);
}

#[test]
fn a_failed_self_test_latches() {
    let failed = Err(DrbgError::SelfTestFailed);
    let mut generator = FailingDrbg::new();
    assert_eq!(FailingDrbg::self_test(), failed);
    for _ in 0..2 {
        assert_eq!(generator.instantiate(seed_from_bytes([2; 32]), &[0; 16], &[]), failed);
        assert_eq!(generator.reseed(seed_from_bytes([2; 32]), &[]), failed);
        let mut out = [0xa5; 4];
        assert_eq!(generator.generate(&mut out, &[]), failed);
        assert_eq!(out, [0; 4]);
        generator.uninstantiate();
    }
}
