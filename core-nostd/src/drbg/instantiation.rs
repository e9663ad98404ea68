//! The life cycle that all mechanisms share.

use super::{
    ASCENDING, Drbg, DrbgError, MAX_PIECE, RESEED_INTERVAL,
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::Seed;

/// The self tests' entropy input, additional input and personalization; its first half is the nonce.
static TEST_INPUT: [u8; 32] = ASCENDING;
static TEST_NONCE: &[u8] = TEST_INPUT.split_at(16).0;
/// What the self tests instantiate and reseed with.
static TEST_MATERIAL: [[&[u8]; 3]; 2] =
    [[&TEST_INPUT, TEST_NONCE, &TEST_INPUT], [&TEST_INPUT, TEST_NONCE, &[]]];

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
    /// The mechanism's name, as labels print it.
    pub const NAME: &'static str = M::NAME;

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
        let [first, second] = &TEST_MATERIAL;
        self.mechanism.instantiate(first);
        self.mechanism.reseed(second);
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
    pub(super) fn start(&mut self, material: &[&[u8]; 3]) -> Result<(), DrbgError> {
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
    pub(super) fn restart(&mut self, material: &[&[u8]; 3], additional: &[u8]) -> Result<(), DrbgError> {
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
        self.start(&[seed.bytes(), nonce, personalization])
    }

    fn reseed(&mut self, seed: Seed<32>, additional: &[u8]) -> Result<(), DrbgError> {
        self.restart(&[seed.bytes(), additional, &[]], additional)
    }

    fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError> {
        Self::generate(self, out, additional)
    }

    fn uninstantiate(&mut self) {
        Self::uninstantiate(self);
    }
}

#[cfg(test)]
pub(super) mod tests;
