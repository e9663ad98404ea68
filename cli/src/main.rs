//! Command line of openentropy.
fn main() {}
