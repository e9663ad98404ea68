use openentropy_core::Raw;

fn main() {
    let block = Raw::<[u8; 4]>::new();
    let _sample = block[0];
}
