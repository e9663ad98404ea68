//! What a raw block is for: a source writes it, and a recorder that says so by name takes it apart.

use openentropy_core::{EntropySource, Raw, hazmat, sources::SramStartup};

fn main() {
    let (mut region, mut marker) = ([7; 4], [0; 4]);
    let mut source = SramStartup::new(&mut region, &mut marker).unwrap();
    let mut block = Raw::<[u8; 4]>::new();
    source.sample(&mut block).unwrap();
    assert_eq!(hazmat::show(block), [7; 4]);
}
