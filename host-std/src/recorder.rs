//! The recorder: readings of one source as it takes them, with their times, in files that an assessment can rest on.
//!
//! A recording is three files of one stem. `STEM.readings` holds per reading two 64-bit integers, little end first: the untouched reading and the
//! nanoseconds of the steady clock since the recording began. `STEM.samples` holds what the digitisation made of them, one byte each.
//! `STEM.json` says what was recorded, where and how, with the SHA-256 of both. A restart recording opens the source anew for each row of
//! 1,000 samples (SP 800-90B §3.1.4.1).

use crate::sys::{Machine, os};
use crate::{Candidate, HostSource, SourceKind};
use core::fmt::Write as _;
use core::time::Duration;
use openentropy_core::{EntropySource, Raw, Sha256, SourceError, hazmat};
use serde::Serialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Rows of a restart recording, and samples of each (SP 800-90B §3.1.4.1).
pub const RESTARTS: usize = 1000;
/// What a source may take for one reading before the recording fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// So many consecutive samples.
    Sequential(usize),
    /// [`RESTARTS`] times the first [`RESTARTS`] samples after opening.
    Restart,
}

/// Why nothing was recorded.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// The source failed.
    Source(SourceError),
    /// A file could not be written.
    File(PathBuf, io::Error),
}

impl core::fmt::Display for RecordError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl core::error::Error for RecordError {}

impl From<SourceError> for RecordError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

