use openentropy_core::Samples;

fn print(samples: &Samples<'_>) {
    println!("{samples:?}");
}

fn main() {}
