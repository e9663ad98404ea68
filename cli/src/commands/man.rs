//! `openentropy man`: the manual pages, one per subcommand.

use crate::args::{Cli, Man};
use crate::exit::{Failure, Outcome};
use clap::CommandFactory;

/// Writes the pages into the folder.
pub(crate) fn run(args: &Man) -> Result<Outcome, Failure> {
    clap_mangen::generate_to(Cli::command(), &args.out).map_err(|error| Failure::at(&args.out, error))?;
    Ok(Outcome::Done)
}
