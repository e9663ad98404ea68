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
    /// The clock source by which the kernel keeps time, where it has a name.
    #[serde(default)]
    pub clock_source: Option<String>,
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
            clock_source: machine.clock_source.clone(),
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

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
        text
    })
}

#[cfg(test)]
mod tests;
