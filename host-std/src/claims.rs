#![doc = include_str!("../doc/claims.md")]
#![doc = concat!("```json\n", include_str!("../doc/claims-file.json"), "```")]

mod ceilings;
mod entry;
mod error;
mod file;
mod groups;
mod installed;
mod rules;
mod stale;
mod store;
mod warning;

pub use ceilings::{CEILINGS, Ceiling, HEAVY_JITTER, built_in};
pub use entry::{Basis, ClaimEntry, Recording, Recordings};
pub use error::{ClaimsError, ClaimsFault};
pub use file::{ClaimsFile, RecordedMachine};
pub use groups::{MergedGroups, UnknownGroup, merged_into};
pub use installed::Claims;
#[cfg(feature = "analysis")]
pub(crate) use rules::{most, most_trusted};
pub use stale::Stale;
pub use store::{SYSTEM_FILE, own_file};
pub use warning::ClaimsWarning;
