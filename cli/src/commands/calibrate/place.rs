//! Where the claims go.

use super::declared::Declared;
use crate::args::Calibrate;
use crate::exit::Failure;
use crate::input::Words;
use crate::output::say;
use openentropy_host::Machine;
use openentropy_host::claims::{ClaimsError, ClaimsFile, SYSTEM_FILE, own_file};
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
