//! One file per subcommand.

pub(crate) mod completions;
pub(crate) mod man;
pub(crate) mod scan;
pub(crate) mod stream;
