use openentropy_core::Raw;
use rand_core::TryRng;

fn draw(it: Raw<[u8; 32]>) {
    let _ = it.try_next_u64();
}

fn main() {}
