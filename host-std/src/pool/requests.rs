//! Requests for bytes.

use super::{EntropyPool, Shared, Source, fresh};
use crate::{Debiasing, HostRng, Labelled, PoolError, PoolLabel};
use openentropy_core::LabelState;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What is done to samples before they are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConditioningMode {
    /// Nothing: samples as they are.
    Raw,
    /// Samples of a source debiased by von Neumann's corrector, taken to be independent.
    VonNeumann,
    /// Samples of a source debiased by Peres' corrector, taken to be independent.
    Peres,
    /// Full-entropy blocks, each paid with 320 credited bits.
    Sha256,
    /// A generator, seeded from the pool.
    Drbg,
}

/// Bytes that are paid for one by one in [`EntropyPool::get_random_bytes`]; longer requests come from a generator.
const PAID_ONE_BY_ONE: usize = 4096;
/// Bytes of a full-entropy block.
const BLOCK: usize = 32;
/// What labels call the conditioner.
const SHA256: &str = "sha256";

impl EntropyPool {
    /// `n` bytes with their label: full-entropy blocks, each paid with 320 credited bits, up to 4 KiB; from a generator above.
    ///
    /// # Errors
    /// Those of [`fill_block`](Self::fill_block), or of [`HostRng::fill`].
    pub fn get_random_bytes(&self, n: usize) -> Result<Labelled<Vec<u8>>, PoolError> {
        let mode = if n <= PAID_ONE_BY_ONE { ConditioningMode::Sha256 } else { ConditioningMode::Drbg };
        self.get_bytes(n, mode)
    }

    /// `n` bytes in the given mode, with their label; `Raw` is [`get_raw_bytes`](Self::get_raw_bytes).
    ///
    /// # Errors
    /// Those of [`fill_block`](Self::fill_block), [`HostRng::fill`] or [`get_raw_bytes`](Self::get_raw_bytes).
    pub fn get_bytes(&self, n: usize, mode: ConditioningMode) -> Result<Labelled<Vec<u8>>, PoolError> {
        match mode {
            ConditioningMode::Raw => self.get_raw_bytes(n),
            ConditioningMode::VonNeumann => self.debiased(&[], Debiasing::VonNeumann)?.read_bytes(n),
            ConditioningMode::Peres => self.debiased(&[], Debiasing::Peres)?.read_bytes(n),
            ConditioningMode::Sha256 => self.paid_bytes(n),
            ConditioningMode::Drbg => {
                let rng = self.rng();
                let mut bytes = Zeroizing::new(vec![0; n]);
                rng.fill(&mut bytes)?;
                Ok(Labelled::new(core::mem::take(&mut *bytes), rng.label()?))
            }
        }
    }

    /// Fills `block` with full entropy, paid with 320 credited bits, and labels it.
    ///
    /// Waits for the sources up to the pool's deadline. Fresh operating-system bytes are mixed and not counted. When no credited source
    /// works, or none is fast enough, the block comes from a generator that nobody paid for, and is labelled degraded; not from a strict pool.
    ///
    /// ```
    /// let pool = openentropy_host::EntropyPool::auto();
    /// let mut block = [0; 32];
    /// let label = pool.fill_block(&mut block)?;
    /// println!("{} credited bits, {}", label.credited_bits, label.state.name());
    /// # Ok::<(), openentropy_host::PoolError>(())
    /// ```
    ///
    /// # Errors
    /// - [`PoolError::Starved`]: strict, and not paid for within the deadline.
    /// - [`PoolError::NoRandomness`]: not paid for, and the operating system's randomness fails too.
    pub fn fill_block(&self, block: &mut [u8; BLOCK]) -> Result<PoolLabel, PoolError> {
        let shared = &self.owner.shared;
        let process = shared.working();
        process.resumes();
        let fresh = fresh();
        let mixed = fresh.as_ref().map_or(&[][..], |bytes| &bytes[..]);
        let drawn = process.draw(shared.patience(), mixed, |pool| pool.draw(block));
        match drawn {
            Ok(((), paid)) => Ok(PoolLabel {
                state: paid.state,
                generator: Some(SHA256),
                credited_bits: 320,
                overdue_seconds: 0,
                sources: process.lock().reports(|number, _| paid.payers.contains(&number)),
                os_mixed: fresh.is_ok(),
            }),
            Err(starved) if shared.rules.is_strict => Err(PoolError::Starved(starved)),
            Err(_) => {
                let unpaid = HostRng::unpaid(Arc::clone(self.owner()));
                unpaid.fill(block)?;
                unpaid.label()
            }
        }
    }

