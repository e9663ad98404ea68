//! One file per subcommand.

pub(crate) mod assess;
pub(crate) mod calibrate;
pub(crate) mod completions;
pub(crate) mod condition_entropy;
pub(crate) mod man;
pub(crate) mod probe;
pub(crate) mod scan;
pub(crate) mod stream;
pub(crate) mod test;
