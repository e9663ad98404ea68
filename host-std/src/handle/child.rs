//! One thread's generator.

use super::mechanism::{AnyDrbg, Mechanism};
use crate::PoolError;
use crate::fork::Generation;
use crate::pool::{Fresh, Paid, Process, Rules, SeedAges, Shared, fresh};
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::drbg::DrbgError;
use openentropy_core::{LabelState, Seed};
use std::sync::Arc;
use std::time::Instant;
use zeroize::Zeroizing;

/// Rest between two attempts to be paid; a reseed more often than this costs the sources more than it brings.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// What makes seeds of this use differ from all others'.
const PERSONALIZATION: &[u8] = b"openentropy host generator 1";

/// Numbers the generators of a process and of those forked from it.
static CHILDREN: AtomicU64 = AtomicU64::new(0);

/// A generator that belongs to one thread, and what stands behind it.
pub(super) struct Child {
    drbg: AnyDrbg,
    seeded: Option<Seeded>,
    tried: Option<Instant>,
}

/// A seed's account.
struct Seeded {
    era: Era,
    at: Instant,
    /// Credited bits of all seeds since the first paid one.
    bits: u64,
    /// `None`: a mixed seed, that nobody paid for.
    paid: Option<Paid>,
    os_mixed: bool,
    /// What the last request was told, and the age of the seed then.
    last: Option<(LabelState, Duration)>,
}

/// What a seed does not outlive: a fork, or a resume of the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Era {
    generation: Generation,
    resumes: u64,
}

/// What a generator's output is worth.
#[derive(Debug, Clone)]
pub(super) struct Worth {
    pub(super) state: LabelState,
    pub(super) bits: u64,
    pub(super) overdue: Duration,
    pub(super) payers: Vec<usize>,
    pub(super) os_mixed: bool,
}

impl Worth {
    /// Of a generator that has given nothing.
    pub(super) const NOTHING: Self = Self {
        state: LabelState::Degraded,
        bits: 0,
        overdue: Duration::ZERO,
        payers: Vec::new(),
        os_mixed: false,
    };
}

impl Child {
    pub(super) const fn new(mechanism: Mechanism) -> Self {
        Self { drbg: AnyDrbg::new(mechanism), seeded: None, tried: None }
    }

    /// Fills `out` from a seed that is paid for, or as the pool's rules say when it is not.
    pub(super) fn fill(&mut self, shared: &Arc<Shared>, out: &mut [u8]) -> Result<LabelState, PoolError> {
        let process = shared.process();
        let now = Instant::now();
        self.enter(process);
        match &self.seeded {
            None => self.seed(shared, now)?,
            Some(seeded) if self.wants_seed(seeded, process, shared.rules.seed_ages, now) => {
                self.reseed(shared, now)?;
            }
            Some(_) => {}
        }
        self.generate(out, now, &shared.rules)
    }

    /// Fills `out` from a mixed seed, without waiting for anybody.
    pub(super) fn fill_unpaid(
        &mut self,
        shared: &Arc<Shared>,
        out: &mut [u8],
    ) -> Result<LabelState, PoolError> {
        let process = shared.process();
        let now = Instant::now();
        self.enter(process);
        let age = self.seeded.as_ref().map(|seeded| now.duration_since(seeded.at));
        if age.is_none_or(|age| age >= shared.rules.seed_ages.due) {
            self.seed_unpaid(process, fresh(), now)?;
        }
        self.generate(out, now, &shared.rules)
    }

    /// What stands behind the output of the last request, if there was one.
    pub(super) fn worth(&self, ages: SeedAges) -> Option<Worth> {
        let seeded = self.seeded.as_ref()?;
        let (state, age) = seeded.last?;
        Some(Worth {
            state,
            bits: seeded.bits,
            overdue: if seeded.paid.is_some() { age.saturating_sub(ages.due) } else { Duration::ZERO },
            payers: seeded.paid.as_ref().map_or_else(Vec::new, |paid| paid.payers.clone()),
            os_mixed: seeded.os_mixed,
        })
    }

    /// Forgets a seed that another process or a copy of this machine may hold.
    fn enter(&mut self, process: &Process) {
        let era = Era::of(process);
        if self.seeded.as_ref().is_some_and(|seeded| seeded.era != era) {
            self.drbg.uninstantiate();
            self.seeded = None;
            self.tried = None;
        }
    }

