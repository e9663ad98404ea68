use openentropy_core::{Samples, drbg::{Drbg, HmacDrbg}};

fn seed(samples: Samples<'_>) {
    let _ = HmacDrbg::new().instantiate(samples, &[0; 16], b"");
}

fn main() {}
