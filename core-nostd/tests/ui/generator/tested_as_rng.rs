use openentropy_core::{Tested, sources::SramStartup};
use rand_core::TryRng;

fn draw(it: Tested<SramStartup<'_>>) {
    let _ = it.try_next_u64();
}

fn main() {}
