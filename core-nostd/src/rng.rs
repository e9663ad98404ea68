//! `rand_core`'s traits: implemented for generators, and for nothing else.

use crate::drbg::{Drbg, DrbgError, Instantiation, Mechanism};
use crate::{Generator, GeneratorError};
use rand_core::{TryCryptoRng, TryRng};

/// Each call is a request of its own, without additional input.
impl<M: Mechanism> TryRng for Instantiation<M> {
    type Error = DrbgError;

    fn try_next_u32(&mut self) -> Result<u32, DrbgError> {
        let mut word = [0; 4];
        self.generate(&mut word, &[])?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, DrbgError> {
        let mut word = [0; 8];
        self.generate(&mut word, &[])?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), DrbgError> {
        self.generate(out, &[])
    }
}

impl<M: Mechanism> TryCryptoRng for Instantiation<M> {}

/// Each call is a request of its own, without additional input.
impl<D: Drbg, const LANES: usize> TryRng for Generator<D, LANES> {
    type Error = GeneratorError;

    fn try_next_u32(&mut self) -> Result<u32, GeneratorError> {
        let mut word = [0; 4];
        self.fill(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, GeneratorError> {
        let mut word = [0; 8];
        self.fill(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), GeneratorError> {
        self.fill(out)
    }
}

impl<D: Drbg, const LANES: usize> TryCryptoRng for Generator<D, LANES> {}
