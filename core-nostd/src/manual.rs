//! The manual: how it works, how to use it, what it protects against.

#[doc = include_str!("doc/theory_of_operation.md")]
pub mod theory_of_operation {}

#[doc = include_str!("doc/programmers_guide.md")]
pub mod programmers_guide {}

#[doc = include_str!("doc/threat_model.md")]
pub mod threat_model {}
