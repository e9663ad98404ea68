//! Doubles: sources that do as they are told, for the tests of whoever builds on this crate.
//!
//! | double | what it delivers | what it is for |
//! |---|---|---|
//! | [`Replay`] | recorded samples, once | judging a recording by the code that judges live data |
//! | [`Periodic`] | a pattern, for ever | patterns that health tests must catch |
//! | [`Stuck`] | one value, for ever | a dead device |
//! | [`Biased`] | pseudo-random samples of known min-entropy | health tests at, above and below a claim |
//! | [`Flaky`] | another source, with errors at chosen calls | recovery, latches, deadlines |
//!
//! All are deterministic and belong to [`Group::Test`], whatever they imitate: nothing they
//! deliver holds entropy, and programs that serve bytes never credit that group.

mod biased;
mod flaky;
pub mod known_answers;
mod periodic;
mod replay;
mod stuck;

pub use biased::Biased;
pub use flaky::Flaky;
pub use periodic::Periodic;
pub use replay::Replay;
pub use stuck::Stuck;

use crate::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

/// The facts about a double, but for its name and what it delivers.
const fn info(name: &'static str, description: &'static str, width: Width) -> SourceInfo {
    SourceInfo {
        name,
        description,
        physics: "none: a double for tests",
        category: SourceCategory::Signal,
        platform: Platform::Any,
        requirement: Requirement::None,
        width,
        independence: Independence::of(Group::Test),
    }
}
