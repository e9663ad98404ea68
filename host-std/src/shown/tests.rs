use crate::PoolError;
use crate::common::{Double, pool_of};
use crate::sys::in_child;
use openentropy_core::{Group, SourceError};

/// Threads are not forked: the parent's reader has none in a child, and what it shares with them there is not touched.
#[test]
fn a_forked_child_is_refused_and_reads_by_a_reader_of_its_own() {
    let pool = pool_of(&[Double::new("shown", Group::ChipAdc).keep()]).build();
    let mut reader = pool.raw(&["shown"]).expect("a source of the pool");
    reader.next_block().expect("a block");
    let answer = in_child(|| {
        let refused = reader.next_block().err() == Some(PoolError::Source(SourceError::Disconnected));
        drop(reader);
        let own = pool.raw(&["shown"]).and_then(|mut own| own.next_block()).is_ok();
        vec![u8::from(refused), u8::from(own)]
    });
    assert_eq!(answer, [1, 1], "refused, reads by its own");
}
