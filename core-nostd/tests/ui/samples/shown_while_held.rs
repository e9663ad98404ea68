//! Samples borrow their block until they are absorbed, and then it is wiped.

use openentropy_core::{EntropySource, Pool, Raw, Tested, hazmat};

fn both(pool: &mut Pool<1>, source: &mut Tested<impl EntropySource>, mut block: Raw<[u8; 64]>) {
    if let Ok(samples) = source.collect(&mut block) {
        let _shown = hazmat::show(block);
        pool.absorb(samples);
    }
}

fn main() {}
