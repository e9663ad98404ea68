//! What the recorder writes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use core::ops::ControlFlow;
use openentropy_core::{Sha256, SourceError};
use openentropy_host::find_by_name;
use openentropy_host::recorder::{Extent, Halt, RESTARTS, RecordError, Recording, Subject, record};
use std::fs;
use std::path::PathBuf;

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("openentropy-record-{}-{name}", std::process::id())))
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

fn take(name: &str, extent: Extent, folder: &Folder) -> serde_json::Value {
    let kind = find_by_name(name).unwrap()[0];
    let header = record(kind, &kind.find()[0], None, extent, &folder.0).unwrap();
    serde_json::from_slice(&fs::read(header).unwrap()).unwrap()
}

fn hex_sha256(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hash.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn readings_samples_and_header_agree() {
    let folder = Folder::new("agree");
    let header = take("clock_pair", Extent::Sequential(5000), &folder);
    let readings = folder.read("clock_pair.low-bits.sequential.readings");
    let samples = folder.read("clock_pair.low-bits.sequential.samples");
    let step = header["step"].as_u64().unwrap();
    assert_eq!((readings.len(), samples.len()), (5000 * 16, 5000));
    let mut last = 0;
    for (entry, sample) in readings.chunks_exact(16).zip(&samples) {
        let (reading, time) = entry.split_at(8);
        let reading = u64::from_le_bytes(reading.try_into().unwrap());
        let time = u64::from_le_bytes(time.try_into().unwrap());
        assert_eq!((reading / step) as u8, *sample);
        assert!(time >= last, "time runs backwards");
        last = time;
    }
    assert_eq!(header["duration_ns"], last);
    assert_eq!(header["readings_sha256"], hex_sha256(&readings));
    assert_eq!(header["samples_sha256"], hex_sha256(&samples));
    assert_eq!((&header["rows"], &header["samples_per_row"]), (&1.into(), &5000.into()));
    assert_eq!(header["reading_bits"], 32);
}

/// The control begins anew at each restart, which a recording must show: identical rows are the commonest real fault.
#[test]
fn a_restart_recording_opens_the_source_for_each_row() {
    let folder = Folder::new("restart");
    let header = take("control_prng", Extent::Restart, &folder);
    let samples = folder.read("control_prng.high-byte.restart.samples");
    assert_eq!(samples.len(), RESTARTS * RESTARTS);
    let first = &samples[..RESTARTS];
    assert!(samples.chunks_exact(RESTARTS).all(|row| row == first));
    assert_ne!(first[..500], first[500..]);
    assert_eq!(header["rows"], RESTARTS);
}

/// Halted in its third row, a restart recording has two.
#[test]
fn a_recording_that_is_halted_keeps_what_is_whole_and_one_that_is_cancelled_nothing() {
    let kind = find_by_name("control_prng").unwrap()[0];
    let subject = Subject { kind, candidate: &kind.find()[0], digitisation: None };
    let take = |extent, samples, halt| {
        Recording::take(&subject, extent, &mut |taken| match taken.samples == samples {
            true => ControlFlow::Break(halt),
            false => ControlFlow::Continue(()),
        })
    };
    for (extent, samples, rows, columns) in [
        (Extent::Restart, 2999, 2, RESTARTS),
        (Extent::Restart, 3000, 3, RESTARTS),
        (Extent::Sequential(5000), 2999, 1, 2999),
    ] {
        let recording = take(extent, samples, Halt::Enough).unwrap();
        assert_eq!(recording.samples().len(), rows * columns);
        assert_eq!((recording.header().rows, recording.header().samples_per_row), (rows, columns));
    }
    let nothing_whole = take(Extent::Restart, 999, Halt::Enough).err();
    assert!(matches!(nothing_whole, Some(RecordError::Source(SourceError::NotReady))));
    assert!(matches!(take(Extent::Restart, 2999, Halt::Cancel).err(), Some(RecordError::Cancelled)));
}

#[test]
fn failures_are_typed_and_leave_nothing_behind() {
    let folder = Folder::new("failures");
    let other = if cfg!(target_arch = "aarch64") { "rdrand" } else { "rndr" };
    let kind = find_by_name(other).unwrap()[0];
    let absent = record(kind, &kind.find()[0], None, Extent::Sequential(10), &folder.0);
    assert!(matches!(absent, Err(RecordError::Source(SourceError::Absent))));
    let kind = find_by_name("os_rng").unwrap()[0];
    let no_such = record(kind, &kind.find()[0], Some("low-bits"), Extent::Sequential(10), &folder.0);
    assert!(matches!(no_such, Err(RecordError::Source(SourceError::Absent))));
    assert!(!folder.0.exists());
    fs::write(&folder.0, "a file where a folder should be").unwrap();
    let unwritable = record(kind, &kind.find()[0], None, Extent::Sequential(10), &folder.0);
    assert!(matches!(unwritable, Err(RecordError::File(path, _)) if path == folder.0));
    fs::remove_file(&folder.0).unwrap();
}
