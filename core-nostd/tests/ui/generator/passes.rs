//! Generators are random number generators by `rand_core`'s traits, and fail by a typed error.

use openentropy_core::{Generator, GeneratorError, Policy, ReseedPolicy, drbg::HmacDrbg};
use rand_core::{TryCryptoRng, TryRng};

fn secure(_: &impl TryCryptoRng) {}

fn main() {
    let mut generator = Generator::<_, 1>::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);
    secure(&generator);
    assert!(matches!(generator.try_next_u64(), Err(GeneratorError::Starved(_))));
    assert!(HmacDrbg::new().try_next_u64().is_err());
}
