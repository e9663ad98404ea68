//! The set of mechanisms is closed: nothing else may pass for one.

use openentropy_core::{Seed, drbg::{Drbg, DrbgError}};

struct Mine;

impl Drbg for Mine {
    const NAME: &'static str = "mine";

    fn self_test() -> Result<(), DrbgError> {
        Ok(())
    }

    fn instantiate(&mut self, _: Seed<32>, _: &[u8; 16], _: &[u8]) -> Result<(), DrbgError> {
        Ok(())
    }

    fn reseed(&mut self, _: Seed<32>, _: &[u8]) -> Result<(), DrbgError> {
        Ok(())
    }

    fn generate(&mut self, _: &mut [u8], _: &[u8]) -> Result<(), DrbgError> {
        Ok(())
    }

    fn uninstantiate(&mut self) {}
}

fn main() {}
