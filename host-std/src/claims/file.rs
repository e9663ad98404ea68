//! The claims file: what was found about this machine's sources, as a JSON document.

use super::entry::{ClaimEntry, unix_seconds};
use super::error::{ClaimsError, ClaimsFault};
use super::groups::MergedGroups;
use super::stale::Stale;
use super::store;
use crate::Machine;
use core::fmt::Write as _;
use openentropy_core::{ReportId, Sha256};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::SystemTime;

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// Name and version of this program.
pub(super) const TOOL: &str = concat!("openentropy ", env!("CARGO_PKG_VERSION"));

/// What was found about the sources of one machine, and how.
///
/// The file holds one JSON object: `{"format", "sha256", "claims"}`. The checksum is that of `claims` as this crate writes it without white space, so
/// that no accident changes a figure unnoticed; it keeps nobody from changing one on purpose, which only the file's permissions do.
///
/// ```
/// use openentropy_host::{Machine, claims::ClaimsFile};
/// let file = ClaimsFile::new(Machine::this(), "nothing: an example");
/// assert!(file.entries.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClaimsFile {
    /// Name and version of the program that wrote it.
    pub tool: String,
    /// The machine that it is about.
    pub machine: RecordedMachine,
    /// How the figures were found, in words.
    pub method: String,
    /// The sources.
    pub entries: Vec<ClaimEntry>,
    /// Groups that pay as one on this machine.
    #[serde(default)]
    pub merged: Vec<MergedGroups>,
}

/// A [`Machine`] as it was when its sources were assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedMachine {
    /// The architecture's name.
    pub architecture: String,
    /// Vendor, family, model and stepping of the processor.
    pub cpu: String,
    /// The microcode's revision, or `unknown`.
    pub microcode: String,
    /// The kernel's release.
    pub kernel: String,
    /// The class of the counter, or `none`.
    pub timer: String,
    /// The hypervisor's signature, if there is one.
    #[serde(default)]
    pub hypervisor: Option<String>,
    /// The container's kind, if there is one.
    #[serde(default)]
    pub container: Option<String>,
}

impl From<&Machine> for RecordedMachine {
    fn from(machine: &Machine) -> Self {
        Self {
            architecture: machine.architecture.to_owned(),
            cpu: machine.cpu.clone(),
            microcode: machine.microcode.clone(),
            kernel: machine.kernel.clone(),
            timer: machine.timer.map_or("none", |timer| timer.class.name()).to_owned(),
            hypervisor: machine.hypervisor.clone(),
            container: machine.container.as_ref().map(|container| container.name.clone()),
        }
    }
}

/// What stands around the claims in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    format: u32,
    sha256: String,
    claims: ClaimsFile,
}

/// What every format begins with.
#[derive(Deserialize)]
struct Beginning {
    format: u32,
}

impl ClaimsFile {
    /// A file about `machine` without entries; `method` says in words how its figures are found.
    #[must_use]
    pub fn new(machine: &Machine, method: impl Into<String>) -> Self {
        Self {
            tool: TOOL.to_owned(),
            machine: machine.into(),
            method: method.into(),
            entries: Vec::new(),
            merged: Vec::new(),
        }
    }

    /// The file at `path` if there is one, of the user who runs this program: to go on from, not to be believed.
    ///
    /// # Errors
    /// [`ClaimsError`]: somebody else could have written it, or it is not whole.
    pub fn read(path: &Path) -> Result<Option<Self>, ClaimsError> {
        store::read(path, store::own_uid())
    }

    /// Writes the file at `path` in one step: whoever reads it finds the old one or the new one, whatever happens meanwhile.
    ///
    /// What root writes everybody may read, what others write only they. A folder that is missing is made.
    ///
    /// # Errors
    /// [`ClaimsError`]: the folder is not safe, or a call failed; what stood at `path` stands there still.
    pub fn write(&self, path: &Path) -> Result<(), ClaimsError> {
        let fault = |fault| ClaimsError { path: path.to_owned(), fault };
        store::write(path, self.to_json().map_err(fault)?.as_bytes())
    }

    /// Its entries that still hold on `machine` today.
    pub fn holding(&self, machine: &Machine) -> impl Iterator<Item = &ClaimEntry> {
        let (machine, now) = (RecordedMachine::from(machine), unix_seconds(SystemTime::now()));
        self.entries.iter().filter(move |entry| Stale::of(self, entry, &machine, now).is_none())
    }

    /// What names it as the report that a claim rests on.
    #[must_use]
    pub fn report(&self) -> ReportId {
        let [a, b, c, d, e, f, g, h, ..] = self.sha256().unwrap_or_default();
        ReportId([a, b, c, d, e, f, g, h])
    }

    /// The document.
    pub(super) fn to_json(&self) -> Result<String, ClaimsFault> {
        let sha256 = hexadecimal(&self.sha256()?);
        let envelope = Envelope { format: FORMAT, sha256, claims: self.clone() };
        let mut text = serde_json::to_string_pretty(&envelope).map_err(|_| ClaimsFault::NotText)?;
        text.push('\n');
        Ok(text)
    }

    /// What the document `bytes` says.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, ClaimsFault> {
        let Beginning { format } = serde_json::from_slice(bytes).map_err(syntax)?;
        if format != FORMAT {
            return Err(ClaimsFault::Format(format));
        }
        let Envelope { sha256, claims, .. } = serde_json::from_slice(bytes).map_err(syntax)?;
        if hexadecimal(&claims.sha256()?) != sha256 {
            return Err(ClaimsFault::Checksum);
        }
        Ok(claims)
    }

    /// Of the claims without white space; it fails where a path is no text.
    fn sha256(&self) -> Result<[u8; 32], ClaimsFault> {
        let mut hash = Sha256::new();
        hash.update(&serde_json::to_vec(self).map_err(|_| ClaimsFault::NotText)?);
        Ok(hash.finish())
    }
}

fn syntax(error: serde_json::Error) -> ClaimsFault {
    ClaimsFault::Syntax { line: error.line(), column: error.column() }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Basis, Recording, Recordings};
    use super::*;
    use openentropy_core::{Group, Independence, MinEntropy};
    use std::path::PathBuf;

    /// A file with one entry of each kind.
    fn full() -> ClaimsFile {
        let recording = |assessed_millibits| {
            Some(Recording { sha256: "7a".repeat(32), samples: 1_000_000, assessed_millibits })
        };
        let recordings =
            Recordings { idle: recording(2253), load: recording(2349), restart: recording(2136) };
        let entry = |source: &str, path: Option<&str>, basis| ClaimEntry {
            source: source.to_owned(),
            instance: 1,
            path: path.map(PathBuf::from),
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
            hypervisor: Some("KVMKVMKVM".to_owned()),
            container: None,
        };
        file.entries.truncate(1);
        file.entries[0].instance = 0;
        file.entries[0].digitisation = "fast-low-bits".to_owned();
        let golden = include_str!("../../doc/claims-file.json");
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
}
