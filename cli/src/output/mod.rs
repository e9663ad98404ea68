//! Where bytes go: destination, format and pace; and where words go.

mod encode;
mod pace;
mod page;
mod sink;
mod words;

pub(crate) use page::{json, print};
pub(crate) use sink::{Delivery, Sink};
pub(crate) use words::say;

use crate::exit::{Failure, Outcome};

/// What a failed write to standard output means: a reader that went away is success.
pub(crate) fn stdout_failure(error: std::io::Error) -> Result<Outcome, Failure> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(Outcome::Done);
    }
    Err(Failure::Io { place: "standard output".to_owned(), error })
}
