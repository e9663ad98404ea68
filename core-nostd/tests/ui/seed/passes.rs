//! What a seed is for: a pool pays it out, a mechanism takes it.

use openentropy_core::{Policy, Pool, drbg::{Drbg, DrbgError, HmacDrbg}};

fn main() {
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    let mut generator = HmacDrbg::new();
    match pool.condense::<32>() {
        Ok(seed) => generator.instantiate(seed, &pool.nonce(), b"").unwrap(),
        Err(starved) => assert_eq!(starved.have, 0),
    }
    assert_eq!(generator.generate(&mut [0; 4], b""), Err(DrbgError::NotInstantiated));
}
