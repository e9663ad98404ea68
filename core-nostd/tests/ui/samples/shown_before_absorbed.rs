//! The block is moved into the showing: nothing is left to collect into.

use openentropy_core::{EntropySource, Pool, Raw, Tested, hazmat};

fn both(pool: &mut Pool<1>, source: &mut Tested<impl EntropySource>, mut block: Raw<[u8; 64]>) {
    let _shown = hazmat::show(block);
    if let Ok(samples) = source.collect(&mut block) {
        pool.absorb(samples);
    }
}

fn main() {}
