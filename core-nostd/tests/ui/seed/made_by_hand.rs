use openentropy_core::Seed;

fn main() {
    let _seed = Seed([0x42; 32]);
}
