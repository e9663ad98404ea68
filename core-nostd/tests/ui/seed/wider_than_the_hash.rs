use openentropy_core::{Policy, Pool};

fn main() {
    let _ = Pool::<1>::new(Policy::SINGLE_GROUP).condense::<33>();
}
