use openentropy_core::{Policy, Pool, Raw};

fn main() {
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    pool.mix(&Raw::<[u8; 4]>::new());
}
