use openentropy_core::Raw;

fn draw(rng: &mut impl rand_core::TryRng) {
    let _ = rng.try_next_u64();
}

fn from(it: &mut Raw<[u8; 32]>) {
    draw(it);
}

fn main() {}
