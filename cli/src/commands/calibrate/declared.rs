//! What the operator's word adds.

use super::plan::is_same;
use crate::args::{Accept, Calibrate};
use crate::exit::Failure;
use crate::output::say;
use crate::select;
use openentropy_core::{Digitisation, MinEntropy};
use openentropy_host::FoundSource;
use openentropy_host::calibrate::{Calibration, DeclareError, accepted, trusted};
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
            let min_entropy = MinEntropy::at_most(u32::from(*millibits));
            let named = format!("--accept {source}={millibits}");
            let word = |found: &_, digitisation| accepted(found, digitisation, min_entropy);
            for (found, digitisation, entry) in said(source, &named, word, args, claims)? {
                declared.accepted.push(Accepted { found, digitisation, entry });
            }
        }
        for source in &args.trust {
            let said = said(source, &format!("--trust {source}"), trusted, args, claims)?;
            declared.trusted.extend(said.into_iter().map(|(_, _, entry)| entry));
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

/// What `word` says of each instance of a source that can be opened, under the rule that it is opened under.
fn said(
    source: &str,
    named: &str,
    word: impl Fn(&FoundSource, Digitisation) -> Result<ClaimEntry, DeclareError>,
    args: &Calibrate,
    claims: &Claims,
) -> Result<Vec<(FoundSource, Digitisation, ClaimEntry)>, Failure> {
    let instances = select::instances(select::one(source)?, &args.peers)?;
    let mut said = Vec::new();
    for found in &instances {
        let Some(digitisation) = claims.digitisation(found) else { continue };
        let entry = word(found, digitisation).map_err(|error| Failure::Usage(format!("{named}: {error}")))?;
        if found.is_ready() {
            said.push((found.clone(), digitisation, entry));
        }
    }
    if said.is_empty() {
        let reasons: Vec<String> = instances.iter().map(select::reason).collect();
        return Err(Failure::Usage(format!("{named}: it cannot be used here: {}", reasons.join("; "))));
    }
    Ok(said)
}
