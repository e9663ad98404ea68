use openentropy_core::Seed;

fn read(seed: &Seed<32>) -> &[u8; 32] {
    seed.bytes()
}

fn main() {}
