//! The one way to samples: a source under test. Without a claim they are mixed and pay nothing.

use openentropy_core::{Claim, Policy, Pool, Raw, SourceId, Tested, health::CollectError, sources::SramStartup};

fn main() {
    let mut region: Vec<u8> = (0..2048_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut marker = [0; 4];
    let source = SramStartup::new(&mut region, &mut marker).unwrap();
    let mut tested = Tested::new(source, SourceId::new(1), Claim::None);
    let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
    let mut block = Raw::<[u8; 64]>::new();
    loop {
        match tested.collect(&mut block) {
            Ok(samples) => break pool.absorb(samples),
            Err(CollectError::Starting { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(pool.credit(), 0);
}
