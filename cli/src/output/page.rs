//! Reports on standard output.

use super::stdout_failure;
use crate::exit::{Failure, Outcome};
use serde::Serialize;
use std::io::Write;

/// Prints a whole page; a reader who went away has seen enough.
pub(crate) fn print(page: &str) -> Result<Outcome, Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(page.as_bytes())
        .and_then(|()| stdout.flush())
        .map_or_else(stdout_failure, |()| Ok(Outcome::Done))
}

/// One line of JSON.
pub(crate) fn json(report: &impl Serialize) -> String {
    let mut text = serde_json::to_string(report)
        .unwrap_or_else(|_| unreachable!("strings and finite numbers always serialise"));
    text.push('\n');
    text
}
