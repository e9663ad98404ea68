use openentropy_core::Seed;

fn draw(rng: &mut impl rand_core::TryRng) {
    let _ = rng.try_next_u64();
}

fn from(it: &mut Seed<32>) {
    draw(it);
}

fn main() {}
