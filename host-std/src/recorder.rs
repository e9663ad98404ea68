//! The recorder: readings of one source as it takes them, with their times, in memory or in files that an assessment can rest on.
//!
//! Written down, a recording is three files of one stem. `STEM.readings` holds per reading two 64-bit integers, little end first: the untouched
//! reading and the nanoseconds of the steady clock since the recording began. `STEM.samples` holds what the digitisation made of them, one byte
//! each. `STEM.json` says what was recorded, where and how, with the SHA-256 of both. A restart recording opens the source anew for each row of
//! 1,000 samples (SP 800-90B §3.1.4.1).

mod header;
mod recording;
mod tape;

pub use header::Header;
pub use recording::{Extent, Halt, Recording, Subject, Taken};

use crate::{Candidate, HostSource, SourceKind};
use core::time::Duration;
use openentropy_core::{EntropySource, Raw, SourceError, hazmat};
use std::io;
use std::path::{Path, PathBuf};

/// Rows of a restart recording, and samples of each (SP 800-90B §3.1.4.1).
pub const RESTARTS: usize = 1000;
/// What a source may take for one reading before the recording fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Why nothing was recorded.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// The source failed.
    Source(SourceError),
    /// A file could not be written.
    File(PathBuf, io::Error),
    /// Whoever watched had it end.
    Cancelled,
}

impl core::fmt::Display for RecordError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Cancelled => f.write_str("cancelled"),
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
    let subject = Subject { kind, candidate, digitisation };
    let recording = Recording::take(&subject, extent, &mut |_| core::ops::ControlFlow::Continue(()))?;
    recording.write(folder, extent.name())
}

/// One reading and what becomes of it, shown: whoever records does not feed a pool.
pub(crate) fn look(source: &mut dyn HostSource) -> Result<(u64, u8), SourceError> {
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
