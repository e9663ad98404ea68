//! Running the program as its users do: the built file, arguments, pipes and signals.
#![forbid(unsafe_code)]

mod program;

pub use program::{Run, Running, binary, run};
