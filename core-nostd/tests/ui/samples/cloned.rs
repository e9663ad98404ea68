use openentropy_core::{Pool, Samples};

fn absorb(pool: &mut Pool<1>, samples: Samples<'_>) {
    pool.absorb(samples.clone());
    pool.absorb(samples);
}

fn main() {}
