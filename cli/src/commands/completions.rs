//! `openentropy completions`: a script that teaches a shell the program's arguments.

use crate::args::{Cli, Completions};
use crate::exit::{Failure, Outcome};
use crate::output::stdout_failure;
use clap::CommandFactory;
use std::io::Write;

/// Prints the script.
pub(crate) fn run(args: &Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "openentropy", &mut script);
    std::io::stdout().write_all(&script).map_or_else(stdout_failure, |()| Ok(Outcome::Done))
}
