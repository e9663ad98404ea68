//! The claims files of a machine, and what its sources pay under them.

use super::ceilings::built_in;
use super::entry::{ClaimEntry, unix_seconds};
use super::error::ClaimsError;
use super::file::{ClaimsFile, RecordedMachine};
use super::groups::{MergedGroups, merged_into};
use super::rules::{Subject, Word, effective};
use super::stale::Stale;
use super::store;
use super::warning::ClaimsWarning;
use crate::{FoundSource, Machine, kinds};
use openentropy_core::{Claim, Digitisation, Group, Independence, ReportId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// What the sources of this machine pay: their built-in claims, and the claims files that were there when it was loaded.
///
/// ```
/// use openentropy_core::Claim;
/// use openentropy_host::{Class, claims::Claims, find_sources};
/// let claims = Claims::installed();
/// for warning in claims.warnings() {
///     eprintln!("warning: {warning}");
/// }
/// for found in find_sources().filter(|found| found.kind.class() == Class::Network) {
///     assert_eq!(claims.of(&found), Claim::None); // whatever any file says
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Claims {
    machine: RecordedMachine,
    system: Arc<Installed>,
    own: Arc<Installed>,
}

/// One claims file, as it was found.
#[derive(Debug, Clone)]
struct Installed {
    /// Where it lies, or would.
    path: Option<PathBuf>,
    file: Result<Option<ClaimsFile>, ClaimsError>,
    report: ReportId,
}

impl Installed {
    fn at(path: &Path, owner: u32) -> Self {
        Self::with(Some(path.to_owned()), store::read(path, owner))
    }

    fn with(path: Option<PathBuf>, file: Result<Option<ClaimsFile>, ClaimsError>) -> Self {
        let report = match &file {
            Ok(Some(file)) => file.report(),
            _ => ReportId([0; 8]),
        };
        Self { path, file, report }
    }

    fn file(&self) -> Option<&ClaimsFile> {
        self.file.as_ref().ok().and_then(Option::as_ref)
    }

    /// Its last entry about `found`, so that a later one counts in the place of an earlier.
    fn entry(&self, found: &FoundSource, digitisation: Digitisation) -> Option<(&ClaimsFile, &ClaimEntry)> {
        let file = self.file()?;
        let entry = file.entries.iter().rev().find(|entry| entry.is_about(found, digitisation))?;
        Some((file, entry))
    }
}

impl Claims {
    /// As this system has them: the system's file, and for an ordinary user beside it the user's own, which lowers only.
    ///
    /// A file that is not there says nothing. One that cannot be used says nothing either, and is among the
    /// [`warnings`](Self::warnings); what it would have lowered is then labelled uncalibrated.
    #[must_use]
    pub fn installed() -> Self {
        let own = store::own_file().filter(|path| path != Path::new(store::SYSTEM_FILE));
        let own = own.map_or_else(none, |path| Installed::at(&path, store::own_uid()));
        Self::of_files_found(Installed::at(Path::new(store::SYSTEM_FILE), store::ROOT), own)
    }

    /// As this system has them for services: the system's file and no user's.
    #[must_use]
    pub fn of_system() -> Self {
        Self::of_files_found(Installed::at(Path::new(store::SYSTEM_FILE), store::ROOT), none())
    }

    /// Built-in claims and no file.
    #[must_use]
    pub fn built_in() -> Self {
        Self::of_files_found(none(), none())
    }

    /// As if `system` and `own` were installed, for programs that keep their claims elsewhere, and for tests.
    ///
    /// ```
    /// use openentropy_host::{EntropyPool, Machine, claims::{Claims, ClaimsFile}};
    /// let file = ClaimsFile::new(Machine::this(), "an example");
    /// let pool = EntropyPool::builder().claims(Claims::of_files(Some(file), None)).build();
    /// # drop(pool);
    /// ```
    #[must_use]
    pub fn of_files(system: Option<ClaimsFile>, own: Option<ClaimsFile>) -> Self {
        Self::of_files_found(Installed::with(None, Ok(system)), Installed::with(None, Ok(own)))
    }

    /// As if the system's file were there and not to be believed.
    #[cfg(test)]
    pub(crate) fn unusable() -> Self {
        let path = PathBuf::from(store::SYSTEM_FILE);
        let error = ClaimsError { path: path.clone(), fault: super::ClaimsFault::Checksum };
        Self::of_files_found(Installed::with(Some(path), Err(error)), none())
    }

    fn of_files_found(system: Installed, own: Installed) -> Self {
        Self { machine: Machine::this().into(), system: Arc::new(system), own: Arc::new(own) }
    }

    /// What a sample of `found` pays: under the digitisation that a pool would open it under.
    #[must_use]
    pub fn of(&self, found: &FoundSource) -> Claim {
        self.digitisation(found).map_or(Claim::None, |digitisation| {
            self.claim(found, digitisation, found.kind.ceiling(&found.candidate, digitisation), false)
        })
    }

    /// The digitisation that a pool opens `found` under: the kind's own choice, or another of which an entry that holds says that it pays more.
    #[must_use]
    pub fn digitisation(&self, found: &FoundSource) -> Option<Digitisation> {
        let pays = |digitisation| {
            let ceiling = found.kind.ceiling(&found.candidate, digitisation);
            self.claim(found, digitisation, ceiling, false).min_entropy()
        };
        let is_assessed = |digitisation| {
            let system = self.system.entry(found, digitisation);
            system.is_some_and(|(file, entry)| self.stale(file, entry).is_none())
        };
        let (default, others) = found.kind.digitisations().split_first()?;
        Some(others.iter().fold(*default, |best, other| {
            if is_assessed(*other) && pays(*other) > pays(best) { *other } else { best }
        }))
    }

    /// What a sample of `found` under `digitisation` pays, of a source that comes with `ceiling`.
    pub(crate) fn claim(
        &self,
        found: &FoundSource,
        digitisation: Digitisation,
        ceiling: Claim,
        is_trusted: bool,
    ) -> Claim {
        if matches!(found.info().independence.group, Group::Test | Group::OsGenerator) {
            return Claim::None; // whatever its kind says of its class
        }
        let subject = Subject {
            class: found.kind.class(),
            virtualised: found.candidate.virtualised,
            width: found.sample_width(),
            ceiling,
            is_trusted,
        };
        let word = self.system.entry(found, digitisation).map(|(file, entry)| Word {
            entry,
            report: self.system.report,
            stale: self.stale(file, entry),
        });
        let own = self.own.entry(found, digitisation).map(|(_, entry)| entry.min_entropy);
        effective(&subject, word, own)
    }

    /// Whether `claim` rests on something that was found on a machine like this one: an assessment of it, or the recordings behind a
    /// built-in claim, unless a file that might have lowered that one could not be used.
    ///
    /// Claims of kinds from elsewhere are their authors' word.
    pub(crate) fn is_calibrated(
        &self,
        found: &FoundSource,
        digitisation: Digitisation,
        claim: Claim,
    ) -> bool {
        let Claim::BuiltIn(_) = claim else { return true };
        let is_ours = kinds().any(|kind| kind.info().name == found.name());
        let is_recorded = !is_ours || built_in(found.name(), digitisation, Machine::this()) != Claim::None;
        is_recorded && self.errors().next().is_none()
    }

    /// The group that `group` pays in on this machine.
    pub(crate) fn merged(&self, group: Independence) -> Independence {
        let files = [&self.system, &self.own].into_iter().filter_map(|installed| installed.file());
        let merged: Vec<MergedGroups> = files.flat_map(|file| file.merged.iter().copied()).collect();
        merged_into(group, &merged)
    }

    /// What whoever runs this machine should know: files that are not used, entries that have expired or say what they cannot.
    #[must_use]
    pub fn warnings(&self) -> Vec<ClaimsWarning> {
        let errors = self.errors().cloned().map(ClaimsWarning::File);
        let entries = self.system.file().into_iter().flat_map(|file| {
            let about = move |entry| ClaimsWarning::about(entry, self.stale(file, entry));
            file.entries.iter().filter_map(about)
        });
        errors.chain(entries).collect()
    }

    fn errors(&self) -> impl Iterator<Item = &ClaimsError> {
        [&self.system, &self.own].into_iter().filter_map(|installed| installed.file.as_ref().err())
    }

    fn stale(&self, file: &ClaimsFile, entry: &ClaimEntry) -> Option<Stale> {
        Stale::of(file, entry, &self.machine, unix_seconds(SystemTime::now()))
    }
}

fn none() -> Installed {
    Installed::with(None, Ok(None))
}

/// Which files were used, and which were not: a line each.
impl core::fmt::Display for Claims {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (place, installed) in [&self.system, &self.own].into_iter().enumerate() {
            match (&installed.path, &installed.file) {
                (None, Ok(None)) => continue,
                (_, Err(error)) => write!(f, "not used: {error}")?,
                (Some(path), Ok(None)) => write!(f, "{}: not there", path.display())?,
                (path, Ok(Some(file))) => {
                    let path = path.as_deref().unwrap_or(Path::new("given by the program")).display();
                    let count = file.entries.len();
                    write!(f, "{path}: {count} {}", if count == 1 { "entry" } else { "entries" })?;
                    if place == 1 {
                        f.write_str(", which lower only")?;
                    }
                }
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
