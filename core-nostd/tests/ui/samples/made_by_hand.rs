use openentropy_core::{Group, Independence, Raw, Samples, SourceId};

fn main() {
    let mut block = Raw::<[u8; 4]>::new();
    let _samples = Samples::new(&mut block, SourceId::new(1), Independence::of(Group::Test), 320_000);
}
