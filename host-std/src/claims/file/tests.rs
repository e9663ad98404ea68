//! The document: whole, cut off, changed, of another format.

use super::super::entry::{Basis, Recording, Recordings};
use super::*;
use openentropy_core::{Group, Independence, MinEntropy};
use proptest::prelude::*;
use std::path::PathBuf;

/// A file with one entry of each kind.
fn full() -> ClaimsFile {
    let recording = |assessed_millibits| {
        Some(Recording { sha256: "7a".repeat(32), samples: 1_000_000, assessed_millibits })
    };
    let recordings = Recordings { idle: recording(2253), load: recording(2349), restart: recording(2136) };
    let entry = |source: &str, path: Option<&str>, basis| ClaimEntry {
        source: source.to_owned(),
        instance: 1,
        path: path.map(PathBuf::from),
        device: path.map(|_| "0123456789abcdef".to_owned()),
        digitisation: "low-bits".to_owned(),
        digitisation_version: 1,
        min_entropy: MinEntropy::at_most(712),
        basis,
        dated_unix: 1_790_000_000,
    };
    let mut file = ClaimsFile::new(Machine::this(), "three recordings of a million samples");
    file.entries = vec![
        entry("jitter_loop", None, Basis::Assessed(recordings.clone())),
        entry("direct_read", Some("/dev/sda"), Basis::Accepted(Some(recordings))),
        entry("rdrand", None, Basis::Trusted),
    ];
    let disk = Independence::of(Group::Storage).with_instance(1);
    file.merged = vec![MergedGroups(Independence::of(Group::CpuTiming), disk)];
    file
}

#[test]
fn what_was_written_is_read() {
    let file = full();
    let text = file.to_json().unwrap();
    assert_eq!(ClaimsFile::from_json(text.as_bytes()), Ok(file));
    let empty = ClaimsFile::new(Machine::this(), "");
    assert_eq!(ClaimsFile::from_json(empty.to_json().unwrap().as_bytes()), Ok(empty));
}

/// The document that the manual shows and users' scripts read: its names are part of the format.
#[test]
fn the_document_keeps_its_names() {
    let mut file = full();
    file.tool = "openentropy 0.1.0".to_owned();
    file.machine = RecordedMachine {
        architecture: "x86_64".to_owned(),
        cpu: "AuthenticAMD 26/2/1".to_owned(),
        microcode: "0xb002116".to_owned(),
        kernel: "6.12.48".to_owned(),
        timer: "invariant-tsc".to_owned(),
        clock_source: Some("tsc".to_owned()),
        hypervisor: Some("KVMKVMKVM".to_owned()),
        container: None,
    };
    file.entries.truncate(1);
    file.entries[0].instance = 0;
    file.entries[0].digitisation = "fast-low-bits".to_owned();
    let golden = include_str!("../../../doc/claims-file.json");
    assert_eq!(file.to_json().unwrap(), golden);
}

#[test]
fn a_document_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let text = full().to_json().unwrap();
    let whole = text.trim_end().len();
    for length in 0..whole {
        let cut = ClaimsFile::from_json(&text.as_bytes()[..length]);
        assert!(matches!(cut, Err(ClaimsFault::Syntax { .. })), "{length}: {cut:?}");
    }
}

/// Whatever single byte is replaced: the document is refused, or says what it said.
#[test]
fn a_changed_byte_changes_no_claim() {
    let file = full();
    let text = file.to_json().unwrap().into_bytes();
    let mut refused = 0;
    for place in 0..text.len() {
        for byte in [0, b' ', b'"', b',', b'0', b'9', b'a', b'}', text[place] ^ 1, text[place] ^ 0x80] {
            let mut changed = text.clone();
            changed[place] = byte;
            match ClaimsFile::from_json(&changed) {
                Ok(read) => assert_eq!(read, file, "byte {place} as {byte}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 6 * text.len(), "{refused} of {}", text.len());
}

#[test]
fn other_formats_and_other_documents_are_refused() {
    let text = full().to_json().unwrap();
    let later = text.replace("\"format\": 1", "\"format\": 2").replace("\"claims\"", "\"content\"");
    assert_eq!(ClaimsFile::from_json(later.as_bytes()), Err(ClaimsFault::Format(2)));
    for (from, to) in [
        ("\"format\": 1", "\"format\": -1"),
        ("\"basis\": \"trusted\"", "\"basis\": \"believed\""),
        ("\"min_entropy_millibits\": 712", "\"min_entropy_millibits\": 49"),
        ("\"min_entropy_millibits\": 712", "\"min_entropy_millibits\": 8001"),
        ("\"min_entropy_millibits\": 712", "\"min_entropy_millibits\": 1e3"),
        ("\"instance\": 1", "\"instance\": 256"),
        ("\"cpu-timing\"", "\"cpu-time\""),
        ("\"method\"", "\"Method\""),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        let read = ClaimsFile::from_json(changed.as_bytes());
        assert!(matches!(read, Err(ClaimsFault::Syntax { .. })), "{to}: {read:?}");
    }
    for other in ["", "{}", "[]", "null", "{\"format\": 1}", "\u{feff}{}"] {
        assert!(ClaimsFile::from_json(other.as_bytes()).is_err(), "{other}");
    }
    let deep = "[".repeat(1 << 16);
    assert!(ClaimsFile::from_json(deep.as_bytes()).is_err());
}

#[test]
fn the_checksum_is_of_the_claims() {
    let text = full().to_json().unwrap();
    let raised = text.replace("\"min_entropy_millibits\": 712", "\"min_entropy_millibits\": 713");
    assert_eq!(ClaimsFile::from_json(raised.as_bytes()), Err(ClaimsFault::Checksum));
    let mut other = full();
    other.method.push('.');
    assert_ne!(other.report(), full().report());
    assert_eq!(full().report(), full().report());
}

#[test]
fn a_path_that_is_no_text_is_not_written() {
    use std::os::unix::ffi::OsStringExt;
    let mut file = full();
    file.entries[0].path = Some(PathBuf::from(std::ffi::OsString::from_vec(vec![b'/', 0xff])));
    assert_eq!(file.to_json(), Err(ClaimsFault::NotText));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn arbitrary_bytes_are_no_claims(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(ClaimsFile::from_json(&bytes).is_err());
    }

    /// Pieces of a document, cut out, doubled or moved elsewhere in it: refused, or what it said.
    #[test]
    fn a_document_that_is_put_together_anew_claims_nothing_else(
        from in any::<prop::sample::Index>(), length in 0_usize..64, to in any::<prop::sample::Index>(), cuts in any::<bool>(),
    ) {
        let text = full().to_json().unwrap().into_bytes();
        let from = from.index(text.len());
        let piece = text[from..text.len().min(from + length)].to_vec();
        let mut changed = text;
        if cuts {
            changed.drain(from..from + piece.len());
        }
        let to = to.index(changed.len() + 1);
        changed.splice(to..to, piece);
        if let Ok(read) = ClaimsFile::from_json(&changed) {
            prop_assert_eq!(read, full());
        }
    }
}
