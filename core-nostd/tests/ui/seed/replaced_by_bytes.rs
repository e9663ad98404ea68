use openentropy_core::drbg::{Drbg, HmacDrbg};

fn main() {
    let _ = HmacDrbg::new().instantiate([0x42; 32], &[0; 16], b"");
}
