//! Running the program as its users do: the built file, arguments, pipes and signals.
#![forbid(unsafe_code)]

mod program;

pub use program::{Run, Running, binary, run, run_with};

/// The README's examples, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
