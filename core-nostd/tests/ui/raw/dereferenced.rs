use openentropy_core::Raw;

fn main() {
    let block = Raw::<[u8; 4]>::new();
    let _samples: &[u8] = &*block;
}
