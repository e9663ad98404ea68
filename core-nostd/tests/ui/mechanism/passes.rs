//! Every mechanism there is, by the one trait.

use openentropy_core::drbg::{ChaChaDrbg, CtrDrbg, Drbg, DrbgError, HashDrbg, HmacDrbg};

fn tested<D: Drbg>() -> Result<(), DrbgError> {
    D::self_test()
}

fn main() {
    let tested = [tested::<HmacDrbg>(), tested::<HashDrbg>(), tested::<CtrDrbg>(), tested::<ChaChaDrbg>()];
    assert_eq!(tested, [Ok(()); 4]);
}
