//! Every mechanism there is, by the one trait.

use openentropy_core::drbg::{ChaChaDrbg, CtrDrbg, Drbg, HashDrbg, HmacDrbg};

fn main() {
    let tested = [HmacDrbg::self_test(), HashDrbg::self_test(), CtrDrbg::self_test(), ChaChaDrbg::self_test()];
    assert_eq!(tested, [Ok(()); 4]);
}
