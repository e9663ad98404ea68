//! A byte stream with room for a block.

use openentropy_core::{EntropySource, Raw, SourceError, SourceInfo, sources::{ByteStream, SramStartup}};

fn main() {
    let mut region = [0; 0];
    let info: SourceInfo = *SramStartup::new(&mut region, &mut [0; 4]).unwrap().info();
    let bytes: &[u8] = &[1, 2, 3];
    let mut source = ByteStream::<_, 4>::new(bytes, info, 0);
    assert_eq!(source.sample(&mut Raw::<[u8; 2]>::new()), Ok(()));
    assert_eq!(source.sample(&mut Raw::<[u8; 2]>::new()), Err(SourceError::Disconnected));
}
