use openentropy_core::Seed;

fn copy(seed: &Seed<32>) -> Seed<32> {
    seed.clone()
}

fn main() {}
