//! The life cycle that all mechanisms share.

use super::{Drbg, DrbgError, MAX_INPUT, MAX_PIECE, RESEED_INTERVAL, sealed::Sealed};
use crate::Seed;
use zeroize::Zeroize;

/// The input of every self test: entropy input, additional input and personalization; its first half is the nonce.
const TEST_INPUT: [u8; 32] = {
    let mut input = [0; 32];
    let mut at = 0;
    while at < input.len() {
        input[at] = at as u8;
        at += 1;
    }
    input
};
const TEST_NONCE: &[u8] = TEST_INPUT.split_at(16).0;

/// The bytes of a self test's second request.
pub(super) type KnownAnswer = [u8; 48];

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

    /// Runs the mechanism's known-answer test on an instantiation of its own: instantiate, reseed, two requests, the first with additional
    /// input; then the refusals of an unseeded state and of an exhausted counter.
    ///
    /// # Errors
    /// [`DrbgError::SelfTestFailed`].
    pub fn self_test() -> Result<(), DrbgError> {
        Self::rehearse(&M::KNOWN_ANSWER, |_| {})
    }

    /// The self test against `known`, with `disturb` done to the seeded state.
    #[inline(never)] // its state must not lie in the frame of who calls it
    fn rehearse(known: &KnownAnswer, disturb: impl FnOnce(&mut M)) -> Result<(), DrbgError> {
        let mut tested = Self::new();
        let mut answer = *known;
        let refused_unseeded = tested.refuses(&mut answer, DrbgError::NotInstantiated);
        tested.mechanism.instantiate([&TEST_INPUT, TEST_NONCE, &TEST_INPUT]);
        tested.mechanism.reseed([&TEST_INPUT, TEST_NONCE, &[]]);
        disturb(&mut tested.mechanism);
        tested.phase = Phase::Seeded(1);
        tested.generate(&mut answer, &TEST_INPUT)?;
        tested.generate(&mut answer, &[])?;
        let known_answer = answer == *known;
        tested.phase = Phase::Seeded(RESEED_INTERVAL + 1);
        let refused_exhausted = tested.refuses(&mut answer, DrbgError::ReseedRequired);
        if refused_unseeded && known_answer && refused_exhausted {
            Ok(())
        } else {
            Err(DrbgError::SelfTestFailed)
        }
    }

    /// Whether a request fails with `error` and leaves nothing in `out`.
    fn refuses(&mut self, out: &mut KnownAnswer, error: DrbgError) -> bool {
        self.generate(out, &[]) == Err(error) && out.iter().all(|byte| *byte == 0)
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
    #[inline(never)]
    pub(super) fn start(&mut self, material: [&[u8]; 3]) -> Result<(), DrbgError> {
        let [_, _, personalization] = material;
        if self.phase == Phase::SelfTestFailed || Self::self_test().is_err() {
            self.mechanism.zeroize();
            self.phase = Phase::SelfTestFailed;
            return Err(DrbgError::SelfTestFailed);
        }
        self.check(personalization)?;
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

    /// The self test of `M` passes, and fails when any byte of the expected answer or of the working state is changed.
    pub(in crate::drbg) fn self_test_sees_every_byte<M: Mechanism>(state: fn(&mut M) -> [&mut [u8]; 2]) {
        type Tested<M> = Instantiation<M>;
        assert_eq!(Tested::<M>::self_test(), Ok(()));
        for at in 0..M::KNOWN_ANSWER.len() {
            let mut known = M::KNOWN_ANSWER;
            known[at] ^= 1;
            let result = Tested::<M>::rehearse(&known, |_| {});
            assert_eq!(result, Err(DrbgError::SelfTestFailed), "answer byte {at}");
        }
        let size = state(&mut { M::BLANK }).concat().len();
        for at in 0..size {
            let result = Tested::<M>::rehearse(&M::KNOWN_ANSWER, |mechanism| {
                *state(mechanism).into_iter().flatten().nth(at).unwrap() ^= 0x80;
            });
            assert_eq!(result, Err(DrbgError::SelfTestFailed), "state byte {at}");
        }
    }

    /// Nothing of the state is left after it was wiped.
    pub(in crate::drbg) fn wiping_leaves_nothing<M: TakesNonce>(state: fn(&mut M) -> [&mut [u8]; 2]) {
        let mut generator = Instantiation::<M>::new();
        seed(&mut generator, 1);
        assert!(state(&mut generator.mechanism).concat().iter().any(|byte| *byte != 0));
        generator.uninstantiate();
        assert!(state(&mut generator.mechanism).concat().iter().all(|byte| *byte == 0));
        let refused = generator.generate(&mut [0; 1], &[]);
        assert_eq!(refused, Err(DrbgError::NotInstantiated));
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
