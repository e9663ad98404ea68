use openentropy_core::{Policy, Pool, Raw};

fn main() {
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    pool.absorb(Raw::<[u8; 4]>::new());
}
