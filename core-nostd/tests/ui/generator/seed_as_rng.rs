use openentropy_core::Seed;
use rand_core::TryRng;

fn draw(it: Seed<32>) {
    let _ = it.try_next_u64();
}

fn main() {}
