use openentropy_core::Raw;

fn main() {
    let block = Raw::<[u8; 4]>::new();
    println!("{block:?}");
}
