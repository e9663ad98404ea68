//! The set of mechanisms is closed: nothing else can be declared one.

struct Mine;

impl openentropy_core::drbg::sealed::Sealed for Mine {}

fn main() {}
