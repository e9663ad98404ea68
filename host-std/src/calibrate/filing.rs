//! What calibrations put into a claims file.

use super::cross::Pair;
use super::{Calibration, Figures, RestartFigure, SequentialFigure, Verdict};
use crate::claims::{Basis, ClaimEntry, ClaimsFile, MergedGroups, Recording, Recordings};
use crate::{FoundSource, Machine};
use openentropy_core::MinEntropy;
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use std::path::Path;

/// How the figures of a claims file are found, in the file's own words.
pub const METHOD: &str = "SP 800-90B, non-IID track: the lowest estimate over sequential samples of the idle and of the loaded machine and over \
    rows and columns of 1000 restarts, divided by the divisor of the source's class; groups by mutual information of time-aligned samples \
    against 100 circular shifts, false discovery rate 0.01";

impl Calibration {
    /// What a claims file says of the source after this; `None` where its recordings say nothing, since some are missing or too short, or no
    /// assessment credits it. A whole recording that carries less than the claim that comes with the source takes that claim away, though others be
    /// missing.
    #[must_use]
    pub fn entry(&self) -> Option<ClaimEntry> {
        let (min_entropy, recordings) = match &self.verdict {
            Verdict::Claim { min_entropy, .. } => (*min_entropy, self.recordings()?),
            Verdict::None(reason) if reason.is_judged() => (MinEntropy::ZERO, self.recordings()?),
            Verdict::None(_) if self.is_below_ceiling() => (MinEntropy::ZERO, self.taken()),
            Verdict::None(_) => return None,
        };
        Some(ClaimEntry::new(&self.found, self.digitisation, min_entropy, Basis::Assessed(recordings)))
    }

    /// Its recordings, where there are all three.
    #[must_use]
    pub fn recordings(&self) -> Option<Recordings> {
        let taken = self.taken();
        let is_whole = taken.idle.is_some() && taken.load.is_some() && taken.restart.is_some();
        is_whole.then_some(taken)
    }

    /// Its recordings, as far as they were taken.
    fn taken(&self) -> Recordings {
        let Figures { idle, load, restart, .. } = &self.figures;
        Recordings {
            idle: idle.as_ref().map(sequential),
            load: load.as_ref().map(sequential),
            restart: restart.as_ref().map(after_restarts),
        }
    }

    /// Whether a whole recording carries less than the claim that comes with the source.
    fn is_below_ceiling(&self) -> bool {
        let FoundSource { kind, candidate } = &self.found;
        let ceiling = kind.ceiling(candidate, self.digitisation).min_entropy();
        let Some(divisor) = kind.class().divisor() else { return false };
        let sequential = [&self.figures.idle, &self.figures.load].into_iter().flatten();
        let mut whole = sequential.filter(|figure| figure.samples >= MIN_SAMPLES);
        whole.any(|figure| MinEntropy::at_most(millibits(figure.min_entropy) / divisor) < ceiling)
    }
}

fn after_restarts(figure: &RestartFigure) -> Recording {
    let assessed_millibits = match figure.failure {
        None if figure.repeated_rows == 0 => millibits(figure.rows.min(figure.columns)),
        _ => 0,
    };
    Recording { sha256: figure.sha256.clone(), samples: figure.samples as u64, assessed_millibits }
}

fn sequential(figure: &SequentialFigure) -> Recording {
    Recording {
        sha256: figure.sha256.clone(),
        samples: figure.samples as u64,
        assessed_millibits: millibits(figure.min_entropy),
    }
}

/// Cut, never rounded up.
fn millibits(bits: f64) -> u32 {
    (bits * 1000.0) as u32
}

/// A claims file about this machine with `entries`, and with `pairs` where groups were judged.
///
/// Of `old` those entries are kept that still hold, and the mergers of groups that were not judged anew. An entry takes the place of the one about
/// the same source under the same rule, also of one before it in `entries`.
///
/// ```
/// use openentropy_host::calibrate::{METHOD, filed};
/// let file = filed(None, Vec::new(), &[]);
/// assert_eq!((file.method.as_str(), file.entries.len()), (METHOD, 0));
/// ```
#[must_use]
pub fn filed(old: Option<&ClaimsFile>, entries: Vec<ClaimEntry>, pairs: &[Pair]) -> ClaimsFile {
    let mut file = ClaimsFile::new(Machine::this(), METHOD);
    if let Some(old) = old {
        file.entries = old.holding(Machine::this()).cloned().collect();
        file.merged.clone_from(&old.merged);
    }
    for entry in entries {
        file.entries.retain(|other| place(other) != place(&entry));
        file.entries.push(entry);
    }
    let is_judged = |MergedGroups(one, other): &MergedGroups| {
        pairs.iter().any(|pair| pair.groups == [*one, *other] || pair.groups == [*other, *one])
    };
    file.merged.retain(|merged| !is_judged(merged));
    let merged = pairs.iter().filter(|pair| pair.is_merged());
    file.merged.extend(merged.map(|Pair { groups: [one, other], .. }| MergedGroups(*one, *other)));
    file
}

