use openentropy_core::{Raw, Samples};

fn main() {
    let mut block = Raw::<[u8; 4]>::new();
    let _samples = Samples { block: &mut block };
}