    /// Whether to ask the pool now, without waiting.
    fn wants_seed(&self, seeded: &Seeded, process: &Process, ages: SeedAges, now: Instant) -> bool {
        let has_rested = self.tried.is_none_or(|tried| now.duration_since(tried) >= BETWEEN_TRIES);
        let age = now.duration_since(seeded.at);
        match seeded.paid {
            None => has_rested,
            Some(_) if age >= ages.try_from => has_rested,
            Some(_) => age >= BETWEEN_TRIES && process.is_full() && process.may_reseed(now, BETWEEN_TRIES),
        }
    }

    /// The first seed, as soon as the sources have paid, within the deadline.
    fn seed(&mut self, shared: &Arc<Shared>, now: Instant) -> Result<(), PoolError> {
        let process = shared.working();
        let era = Era::of(process); // before the draw, so that a resume in between is seen by the next request
        let fresh = fresh();
        let drawn = process.draw(shared.patience(), mixable(&fresh), |pool| {
            let seed = pool.condense::<32>()?;
            Ok((seed, pool.nonce()))
        });
        match drawn {
            Ok(((seed, nonce), paid)) => {
                self.instantiate(seed, &nonce, &fresh)?;
                let os_mixed = fresh.is_ok();
                let at = Instant::now();
                self.seeded = Some(Seeded { era, at, bits: 320, paid: Some(paid), os_mixed, last: None });
                Ok(())
            }
            Err(starved) if shared.rules.is_strict => Err(PoolError::Starved(starved)),
            Err(_) => self.seed_unpaid(process, fresh, now),
        }
    }

    /// A seed that nobody has paid for.
    fn seed_unpaid(&mut self, process: &Process, fresh: Fresh, at: Instant) -> Result<(), PoolError> {
        self.tried = Some(at);
        let era = Era::of(process);
        let (seed, nonce) = process.draw_unpaid(fresh.clone()).map_err(PoolError::NoRandomness)?;
        self.instantiate(seed, &nonce, &fresh)?;
        self.seeded = Some(Seeded { era, at, bits: 0, paid: None, os_mixed: true, last: None });
        Ok(())
    }

    /// A further seed, if the pool can pay for it at once.
    fn reseed(&mut self, shared: &Arc<Shared>, now: Instant) -> Result<(), PoolError> {
        self.tried = Some(now);
        let fresh = fresh();
        let process = shared.working();
        let drawn =
            process.draw(shared.patience_of(Duration::ZERO), mixable(&fresh), |pool| pool.condense::<32>());
        if let (Ok((seed, paid)), Some(seeded)) = (drawn, &mut self.seeded) {
            self.drbg.reseed(seed, mixable(&fresh))?;
            seeded.at = now;
            seeded.bits += 320;
            seeded.paid = Some(paid);
            seeded.os_mixed |= fresh.is_ok();
        }
        Ok(())
    }

    fn instantiate(&mut self, seed: Seed<32>, nonce: &[u8; 16], fresh: &Fresh) -> Result<(), PoolError> {
        let number = CHILDREN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let process = Generation::current().mark().to_be_bytes();
        let parts = [PERSONALIZATION, &number, &process, mixable(fresh)];
        let personalization = Zeroizing::new(parts.concat());
        Ok(self.drbg.instantiate(seed, nonce, &personalization)?)
    }

    /// Fills `out`, with fresh operating-system bytes as additional input: copies of this state part here at the latest.
    fn generate(&mut self, out: &mut [u8], now: Instant, rules: &Rules) -> Result<LabelState, PoolError> {
        let seeded = self.seeded.as_mut().ok_or(DrbgError::NotInstantiated)?;
        let age = now.duration_since(seeded.at);
        if rules.is_strict && age >= rules.seed_ages.refuse {
            return Err(PoolError::ReseedOverdue { seconds: age.as_secs().try_into().unwrap_or(u32::MAX) });
        }
        let fresh = fresh();
        if let (Err(error), None) = (&fresh, &seeded.paid) {
            return Err(PoolError::NoRandomness(*error));
        }
        seeded.os_mixed = fresh.is_ok();
        self.drbg.generate(out, mixable(&fresh))?;
        let state = seeded.state(age, rules.seed_ages);
        seeded.last = Some((state, age));
        Ok(state)
    }
}

impl Seeded {
    fn state(&self, age: Duration, ages: SeedAges) -> LabelState {
        match &self.paid {
            None => LabelState::Degraded,
            Some(_) if age >= ages.due => LabelState::ReseedOverdue,
            Some(paid) => paid.state,
        }
    }
}

impl Era {
    fn of(process: &Process) -> Self {
        Self { generation: process.generation, resumes: process.resumes() }
    }
}

/// The bytes to mix: none, where the operating system gave none.
fn mixable(fresh: &Fresh) -> &[u8] {
    fresh.as_ref().map_or(&[], |bytes| &bytes[..])
}
