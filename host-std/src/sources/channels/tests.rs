use super::*;
use crate::sys::os::tree::Tree;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, Width};

static INFO: SourceInfo = SourceInfo {
    name: "double",
    description: "files of a test",
    physics: "none",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::Test),
};

fn device(tree: &Tree) -> Device {
    Device {
        path: tree.root().to_owned(),
        instance: 3,
        virtualised: Virtualised::No,
        channels: files(tree.root(), |name| is_numbered(name, "in", "_input")),
        period: Duration::ZERO,
    }
}

#[test]
fn each_change_is_one_reading_and_a_repetition_none() {
    let tree = Tree::new("channels");
    for (number, value) in [(2, "100"), (10, "-7"), (0, "55")] {
        tree.line(&format!("in{number}_input"), value);
    }
    let mut readings = Readings::open(&INFO, &device(&tree)).unwrap();
    assert_eq!(readings.measure(), Err(SourceError::NotReady), "nothing was converted anew");
    tree.line("in10_input", "-8");
    tree.line("in2_input", "101");
    assert_eq!(readings.measure(), Ok(1 << 48 | 101));
    assert_eq!(readings.measure(), Ok((2 << 48) + (1 << 48) - 8), "two's complement of 48 bits");
    assert_eq!(readings.measure(), Err(SourceError::NotReady));
    tree.line("in2_input", "100");
    assert_eq!(readings.measure(), Ok(1 << 48 | 100));
}

#[test]
fn a_device_that_says_the_same_for_ever_is_stuck() {
    let tree = Tree::new("channels-stuck");
    tree.line("in0_input", "1");
    let mut readings = Readings::open(&INFO, &device(&tree)).unwrap();
    assert_eq!(readings.patience, STUCK);
    readings.changed = Instant::now().checked_sub(STUCK * 2).unwrap();
    assert_eq!(readings.measure(), Err(SourceError::Stuck));
    tree.line("in0_input", "2");
    assert_eq!(readings.measure(), Ok(2), "it came back");
}

#[test]
fn what_is_no_number_is_none() {
    let tree = Tree::new("channels-words");
    tree.line("in0_input", "1");
    let mut readings = Readings::open(&INFO, &device(&tree)).unwrap();
    tree.line("in0_input", "unknown");
    assert_eq!(readings.measure(), Err(SourceError::Protocol));
    assert_eq!(Readings::open(&INFO, &device(&tree)).err(), Some(SourceError::Protocol));
    let empty = Device { channels: Vec::new(), ..device(&tree) };
    assert_eq!(Readings::open(&INFO, &empty).err(), Some(SourceError::Absent));
    assert_eq!(integer(b"-273150\n"), Some(-273_150));
    for text in [&b""[..], b"\n", b"0x10\n", b"1 2\n", b"\xff\n", b"1.5\n"] {
        assert_eq!(integer(text), None, "{text:?}");
    }
}

#[test]
fn the_period_is_kept() {
    let tree = Tree::new("channels-period");
    tree.line("in0_input", "1");
    let slow = Device { period: Duration::from_secs(600), ..device(&tree) };
    let mut readings = Readings::open(&INFO, &slow).unwrap();
    tree.line("in0_input", "2");
    assert_eq!(readings.measure(), Err(SourceError::NotReady), "not within the device's period");
    assert_eq!(readings.patience, slow.period * STUCK_PERIODS);
}

#[test]
fn names_have_a_number_between() {
    assert!(is_numbered("in12_input", "in", "_input"));
    for name in ["in_input", "in1_label", "intrusion0_input", "in1x_input", "fan1_input"] {
        assert!(!is_numbered(name, "in", "_input"), "{name}");
    }
}
