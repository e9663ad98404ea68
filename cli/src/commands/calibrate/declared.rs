//! What the operator's word adds.

use super::plan::is_same;
use crate::args::{Accept, Calibrate};
use crate::exit::Failure;
use crate::output::say;
use crate::select;
use openentropy_core::{Digitisation, MinEntropy};
use openentropy_host::FoundSource;
use openentropy_host::calibrate::{Calibration, accepted, trusted};
use openentropy_host::claims::{Basis, ClaimEntry, Claims};

/// Every word that was given, found to be one that counts.
pub(super) struct Declared {
    accepted: Vec<Accepted>,
    trusted: Vec<ClaimEntry>,
}

struct Accepted {
    found: FoundSource,
    digitisation: Digitisation,
    entry: ClaimEntry,
}

impl Declared {
    /// The words in `args`; one that could not count is refused before anything is measured.
    pub(super) fn of(args: &Calibrate, claims: &Claims) -> Result<Self, Failure> {
        let mut declared = Self { accepted: Vec::new(), trusted: Vec::new() };
        for Accept { source, millibits } in &args.accept {
            let refused = |why: &dyn core::fmt::Display| {
                Failure::Usage(format!("--accept {source}={millibits}: {why}"))
            };
            for (found, digitisation) in ready(source, args, claims)? {
                let min_entropy = MinEntropy::at_most(u32::from(*millibits));
                let entry = accepted(&found, digitisation, min_entropy).map_err(|error| refused(&error))?;
                declared.accepted.push(Accepted { found, digitisation, entry });
            }
        }
        for source in &args.trust {
            let refused = |why: &dyn core::fmt::Display| Failure::Usage(format!("--trust {source}: {why}"));
            for (found, digitisation) in ready(source, args, claims)? {
                declared.trusted.push(trusted(&found, digitisation).map_err(|error| refused(&error))?);
            }
        }
        Ok(declared)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.accepted.is_empty() && self.trusted.is_empty()
    }

    /// Says what is taken on the operator's word.
    pub(super) fn warn(&self) -> Result<(), Failure> {
        for Accepted { entry, .. } in &self.accepted {
            say(&format_args!(
                "openentropy: warning: {} is credited with {} millibits per sample on your word, whatever its recordings carry. If \
                 that is too much, seeds are weaker than their label says. Leave --accept out to have what is assessed.",
                entry.source,
                entry.min_entropy.millibits()
            ))?;
        }
        for entry in &self.trusted {
            say(&format_args!(
                "openentropy: warning: {} is credited with {} millibits per sample on your word: nobody can assess what a generator \
                 puts out. If its maker failed or lied, seeds are weaker than their label says. Leave --trust out to have it \
                 mixed in for nothing.",
                entry.source,
                entry.min_entropy.millibits()
            ))?;
        }
        Ok(())
    }

    /// The entries for a claims file: what was assessed, and what the operator says in the face of it.
    pub(super) fn entries(
        &self,
        assessed: impl Iterator<Item = ClaimEntry>,
        calibrations: &[Calibration],
    ) -> Vec<ClaimEntry> {
        let accepted = self.accepted.iter().map(|Accepted { found, digitisation, entry }| {
            let calibration = calibrations.iter().find(|calibration| {
                is_same(&calibration.found, found) && calibration.digitisation == *digitisation
            });
            let recordings = calibration.and_then(Calibration::recordings);
            ClaimEntry { basis: Basis::Accepted(recordings), ..entry.clone() }
        });
        assessed.chain(accepted).chain(self.trusted.iter().cloned()).collect()
    }
}

/// The instances of a source that can be opened, and the rule that they are opened under.
fn ready(
    source: &str,
    args: &Calibrate,
    claims: &Claims,
) -> Result<Vec<(FoundSource, Digitisation)>, Failure> {
    let kind = select::one(source)?;
    let instances = select::instances(kind, &args.peers)?;
    let found: Vec<_> = instances
        .iter()
        .filter(|found| found.is_ready())
        .filter_map(|found| Some((found.clone(), claims.digitisation(found)?)))
        .collect();
    match found.is_empty() {
        false => Ok(found),
        true => {
            let reasons: Vec<String> = instances.iter().map(select::reason).collect();
            Err(Failure::Usage(format!("'{source}' cannot be used here: {}", reasons.join("; "))))
        }
    }
}
