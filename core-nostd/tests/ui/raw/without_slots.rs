use openentropy_core::Raw;

fn main() {
    let _block = Raw::<[u8; 0]>::new();
}