/// What an entry is about; of each there is one in a file.
fn place(entry: &ClaimEntry) -> (&str, u8, Option<&Path>, &str) {
    (&entry.source, entry.instance, entry.path.as_deref(), &entry.digitisation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Class;
    use crate::calibrate::cross::NotJudged;
    use crate::calibrate::{Reason, Stage};
    use crate::claims::Claims;
    use crate::common::{DIGITISATION, Double, millibits};
    use core::time::Duration;
    use openentropy_core::{Claim, Group, Independence};
    use openentropy_tests::sp800_90b::restart::Failure;

    /// Whole recordings of `found`, all of `bits` bits per sample, for a class that divides by three.
    fn calibration(found: &FoundSource, bits: f64) -> Calibration {
        let sequential =
            Some(SequentialFigure { samples: 1_000_000, min_entropy: bits, sha256: "7a".repeat(32) });
        let restart = RestartFigure {
            rows: bits,
            columns: bits,
            samples: 1_000_000,
            repeated_rows: 0,
            failure: None,
            sha256: "7a".repeat(32),
        };
        let carried = MinEntropy::at_most(super::millibits(bits) / 3);
        Calibration {
            found: found.clone(),
            digitisation: DIGITISATION,
            figures: Figures {
                samples_per_second: None,
                idle: sequential.clone(),
                load: sequential,
                restart: Some(restart),
            },
            verdict: Verdict::Claim { min_entropy: carried, carried },
        }
    }

    fn double(name: &'static str) -> FoundSource {
        Double::new(name, Group::Memory).claiming(Claim::None).keep().found()
    }

    fn pair(one: Group, other: Group) -> Pair {
        Pair {
            groups: [Independence::of(one), Independence::of(other)],
            sources: ["one", "other"],
            outcome: Err(NotJudged::Constant),
        }
    }

    #[test]
    fn what_is_filed_is_what_pools_then_credit() {
        let found = double("double_filed");
        let entry = calibration(&found, 1.2).entry().unwrap();
        let file = filed(None, vec![entry], &[]);
        let Claim::Assessed { min_entropy, .. } = Claims::of_files(Some(file), None).of(&found) else {
            panic!("nothing is credited");
        };
        assert_eq!(min_entropy, millibits(400));
    }

    #[test]
    fn recordings_are_whole_or_none() {
        let mut calibration = calibration(&double("double_recorded"), 0.9);
        assert_eq!(calibration.recordings().map(|recordings| recordings.lowest_millibits()), Some(900));
        calibration.figures.load = None;
        assert_eq!((calibration.recordings(), calibration.entry()), (None, None));
    }

    #[test]
    fn a_source_that_was_judged_and_found_wanting_is_filed_with_nothing() {
        let found = double("double_wanting");
        let none = |reason| {
            let mut calibration = calibration(&found, 1.2);
            if let (Reason::Restart(failure), Some(restart)) = (&reason, &mut calibration.figures.restart) {
                restart.failure = Some(*failure);
            }
            calibration.verdict = Verdict::None(reason);
            calibration.entry()
        };
        let failed = none(Reason::Restart(Failure::Sanity)).unwrap();
        let Basis::Assessed(recordings) = &failed.basis else { panic!("{failed:?}") };
        assert_eq!((failed.min_entropy, recordings.lowest_millibits()), (MinEntropy::ZERO, 0));
        assert_eq!(none(Reason::BelowFloor).unwrap().min_entropy, MinEntropy::ZERO);
        for not_judged in [Reason::Class(Class::Network), Reason::Few { samples: 9 }, Reason::Emulated] {
            assert_eq!(none(not_judged), None);
        }
    }

    /// Too slow under load, a source has no assessment; what was seen of it still speaks against the claim that it came with.
    #[test]
    fn a_recording_below_the_ceiling_takes_it_away() {
        let ceiling = Claim::BuiltIn(millibits(400));
        let found = Double::new("double_below", Group::Memory).claiming(ceiling).keep().found();
        let slow = |bits| {
            let mut calibration = calibration(&found, bits);
            (calibration.figures.load, calibration.figures.restart) = (None, None);
            let needs = Duration::from_secs(99);
            calibration.verdict = Verdict::None(Reason::Slow { stage: Stage::Load, needs });
            calibration
        };
        assert_eq!(slow(1.2).entry(), None, "as much as the ceiling");
        let file = filed(None, slow(1.19).entry().into_iter().collect(), &[]);
        assert_eq!(Claims::of_files(Some(file), None).of(&found), Claim::None);
        let mut short = slow(1.19);
        short.figures.idle.iter_mut().for_each(|idle| idle.samples -= 1);
        assert_eq!(short.entry(), None);
    }

    #[test]
    fn what_still_holds_is_kept_and_what_was_judged_anew_is_replaced() {
        let [old, new, expired] = ["double_old", "double_new", "double_expired"].map(double);
        let entry = |found, bits| calibration(found, bits).entry().unwrap();
        let mut stale = entry(&expired, 3.0);
        stale.dated_unix = 0;
        let first = [pair(Group::Memory, Group::Radio), pair(Group::Storage, Group::Memory)];
        let mut file = filed(None, vec![entry(&old, 3.0), entry(&new, 3.0)], &first);
        file.entries.push(stale);
        // Judged anew, the first pair is merged still, the other way round; the second was not judged.
        let file = filed(
            Some(&file),
            vec![entry(&new, 0.6), entry(&new, 0.9)],
            &[pair(Group::Radio, Group::Memory)],
        );
        let entries: Vec<_> = file.entries.iter().map(|entry| (&*entry.source, entry.min_entropy)).collect();
        assert_eq!(entries, [("double_old", millibits(1000)), ("double_new", millibits(300))]);
        let merged = |one, other| MergedGroups(Independence::of(one), Independence::of(other));
        assert_eq!(file.merged, [merged(Group::Storage, Group::Memory), merged(Group::Radio, Group::Memory)]);
    }
}
