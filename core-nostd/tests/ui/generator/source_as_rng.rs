use openentropy_core::sources::SramStartup;
use rand_core::TryRng;

fn draw(it: SramStartup<'_>) {
    let _ = it.try_next_u64();
}

fn main() {}
