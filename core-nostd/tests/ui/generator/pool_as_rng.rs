use openentropy_core::Pool;

fn draw(rng: &mut impl rand_core::TryRng) {
    let _ = rng.try_next_u64();
}

fn from(it: &mut Pool<4>) {
    draw(it);
}

fn main() {}
