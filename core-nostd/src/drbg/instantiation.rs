//! The life cycle that all mechanisms share.

use super::{ASCENDING, Drbg, DrbgError, MAX_INPUT, MAX_PIECE, RESEED_INTERVAL, sealed::Sealed};
use crate::Seed;
use zeroize::Zeroize;

/// The self tests' entropy input, additional input and personalization; its first half is the nonce.
static TEST_INPUT: [u8; 32] = ASCENDING;
static TEST_NONCE: &[u8] = TEST_INPUT.split_at(16).0;

/// What a self test's second request gives.
pub(super) type KnownAnswer = [u8; 32];

/// The algorithm of a generator: its working state and the three functions on it, without life cycle or limits.
///
/// Everything that seeds comes as parts that count as joined, so that nothing has to be copied together.
pub trait Mechanism: Sealed + Zeroize {
    /// The name, as labels print it.
    const NAME: &'static str;
    /// The state before it is instantiated.
    const BLANK: Self;
    /// The longest personalization or additional input, in bytes.
    const MAX_INPUT: usize = MAX_INPUT;
    /// What the self test must give.
    const KNOWN_ANSWER: KnownAnswer;

    /// Replaces the state by one derived from entropy input, nonce and personalization.
    fn instantiate(&mut self, material: [&[u8]; 3]);

    /// Works entropy input and additional input into the state; the third part is empty.
    fn reseed(&mut self, material: [&[u8]; 3]);

    /// Answers the `counter`-th request since the last seed, of at most [`MAX_PIECE`] bytes, and moves the state on.
    fn generate(&mut self, piece: &mut [u8], additional: &[u8], counter: u64);
}

/// A mechanism that is seeded with entropy input and a nonce: every one but CTR_DRBG without derivation function.
pub trait TakesNonce: Mechanism {}

/// A generator: one instantiation of a mechanism (SP 800-90A §9), wiped when dropped.
///
/// Holds what the mechanisms have in common: whether it is seeded, the reseed counter, the limits, the division of long requests and
/// the self test, which runs before every instantiation (§11.3.2) and latches.
pub struct Instantiation<M: Mechanism> {
    mechanism: M,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    NotInstantiated,
    /// The number of the next request since the last seed, from 1.
    Seeded(u64),
    SelfTestFailed,
}

impl<M: Mechanism> Instantiation<M> {
    /// A generator without a seed.
    #[must_use]
    pub const fn new() -> Self {
        Self { mechanism: M::BLANK, phase: Phase::NotInstantiated }
    }

    /// Runs the mechanism's known-answer test: instantiate, reseed, two requests, the first with additional input; then the
    /// refusals of an unseeded state and of an exhausted counter.
    ///
    /// # Errors
    /// [`DrbgError::SelfTestFailed`].
    pub fn self_test() -> Result<(), DrbgError> {
        Self::new().rehearse(&M::KNOWN_ANSWER, |_| {})
    }

    /// The self test against `known`, in the place of the state, with `disturb` done to it once it is seeded.
    #[inline(never)] // apart from the caller's frame: it lies under the deepest calls
    fn rehearse(&mut self, known: &KnownAnswer, disturb: impl FnOnce(&mut M)) -> Result<(), DrbgError> {
        let mut answer = *known;
        self.phase = Phase::NotInstantiated;
        let mut passed = self.refuses(&mut answer, DrbgError::NotInstantiated);
        self.mechanism.instantiate([&TEST_INPUT, TEST_NONCE, &TEST_INPUT]);
        self.mechanism.reseed([&TEST_INPUT, TEST_NONCE, &[]]);
        disturb(&mut self.mechanism);
        self.phase = Phase::Seeded(1);
        passed &= self.generate(&mut answer, TEST_NONCE).is_ok();
        passed &= self.generate(&mut answer, &[]).is_ok();
        passed &= answer == *known;
        self.phase = Phase::Seeded(RESEED_INTERVAL + 1);
        passed &= self.refuses(&mut answer, DrbgError::ReseedRequired);
        self.phase = Phase::NotInstantiated;
        if passed { Ok(()) } else { Err(DrbgError::SelfTestFailed) }
    }

    /// Whether a request fails with `error` and leaves nothing in `out`.
    fn refuses(&mut self, out: &mut KnownAnswer, error: DrbgError) -> bool {
        self.generate(out, &[]) == Err(error) && *out == [0; 32]
    }

