use openentropy_core::{Seed, drbg::{Drbg, HmacDrbg}};

fn twice(seed: Seed<32>) {
    let _ = HmacDrbg::new().instantiate(seed, &[0; 16], b"");
    let _ = HmacDrbg::new().instantiate(seed, &[1; 16], b"");
}

fn main() {}
