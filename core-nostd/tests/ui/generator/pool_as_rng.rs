use openentropy_core::Pool;
use rand_core::TryRng;

fn draw(it: Pool<4>) {
    let _ = it.try_next_u64();
}

fn main() {}
