//! How the program ends: exit codes and the errors behind them.

use core::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

/// An outcome that is no error, with its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0: everything was done, or the reader went away.
    Done,
    /// 1: the report says which check failed.
    Failed,
    /// 3: everything was delivered, some of it degraded.
    Degraded,
}

/// Why the program stops early.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// 2: what was typed cannot be done.
    Usage(String),
    /// 2: reading or writing failed.
    Io {
        /// What was being written, as the user knows it.
        place: String,
        /// The operating system's word.
        error: std::io::Error,
    },
    /// 1: a check of the program's own failed.
    Check(String),
    /// 4: strict, and the sources do not pay.
    Starved(String),
}

impl Failure {
    /// A failure to write to or read from `path`.
    pub(crate) fn at(path: impl Into<PathBuf>, error: std::io::Error) -> Self {
        Self::Io { place: path.into().display().to_string(), error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Check(text) | Self::Starved(text) => f.write_str(text),
            Self::Io { place, error } => write!(f, "{place}: {error}"),
        }
    }
}

impl core::error::Error for Failure {}

/// The exit code of a run.
pub(crate) fn code(result: &Result<Outcome, Failure>) -> ExitCode {
    ExitCode::from(match result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::Degraded) => 3,
        Ok(Outcome::Failed) | Err(Failure::Check(_)) => 1,
        Err(Failure::Usage(_) | Failure::Io { .. }) => 2,
        Err(Failure::Starved(_)) => 4,
    })
}
