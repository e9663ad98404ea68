use openentropy_core::{condition::Sha256Conditioner, drbg::{Drbg, HmacDrbg}};

fn main() {
    let block = Sha256Conditioner::new().finish();
    let _ = HmacDrbg::new().instantiate(block, &[0; 16], b"");
}
