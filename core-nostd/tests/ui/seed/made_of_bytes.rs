use openentropy_core::Seed;

fn main() {
    let _seed = Seed::new([0x42; 32]);
}