    /// Fills `out`, in pieces of at most [`MAX_PIECE`]; `additional` goes into the first.
    ///
    /// Each piece is a request of its own: once it is answered, the state no longer tells it. For prediction resistance reseed
    /// before (§9.3.1); additional input is then the reseed's.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::InputTooLong`], [`DrbgError::ReseedRequired`], [`DrbgError::SelfTestFailed`]; `out` is
    /// then wiped.
    pub fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError> {
        let filled = self.fill(out, additional);
        if filled.is_err() {
            out.fill(0);
        }
        filled
    }

    /// Wipes the state (§9.5); a failed self test stays latched.
    pub fn uninstantiate(&mut self) {
        self.mechanism.zeroize();
        if self.phase != Phase::SelfTestFailed {
            self.phase = Phase::NotInstantiated;
        }
    }

    #[inline(never)]
    fn fill(&mut self, mut rest: &mut [u8], mut additional: &[u8]) -> Result<(), DrbgError> {
        self.check(additional)?;
        loop {
            let counter = match self.phase {
                Phase::Seeded(counter) if counter <= RESEED_INTERVAL => counter,
                Phase::Seeded(_) => return Err(DrbgError::ReseedRequired),
                Phase::NotInstantiated => return Err(DrbgError::NotInstantiated),
                Phase::SelfTestFailed => return Err(DrbgError::SelfTestFailed),
            };
            let length = rest.len().min(MAX_PIECE);
            let Some((piece, later)) = rest.split_at_mut_checked(length) else {
                return Ok(());
            };
            self.mechanism.generate(piece, additional, counter);
            self.phase = Phase::Seeded(counter + 1);
            if later.is_empty() {
                return Ok(());
            }
            (rest, additional) = (later, &[]);
        }
    }

    /// First seeding, after the self test; the parts are those of [`Mechanism::instantiate`].
    pub(super) fn start(&mut self, material: [&[u8]; 3]) -> Result<(), DrbgError> {
        let [_, _, personalization] = material;
        if self.phase == Phase::SelfTestFailed {
            return Err(DrbgError::SelfTestFailed);
        }
        self.check(personalization)?;
        if let Err(failed) = self.rehearse(&M::KNOWN_ANSWER, |_| {}) {
            self.mechanism.zeroize();
            self.phase = Phase::SelfTestFailed;
            return Err(failed);
        }
        self.mechanism.instantiate(material);
        self.phase = Phase::Seeded(1);
        Ok(())
    }

    /// Reseeding; `additional` is the part of `material` whose length is limited.
    pub(super) fn restart(&mut self, material: [&[u8]; 3], additional: &[u8]) -> Result<(), DrbgError> {
        match self.phase {
            Phase::NotInstantiated => return Err(DrbgError::NotInstantiated),
            Phase::SelfTestFailed => return Err(DrbgError::SelfTestFailed),
            Phase::Seeded(_) => {}
        }
        self.check(additional)?;
        self.mechanism.reseed(material);
        self.phase = Phase::Seeded(1);
        Ok(())
    }

    fn check(&self, input: &[u8]) -> Result<(), DrbgError> {
        if input.len() > M::MAX_INPUT {
            return Err(DrbgError::InputTooLong);
        }
        Ok(())
    }
}

impl<M: Mechanism> Default for Instantiation<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Mechanism> Drop for Instantiation<M> {
    fn drop(&mut self) {
        self.mechanism.zeroize();
    }
}

impl<M: Mechanism> Sealed for Instantiation<M> {}

impl<M: TakesNonce> Drbg for Instantiation<M> {
    const NAME: &'static str = M::NAME;

    fn self_test() -> Result<(), DrbgError> {
        Self::self_test()
    }

    fn instantiate(
        &mut self,
        seed: Seed<32>,
        nonce: &[u8; 16],
        personalization: &[u8],
    ) -> Result<(), DrbgError> {
        self.start([seed.bytes(), nonce, personalization])
    }

    fn reseed(&mut self, seed: Seed<32>, additional: &[u8]) -> Result<(), DrbgError> {
        self.restart([seed.bytes(), additional, &[]], additional)
    }

    fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError> {
        Self::generate(self, out, additional)
    }

    fn uninstantiate(&mut self) {
        Self::uninstantiate(self);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{drbg::HmacDrbg, hazmat::seed_from_bytes};

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
        let mut generator = seeded(1);
        generator.phase = Phase::SelfTestFailed;
        let refused = Err(DrbgError::SelfTestFailed);
        let mut out = [0xa5; 4];
        assert_eq!(generator.generate(&mut out, &[]), refused);
        assert_eq!(out, [0; 4]);
        assert_eq!(generator.reseed(seed_from_bytes([2; 32]), &[]), refused);
        generator.uninstantiate();
        assert_eq!(generator.instantiate(seed_from_bytes([2; 32]), &[0; 16], &[]), refused);
    }
}
