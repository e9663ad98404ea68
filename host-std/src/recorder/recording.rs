//! A recording in memory, and how it is taken.

use super::header::{Header, Start};
use super::tape::Tape;
use super::{PATIENCE, RESTARTS, RecordError};
use crate::{Candidate, Opened, SourceKind};
use core::ops::ControlFlow;
use core::time::Duration;
use openentropy_core::{Claim, SourceError};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

/// Rest after an opening that was not ready.
const REST: Duration = Duration::from_millis(10);

/// What is recorded.
#[derive(Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "a source and the form of its samples")]
pub struct Subject<'s> {
    /// The kind of source.
    pub kind: &'s dyn SourceKind,
    /// The instance.
    pub candidate: &'s Candidate,
    /// One of the kind's digitisations, or `None` for the one that it is opened with.
    pub digitisation: Option<&'s str>,
}

impl Subject<'_> {
    /// Opens it; what is not ready, since others kept it from setting up, is asked again for as long as for a reading.
    pub(crate) fn open(&self) -> Result<Opened, SourceError> {
        let began = Instant::now();
        loop {
            match self.open_once() {
                Err(SourceError::NotReady) if began.elapsed() < PATIENCE => thread::sleep(REST),
                opened => return opened,
            }
        }
    }

    fn open_once(&self) -> Result<Opened, SourceError> {
        match self.digitisation {
            Some(name) => self.kind.open_as(self.candidate, name),
            None => self.kind.open(self.candidate),
        }
    }
}

/// How much to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// So many consecutive samples.
    Sequential(usize),
    /// [`RESTARTS`] times the first [`RESTARTS`] samples after opening.
    Restart,
}

impl Extent {
    /// The word in the names of files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sequential(_) => "sequential",
            Self::Restart => "restart",
        }
    }

    /// Times the source is opened, and samples of each.
    const fn shape(self) -> (usize, usize) {
        match self {
            Self::Sequential(samples) => (1, samples),
            Self::Restart => (RESTARTS, RESTARTS),
        }
    }
}

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// Samples so far.
    pub samples: usize,
    /// Time since the source was first open.
    pub elapsed: Duration,
}

/// Why a recording ends before its extent is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Halt {
    /// What was taken is kept: all samples, or of a restart recording the whole rows.
    Enough,
    /// Nothing is kept.
    Cancel,
}

/// A recording in memory, 17 bytes per sample.
pub struct Recording {
    header: Header,
    claim: Claim,
    tape: Tape,
}

impl Recording {
    /// Records `subject`, asking `watch` after every sample whether to go on.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use openentropy_host::find_by_name;
    /// use openentropy_host::recorder::{Extent, Halt, Recording, Subject};
    /// let kind = find_by_name("control_prng")?[0];
    /// let subject = Subject { kind, candidate: &kind.find()[0], digitisation: None };
    /// let recording = Recording::take(&subject, Extent::Sequential(1_000_000), &mut |taken| match taken.samples {
    ///     500 => ControlFlow::Break(Halt::Enough),
    ///     _ => ControlFlow::Continue(()),
    /// })?;
    /// assert_eq!(recording.samples().len(), 500);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RecordError::Source`] when the source cannot be opened, fails, gives nothing for ten seconds, or gave nothing when it was enough;
    /// [`RecordError::Cancelled`].
    pub fn take(
        subject: &Subject<'_>,
        extent: Extent,
        watch: &mut dyn FnMut(Taken) -> ControlFlow<Halt>,
    ) -> Result<Self, RecordError> {
        let (rows, length) = extent.shape();
        let start = Start::now();
        let mut opened = subject.open()?;
        let mut tape = Tape::with_capacity(rows * length);
        let mut whole = 0;
        let halt = 'all: loop {
            for _ in 0..length {
                if let ControlFlow::Break(halt) = tape.take(&mut *opened.source, watch)? {
                    break 'all Some(halt);
                }
            }
            whole += 1;
            if whole == rows {
                break None;
            }
            drop(opened); // closed before it is opened again
            opened = subject.open()?;
        };
        let whole = match (halt, extent) {
            (Some(Halt::Cancel), _) => return Err(RecordError::Cancelled),
            (Some(Halt::Enough), Extent::Sequential(_)) => 1,
            (Some(Halt::Enough), Extent::Restart) => {
                let whole = tape.samples.len() / length; // halted after its last sample, a row is whole too
                tape.cut(whole * length);
                whole
            }
            (None, _) => whole,
        };
        if tape.samples.is_empty() {
            return Err(RecordError::Source(SourceError::NotReady));
        }
        Ok(Self { header: Header::of(subject, &mut opened, &tape, whole, start), claim: opened.claim, tape })
    }

    /// What was recorded, where and how.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The claim with which the source was opened.
    #[must_use]
    pub const fn claim(&self) -> Claim {
        self.claim
    }

    /// The samples, row after row.
    #[must_use]
    pub fn samples(&self) -> &[u8] {
        &self.tape.samples
    }

    /// Writes its files into `folder`, `state` at the end of their stem, and returns the path of the header.
    ///
    /// # Errors
    /// [`RecordError::File`].
    pub fn write(&self, folder: &Path, state: &str) -> Result<PathBuf, RecordError> {
        let text = serde_json::to_vec_pretty(&self.header)
            .map_err(|error| RecordError::File(folder.to_owned(), error.into()))?;
        fs::create_dir_all(folder).map_err(|error| RecordError::File(folder.to_owned(), error))?;
        let path = |suffix| folder.join(format!("{}.{state}.{suffix}", self.stem()));
        for (path, bytes) in [
            (path("readings"), &self.tape.readings),
            (path("samples"), &self.tape.samples),
            (path("json"), &text),
        ] {
            fs::write(&path, bytes).map_err(|error| RecordError::File(path, error))?;
        }
        Ok(path("json"))
    }
}