    /// `n` samples, one a byte, of the only source, or of all framed by block as [`RawReader`](crate::RawReader) says.
    ///
    /// # Errors
    /// Those of [`raw`](Self::raw) and [`RawReader::next_block`](crate::RawReader::next_block).
    pub fn get_raw_bytes(&self, n: usize) -> Result<Labelled<Vec<u8>>, PoolError> {
        self.raw(&[])?.read_bytes(n)
    }

    /// `n` samples of one source, one a byte, untouched: shown, so never credited.
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`], and those of [`RawReader::next_block`](crate::RawReader::next_block).
    pub fn get_source_raw_bytes(&self, name: &str, n: usize) -> Result<Labelled<Vec<u8>>, PoolError> {
        self.raw(&[name])?.read_bytes(n)
    }

    /// `n` bytes of one source alone, in the given mode: a pool of that source under this pool's rules.
    ///
    /// ```
    /// use openentropy_host::{ConditioningMode, EntropyPool};
    /// let bytes = EntropyPool::auto().get_source_bytes("os_rng", 32, ConditioningMode::Sha256)?;
    /// assert_eq!(bytes.label().credited_bits, 0); // the operating system's generator is never counted
    /// # Ok::<(), openentropy_host::PoolError>(())
    /// ```
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`], and those of [`get_bytes`](Self::get_bytes).
    pub fn get_source_bytes(
        &self,
        name: &str,
        n: usize,
        mode: ConditioningMode,
    ) -> Result<Labelled<Vec<u8>>, PoolError> {
        self.only(name)?.get_bytes(n, mode)
    }

    /// A pool of the sources called `name` alone, under this pool's rules.
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`].
    pub fn only(&self, name: &str) -> Result<Self, PoolError> {
        let shared = Shared::new(self.owner().shared.rules, self.claims().clone(), &[]);
        let called = self.owner().shared.sources.iter().filter(|source| source.found.is_called(name));
        for source in called {
            shared.sources.push(Source::new(source.found.clone(), source.is_trusted, self.claims().clone()));
        }
        if shared.sources.get(0).is_none() {
            return Err(PoolError::UnknownSource);
        }
        Ok(Self::of(shared))
    }

    fn paid_bytes(&self, n: usize) -> Result<Labelled<Vec<u8>>, PoolError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(n));
        let mut block = Zeroizing::new([0; BLOCK]);
        let mut whole: Option<PoolLabel> = None;
        while bytes.len() < n {
            let label = self.fill_block(&mut block)?;
            let wanted = (n - bytes.len()).min(BLOCK);
            bytes.extend_from_slice(&block[..wanted]);
            whole = Some(match whole {
                None => label,
                Some(before) => joined(before, label),
            });
        }
        let label = whole.unwrap_or_else(|| PoolLabel { generator: Some(SHA256), ..self.label() });
        Ok(Labelled::new(core::mem::take(&mut *bytes), label))
    }
}

/// The label of bytes joined: the worst state, all bits, and the sources as they stood last.
fn joined(before: PoolLabel, after: PoolLabel) -> PoolLabel {
    PoolLabel {
        state: before.state.max(after.state),
        generator: if before.state == LabelState::Degraded { before.generator } else { after.generator },
        credited_bits: before.credited_bits + after.credited_bits,
        os_mixed: before.os_mixed && after.os_mixed,
        ..after
    }
}
