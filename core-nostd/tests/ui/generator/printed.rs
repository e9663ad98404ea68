use openentropy_core::drbg::HmacDrbg;

fn main() {
    println!("{:?}", HmacDrbg::new());
}
