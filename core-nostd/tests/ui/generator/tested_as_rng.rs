use openentropy_core::{Tested, sources::SramStartup};

fn draw(rng: &mut impl rand_core::TryRng) {
    let _ = rng.try_next_u64();
}

fn from(it: &mut Tested<SramStartup<'_>>) {
    draw(it);
}

fn main() {}