/// Records `candidate` of `kind` into `folder`, and returns the path of the header.
///
/// `digitisation` chooses among those of the kind; `None` is the one that it would be opened with.
///
/// Nothing is written unless everything was taken. Memory: 17 bytes per sample until then.
///
/// ```
/// use openentropy_host::{find_by_name, recorder::{Extent, record}};
/// let folder = std::env::temp_dir().join(format!("openentropy-doc-{}", std::process::id()));
/// let kind = find_by_name("clock_pair")?[0];
/// let header = record(kind, &kind.find()[0], None, Extent::Sequential(1000), &folder)?;
/// assert_eq!(header, folder.join("clock_pair.low-bits.sequential.json"));
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RecordError::Source`] when the source cannot be opened, fails, or gives nothing for ten seconds; [`RecordError::File`].
pub fn record(
    kind: &dyn SourceKind,
    candidate: &Candidate,
    digitisation: Option<&str>,
    extent: Extent,
    folder: &Path,
) -> Result<PathBuf, RecordError> {
    let started = SystemTime::now();
    let load_before = os::load();
    let (rows, length) = match extent {
        Extent::Sequential(samples) => (1, samples),
        Extent::Restart => (RESTARTS, RESTARTS),
    };
    let mut tape = Tape::with_capacity(rows * length);
    let mut facts = None;
    for _ in 0..rows {
        let mut opened = match digitisation {
            Some(name) => kind.open_as(candidate, name)?,
            None => kind.open(candidate)?,
        };
        for _ in 0..length {
            tape.take(&mut *opened.source)?;
        }
        facts = Some(opened);
    }
    let Some(mut opened) = facts else {
        return Err(RecordError::Source(SourceError::NotReady));
    };
    let machine = Machine::this();
    let device = opened.source.device().map(str::to_owned);
    let native = opened.source.native();
    let header = Header {
        format: 1,
        tool: concat!("openentropy ", env!("CARGO_PKG_VERSION")),
        source: kind.info().name,
        digitisation: opened.digitisation.name,
        digitisation_version: opened.digitisation.version,
        reading_bits: native.as_ref().map_or(8, |native| native.width().bits()),
        step: native.map_or(1, |native| native.step()),
        sample_bits: 8,
        rows,
        samples_per_row: length,
        device,
        architecture: machine.architecture,
        cpu: &machine.cpu,
        microcode: &machine.microcode,
        kernel: &machine.kernel,
        timer: machine.timer.map_or("none", |timer| timer.class.name()),
        timer_hertz: machine.timer.and_then(|timer| timer.hertz),
        hypervisor: machine.hypervisor.as_deref(),
        virtualised: candidate.virtualised.name(),
        load_before,
        load_after: os::load(),
        started_unix: started.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        duration_ns: tape.duration_ns(),
        readings_sha256: sha256(&tape.readings),
        samples_sha256: sha256(&tape.samples),
    };
    let mode = if rows == 1 { "sequential" } else { "restart" };
    let stem = format!("{}.{}.{mode}", header.source, header.digitisation);
    tape.write(&header, folder, &stem)
}

/// What was taken so far.
struct Tape {
    readings: Vec<u8>,
    samples: Vec<u8>,
    began_ns: u64,
    last_ns: u64,
}

impl Tape {
    fn with_capacity(samples: usize) -> Self {
        let began_ns = os::steady_ns();
        Self {
            readings: Vec::with_capacity(samples * 16),
            samples: Vec::with_capacity(samples),
            began_ns,
            last_ns: began_ns,
        }
    }

    /// Takes one reading and its sample.
    fn take(&mut self, source: &mut dyn HostSource) -> Result<(), SourceError> {
        let began = Instant::now();
        let (reading, sample) = loop {
            match look(source) {
                Err(SourceError::NotReady) if began.elapsed() < PATIENCE => {}
                taken => break taken?,
            }
        };
        self.last_ns = os::steady_ns();
        self.readings.extend_from_slice(&reading.to_le_bytes());
        let since = self.last_ns.saturating_sub(self.began_ns);
        self.readings.extend_from_slice(&since.to_le_bytes());
        self.samples.push(sample);
        Ok(())
    }

    const fn duration_ns(&self) -> u64 {
        self.last_ns.saturating_sub(self.began_ns)
    }

    fn write(&self, header: &Header<'_>, folder: &Path, stem: &str) -> Result<PathBuf, RecordError> {
        let text = serde_json::to_vec_pretty(header)
            .map_err(|error| RecordError::File(folder.to_owned(), error.into()))?;
        fs::create_dir_all(folder).map_err(|error| RecordError::File(folder.to_owned(), error))?;
        let path = |suffix| folder.join(format!("{stem}.{suffix}"));
        for (path, bytes) in
            [(path("readings"), &self.readings), (path("samples"), &self.samples), (path("json"), &text)]
        {
            fs::write(&path, bytes).map_err(|error| RecordError::File(path, error))?;
        }
        Ok(path("json"))
    }
}

/// One reading and what becomes of it, shown: whoever records does not feed a pool.
fn look(source: &mut dyn HostSource) -> Result<(u64, u8), SourceError> {
    if let Some(native) = source.native() {
        let mut reading = Raw::<[u8; 8]>::new();
        native.read(&mut reading)?;
        let reading = u64::from_le_bytes(hazmat::show(reading));
        return Ok((reading, native.digitise(reading)));
    }
    let mut sample = Raw::<[u8; 1]>::new();
    EntropySource::sample(source, &mut sample)?;
    let [sample] = hazmat::show(sample);
    Ok((u64::from(sample), sample))
}

fn sha256(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hash.finish().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
        text
    })
}

/// What stands in a recording's JSON file.
#[derive(Serialize)]
struct Header<'a> {
    format: u32,
    tool: &'static str,
    source: &'static str,
    digitisation: &'static str,
    digitisation_version: u16,
    reading_bits: u8,
    /// Smallest step of the counter behind the readings, in units of the reading.
    step: u64,
    sample_bits: u8,
    rows: usize,
    samples_per_row: usize,
    device: Option<String>,
    architecture: &'static str,
    cpu: &'a str,
    microcode: &'a str,
    kernel: &'a str,
    timer: &'static str,
    timer_hertz: Option<u64>,
    hypervisor: Option<&'a str>,
    virtualised: &'static str,
    load_before: String,
    load_after: String,
    started_unix: u64,
    duration_ns: u64,
    readings_sha256: String,
    samples_sha256: String,
}
