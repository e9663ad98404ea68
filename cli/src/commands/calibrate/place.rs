//! Where the claims go.

use super::declared::Declared;
use crate::args::Calibrate;
use crate::exit::Failure;
use crate::input::Words;
use crate::output::say;
use openentropy_core::MinEntropy;
use openentropy_host::Machine;
use openentropy_host::calibrate::{Calibration, Verdict};
use openentropy_host::claims::{ClaimEntry, Claims, ClaimsError, ClaimsFile, SYSTEM_FILE, own_file};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

/// A file, and what it held before.
pub(super) struct Place {
    path: PathBuf,
    old: Option<ClaimsFile>,
}

impl Place {
    /// The file that is named, or that this user's claims are read from; found to be one that can be read and written, as is the folder for
    /// recordings.
    pub(super) fn of(args: &Calibrate) -> Result<Self, Failure> {
        let path = match &args.out {
            Some(path) => std::path::absolute(path).map_err(|error| Failure::at(path, error))?,
            None => own_file().ok_or_else(|| {
                Failure::Usage("this user has no home for a claims file: name one with --out".to_owned())
            })?,
        };
        if path.is_dir() {
            return Err(Failure::Usage(format!("{}: it is a folder: name a file", path.display())));
        }
        let old = ClaimsFile::read(&path).map_err(unusable)?;
        try_writing(&path)?;
        match &args.keep {
            Some(folder) if folder.exists() && !folder.is_dir() => {
                Err(Failure::Usage(format!("{}: it is a file: name a folder", folder.display())))
            }
            Some(folder) => try_writing(&folder.join("recording")).map(|()| Self { path, old }),
            None => Ok(Self { path, old }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn old(&self) -> Option<&ClaimsFile> {
        self.old.as_ref()
    }

    /// Takes in what another calibration wrote since; what cannot be read any more is about to be replaced.
    pub(super) fn look_again(&mut self) {
        if let Ok(found) = ClaimsFile::read(&self.path) {
            self.old = found;
        }
    }

    /// Says where words would not count.
    pub(super) fn warn(&self, declared: &Declared) -> Result<(), Failure> {
        match self.is_users() && !declared.is_empty() {
            false => Ok(()),
            true => say(&format_args!(
                "openentropy: warning: --accept and --trust do nothing in {}: a user's own file only lowers what is credited. \
                 They count in {SYSTEM_FILE}, which root writes.",
                self.path.display()
            )),
        }
    }

    pub(super) fn write(&self, file: &ClaimsFile) -> Result<(), Failure> {
        file.write(&self.path).map_err(unusable)
    }

    /// Says what was written where, and what that does.
    pub(super) fn tell(&self, file: &ClaimsFile, words: Words) -> Result<(), Failure> {
        let path = self.path.display();
        let lowers = if self.is_users() { ", which only lowers what this user is credited with" } else { "" };
        words.say(&format_args!("{path} written, claims in it: {}{lowers}", file.entries.len()))?;
        let expired =
            self.old.as_ref().map_or(0, |old| old.entries.len() - old.holding(Machine::this()).count());
        match expired {
            0 => Ok(()),
            expired => say(&format_args!(
                "openentropy: warning: {expired} claims in {path} had expired and are gone; the claims that come with those sources \
                 hold again. Calibrate them too."
            )),
        }
    }

    /// Says which sources pay as they did before, since no entry in `new` is about them.
    pub(super) fn tell_what_stands(
        &self,
        file: &ClaimsFile,
        new: &[ClaimEntry],
        tried: &[Calibration],
    ) -> Result<(), Failure> {
        let claims = match own_file() {
            Some(own) if own == self.path => Claims::installed(),
            _ => Claims::of_files(Some(file.clone()), None),
        };
        for Calibration { found, digitisation, verdict, .. } in tried {
            let pays = claims.of(found).min_entropy();
            let is_old = new.iter().all(|entry| !entry.is_about(found, *digitisation));
            if let Verdict::None(reason) = verdict
                && is_old
                && pays > MinEntropy::ZERO
                && claims.digitisation(found) == Some(*digitisation)
            {
                say(&format_args!(
                    "openentropy: warning: {} goes on paying {} millibits per sample, by the claim that comes with it or by an earlier one, \
                     since this calibration came to no judgement ({reason}). Mend that, and calibrate it again.",
                    found.name(),
                    pays.millibits()
                ))?;
            }
        }
        Ok(())
    }

    /// Whether it is an ordinary user's own.
    fn is_users(&self) -> bool {
        self.path != Path::new(SYSTEM_FILE) && own_file().is_some_and(|own| own == self.path)
    }
}

fn unusable(error: ClaimsError) -> Failure {
    Failure::Usage(error.to_string())
}

/// Makes a file where one will be written, and removes it, so that an hour of recording does not end in a refusal.
fn try_writing(path: &Path) -> Result<(), Failure> {
    let path = std::path::absolute(path).map_err(|error| Failure::at(path, error))?;
    let Some(folder) = path.ancestors().skip(1).find(|folder| folder.exists()) else { return Ok(()) };
    let trial = folder.join(format!(".openentropy-trial-{}", std::process::id()));
    let made = OpenOptions::new().write(true).create_new(true).open(&trial);
    made.and_then(|_file| fs::remove_file(&trial)).map_err(|error| Failure::at(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_another_calibration_wrote_since_is_kept() {
        let folder = std::env::temp_dir().join(format!("openentropy-place-{}", std::process::id()));
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("permissions");
        let mut place = Place { path: folder.join("claims.json"), old: None };
        place.look_again();
        assert_eq!(place.old(), None);
        let written = ClaimsFile::new(Machine::this(), "another's");
        place.write(&written).expect("a file");
        place.look_again();
        assert_eq!(place.old(), Some(&written));
        fs::write(place.path(), "rubbish").expect("a file");
        place.look_again();
        assert_eq!(place.old(), Some(&written), "what was read before stands");
        fs::remove_dir_all(folder).expect("the folder");
    }
}
