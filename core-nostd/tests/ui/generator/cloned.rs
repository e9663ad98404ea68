use openentropy_core::drbg::HmacDrbg;

fn main() {
    let _copy = HmacDrbg::new().clone();
}
