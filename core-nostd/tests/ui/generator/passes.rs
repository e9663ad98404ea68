//! Generators are random number generators by `rand_core`'s traits, and fail by a typed error.

use openentropy_core::{Generator, GeneratorError, Policy, ReseedPolicy, drbg::HmacDrbg};
use rand_core::TryCryptoRng;

fn draw<R: TryCryptoRng>(mut rng: R) -> Result<u64, R::Error> {
    rng.try_next_u64()
}

fn main() {
    let generator = Generator::<_, 1>::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);
    assert!(matches!(draw(generator), Err(GeneratorError::Starved(_))));
    assert!(draw(HmacDrbg::new()).is_err());
}
