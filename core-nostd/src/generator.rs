//! The generator: a pool, a mechanism that it seeds, and a rule about how old a seed may grow.

mod reseed;
mod state;

pub use reseed::ReseedPolicy;
pub use state::{GeneratorError, GeneratorState};

use crate::drbg::{Drbg, DrbgError, MAX_PIECE};
use crate::{Policy, Pool, Samples, SourceId};

/// A pool of `LANES` independence groups and the mechanism `D` that it seeds: the whole of a firmware's random numbers.
///
/// Made by a constant, so that it can stand in a static, and seeded in place. Entropy gathers in the pool and reaches the
/// mechanism 320 credited bits at a time, never in trickles that could be guessed one by one (catastrophic reseeding).
///
/// ```
/// use openentropy_core::{drbg::HmacDrbg, Generator, GeneratorError, GeneratorState, Policy, ReseedPolicy};
/// const POLICY: Policy = Policy::SINGLE_GROUP;
/// let mut generator: Generator<HmacDrbg, 4> = Generator::new(HmacDrbg::new(), POLICY, ReseedPolicy::STRICT);
/// generator.mix(b"serial number 0042"); // makes boards differ, counts for nothing
/// let mut key = [0; 32];
/// // `generator.absorb(tested.collect(&mut block)?)` until this succeeds:
/// let Err(GeneratorError::Starved(starved)) = generator.fill(&mut key) else { panic!("not one sample was absorbed") };
/// assert_eq!((starved.have, starved.need), (0, 320_000));
/// assert_eq!(generator.state(), GeneratorState::Unseeded);
/// ```
pub struct Generator<D, const LANES: usize> {
    pool: Pool<LANES>,
    drbg: D,
    reseed: ReseedPolicy,
    stage: Stage,
    seeds: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unseeded,
    /// Requests answered since the last seed.
    Seeded(u32),
    SelfTestFailed,
}

impl<D: Drbg, const LANES: usize> Generator<D, LANES> {
    /// An empty pool in front of `drbg`, which is not instantiated yet.
    #[must_use]
    pub const fn new(drbg: D, policy: Policy, reseed: ReseedPolicy) -> Self {
        Self { pool: Pool::new(policy), drbg, reseed, stage: Stage::Unseeded, seeds: 0 }
    }

    /// Absorbs tested samples and books what they pay; see [`Pool::absorb`].
    pub fn absorb(&mut self, samples: Samples<'_>) {
        self.pool.absorb(samples);
    }

    /// Mixes bytes that are worth nothing into the next seed; see [`Pool::mix`].
    pub fn mix(&mut self, bytes: &[u8]) {
        self.pool.mix(bytes);
    }

    /// Takes back what the source `id` has earned: it has failed for good or was removed; see [`Pool::retire`].
    pub fn retire(&mut self, id: SourceId) {
        self.pool.retire(id);
    }

    /// Fills `out`: all of it, or an error and not one byte.
    ///
    /// Seeds the mechanism first if it is not seeded, and reseeds it whenever the pool can pay. The first seeding runs the mechanism's
    /// self test. Once a piece of at most [`MAX_PIECE`] bytes is out, the state no longer tells it (backtracking resistance).
    ///
    /// # Errors
    /// [`GeneratorError::Starved`] before the first seed, [`GeneratorError::ReseedOverdue`] beyond the policy's age,
    /// [`GeneratorError::Drbg`] with [`DrbgError::SelfTestFailed`] for good.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<(), GeneratorError> {
        self.fill_with(out, &[])
    }

    /// As [`fill`](Self::fill), with `additional` input for this request: what it is for, or anything the caller has at hand.
    ///
    /// It need be neither secret nor random, and makes requests differ even where states were copied (SP 800-90A §8.7.2).
    ///
    /// # Errors
    /// Those of [`fill`](Self::fill), and [`GeneratorError::Drbg`] with [`DrbgError::InputTooLong`].
    pub fn fill_with(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), GeneratorError> {
        let filled = self.request(out, additional);
        if filled.is_err() {
            out.fill(0);
        }
        if filled == Err(GeneratorError::Drbg(DrbgError::SelfTestFailed)) {
            self.stage = Stage::SelfTestFailed;
        }
        filled
    }

    /// Makes this copy differ from every other, in a forked child or a machine resumed from a snapshot.
    ///
    /// The mechanism's state is wiped, as another holds it too; pool and credit start anew from `fresh` (a process number,
    /// operating-system bytes). Not a byte comes out until new samples have paid.
    pub fn fork(&mut self, fresh: &[u8]) {
        self.pool.fork(fresh);
        self.drbg.uninstantiate();
        if self.stage != Stage::SelfTestFailed {
            self.stage = Stage::Unseeded;
        }
    }

    /// What the next request's output would rest on, if the pool does not pay until then.
    #[must_use]
    pub const fn state(&self) -> GeneratorState {
        match self.stage {
            Stage::Unseeded => GeneratorState::Unseeded,
            Stage::Seeded(requests) if requests < self.reseed.overdue_after => GeneratorState::Seeded,
            Stage::Seeded(_) => GeneratorState::ReseedOverdue,
            Stage::SelfTestFailed => GeneratorState::SelfTestFailed,
        }
    }

    /// How many seeds the pool has paid for, the first included.
    #[must_use]
    pub const fn seeds(&self) -> u32 {
        self.seeds
    }

    /// The mechanism's name, as labels print it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        D::NAME
    }

    /// The pool, to ask for its credit.
    #[must_use]
    pub const fn pool(&self) -> &Pool<LANES> {
        &self.pool
    }

    fn request(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), GeneratorError> {
        let before = self.seed()?;
        self.drbg.generate(out, additional)?;
        let pieces = out.len().div_ceil(MAX_PIECE).max(1);
        let answered = before.saturating_add(u32::try_from(pieces).unwrap_or(u32::MAX));
        self.stage = Stage::Seeded(answered.min(u32::MAX - 1)); // so that a limit of u32::MAX is never reached
        Ok(())
    }

    /// Seeds or reseeds if the pool pays; how many requests the seed has answered.
    #[inline(never)] // its seed must not lie in the frame under which bytes are generated
    fn seed(&mut self) -> Result<u32, GeneratorError> {
        if self.stage == Stage::SelfTestFailed {
            return Err(DrbgError::SelfTestFailed.into());
        }
        if !self.pool.affords(32) {
            return self.unpaid();
        }
        let seed = self.pool.pay();
        match self.stage {
            Stage::Seeded(_) => self.drbg.reseed(seed, &[])?,
            _ => self.drbg.instantiate(seed, &self.pool.nonce(), D::NAME.as_bytes())?,
        }
        self.seeds = self.seeds.saturating_add(1);
        self.stage = Stage::Seeded(0);
        Ok(0)
    }

    /// What a request gets while the pool cannot pay: the bytes of the last seed, up to the policy's age.
    #[inline(never)] // its reasons must not lie in the frame under which the mechanism is seeded
    fn unpaid(&self) -> Result<u32, GeneratorError> {
        let starved = self.pool.starved(32);
        match self.stage {
            Stage::Seeded(requests) if requests < self.reseed.refuse_after => Ok(requests),
            Stage::Seeded(_) => Err(GeneratorError::ReseedOverdue(starved)),
            _ => Err(GeneratorError::Starved(starved)),
        }
    }
}

#[cfg(test)]
mod tests;
