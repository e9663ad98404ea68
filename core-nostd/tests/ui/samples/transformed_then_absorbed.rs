//! Debiasing shows the samples: what was shown pays nothing.

use openentropy_core::{Pool, Samples, condition::{Transform, VonNeumann}};

fn both(pool: &mut Pool<1>, samples: Samples<'_>) {
    VonNeumann::new().feed(samples, |_| {});
    pool.absorb(samples);
}

fn main() {}
