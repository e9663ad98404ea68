use openentropy_core::{Policy, Pool};

fn main() {
    let _ = Pool::<0>::new(Policy::SINGLE_GROUP);
}
