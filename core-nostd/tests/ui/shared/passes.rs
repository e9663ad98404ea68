//! A queue with room for a block, in a static, under test like every other source.

use openentropy_core::{Claim, Group, Independence, Platform, Raw, Requirement, Shared, SourceCategory, SourceError};
use openentropy_core::{SourceId, SourceInfo, Tested, Width, health::CollectError};

static INFO: SourceInfo = SourceInfo {
    name: "queue",
    description: "a queue",
    physics: "none",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};
static QUEUE: Shared<17> = Shared::new::<16>(&INFO);

fn main() {
    QUEUE.push(1);
    let mut source = Tested::new(&QUEUE, SourceId::new(1), Claim::None);
    let starved = source.collect(&mut Raw::<[u8; 16]>::new()).err();
    assert_eq!(starved, Some(CollectError::Source(SourceError::NotReady)));
}
