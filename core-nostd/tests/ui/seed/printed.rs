use openentropy_core::Seed;

fn print(seed: &Seed<32>) {
    println!("{seed:?}");
}

fn main() {}
