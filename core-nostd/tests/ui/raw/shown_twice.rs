use openentropy_core::{Raw, hazmat};

fn main() {
    let block = Raw::<[u8; 4]>::new();
    let _shown = hazmat::show(block);
    let _again = hazmat::show(block);
}
