use openentropy_core::Seed;

fn main() {
    let _seed: Seed<32> = [0x42; 32].into();
}
