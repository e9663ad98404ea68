use openentropy_core::{Raw, drbg::{Drbg, HmacDrbg}};

fn main() {
    let _ = HmacDrbg::new().instantiate(Raw::<[u8; 32]>::new(), &[0; 16], b"");
}
