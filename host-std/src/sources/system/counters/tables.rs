//! Counters in files of the kernel, which stay open and are read from their beginning every time.

use super::text::{Notation, Place, numbers};
use super::{Cell, Missing, Scan};
use crate::Access;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process;
use std::thread::{self, ThreadId};
use zeroize::Zeroizing;

/// Room for the text of a table at first; doubled until the longest fits.
const ROOM: usize = 16 << 10;
/// What is read of a table at most: `/proc/interrupts` of some hundred processors.
const LONGEST: usize = 4 << 20;
/// Bytes that are read to see whether a table has any.
const GLANCE: usize = 64;

/// A file of counters.
pub(in crate::sources::system) struct Table {
    /// What its counters are listed under.
    pub(in crate::sources::system) category: String,
    pub(in crate::sources::system) path: PathBuf,
    pub(in crate::sources::system) notation: Notation,
    /// Which numbers are counters of their own, by the first word of their line and their ordinal in it.
    pub(in crate::sources::system) keeps: fn(first_word: &[u8], ordinal: usize) -> bool,
    /// Whether every thread has its own, so that the file is opened anew where another thread reads.
    pub(in crate::sources::system) is_per_thread: bool,
}

impl Table {
    /// The table at `path`, with all its numbers.
    pub(in crate::sources::system) fn new(category: &str, path: impl Into<PathBuf>) -> Self {
        Self {
            category: category.to_owned(),
            path: path.into(),
            notation: Notation::PLAIN,
            keeps: |_, _| true,
            is_per_thread: false,
        }
    }
}

/// Tables that are open.
pub(in crate::sources::system) struct Tables {
    kept: Vec<Kept>,
    text: Zeroizing<Vec<u8>>,
}

impl Tables {
    /// Opens those of `tables` that this machine has and this user may read.
    ///
    /// # Errors
    /// When one is broken, or none is left: why it, or the first, cannot be read, with what the kernel needs for it in `facility`.
    pub(in crate::sources::system) fn open(
        tables: Vec<Table>,
        facility: &str,
    ) -> Result<Box<dyn Scan>, Missing> {
        let mut kept = Vec::with_capacity(tables.len());
        let mut missing = None;
        for table in tables {
            match Kept::open(table)
                .map_err(|(path, error)| why(&path.display().to_string(), &error, facility))
            {
                Ok(table) => kept.push(table),
                Err(broken) if broken.access == Access::Broken => return Err(broken),
                Err(other) => missing = missing.or(Some(other)),
            }
        }
        if kept.is_empty() {
            let none = || Missing { access: Access::Absent, reason: facility.to_owned() };
            return Err(missing.unwrap_or_else(none));
        }
        Ok(Box::new(Self { kept, text: Zeroizing::new(vec![0; ROOM]) }))
    }
}

impl Scan for Tables {
    /// A table that went away, with its device or its process, is left out as long as others are there.
    fn scan(&mut self, see: &mut dyn FnMut(&Cell<'_>)) -> Result<(), SourceError> {
        let mut answered = false;
        for (number, kept) in self.kept.iter_mut().enumerate() {
            match kept.read(&mut self.text) {
                Ok(text) => kept.show(text, number as u64, see),
                Err(error) if is_gone(&error) => continue,
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(SourceError::Denied);
                }
                Err(_) => return Err(SourceError::Io),
            }
            answered = true;
        }
        if answered { Ok(()) } else { Err(SourceError::Disconnected) }
    }
}

/// A table and its open file.
struct Kept {
    table: Table,
    file: File,
    /// The thread that opened it.
    thread: (u32, ThreadId),
    /// How often it was opened: counters of two threads have no difference.
    epoch: u64,
}

impl Kept {
    fn open(table: Table) -> Result<Self, (PathBuf, io::Error)> {
        match glance(&table) {
            Ok(file) => Ok(Self { table, file, thread: this_thread(), epoch: 0 }),
            Err(error) => Err((table.path, error)),
        }
    }

    /// The table's text as it is now.
    fn read<'t>(&mut self, text: &'t mut Zeroizing<Vec<u8>>) -> io::Result<&'t [u8]> {
        if self.table.is_per_thread && self.thread != this_thread() {
            self.file = File::open(&self.table.path)?;
            self.thread = this_thread();
            self.epoch += 1;
        }
        let mut length = fill(&self.file, text)?;
        while length == text.len() && length < LONGEST {
            let twice = length * 2;
            *text = Zeroizing::new(vec![0; twice]);
            length = fill(&self.file, text)?;
        }
        let filled = &text[..length];
        match filled.iter().rposition(|byte| *byte == b'\n') {
            Some(end) if length == LONGEST => Ok(&filled[..end]), // the last number may be cut
            _ => Ok(filled),
        }
    }

    fn show(&self, text: &[u8], number: u64, see: &mut dyn FnMut(&Cell<'_>)) {
        let seed = self.epoch << 16 | number;
        numbers(text, self.table.notation, &mut |place: &Place<'_>, value| {
            if (self.table.keeps)(place.first_word(), place.ordinal) {
                see(&Cell { category: &self.table.category, name: place, key: place.key(seed), value });
            }
        });
    }
}

/// Opens a table that has something in it: where containers hide one, it is there and empty.
fn glance(table: &Table) -> io::Result<File> {
    let file = File::open(&table.path)?;
    match file.read_at(&mut [0; GLANCE], 0)? {
        0 => Err(io::Error::other("empty, as where a container hides it")),
        _ => Ok(file),
    }
}

/// Reads a file from its beginning until it ends or `text` is full.
fn fill(file: &File, text: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < text.len() {
        match file.read_at(&mut text[filled..], filled as u64) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn this_thread() -> (u32, ThreadId) {
    (process::id(), thread::current().id())
}

/// Whether the thing behind a file is no longer there.
fn is_gone(error: &io::Error) -> bool {
    let gone = [Errno::NOENT, Errno::NODEV, Errno::SRCH].map(Errno::raw_os_error);
    error.raw_os_error().is_some_and(|number| gone.contains(&number))
}

/// Why `what` cannot be read: `facility` says what the kernel needs for it to be there.
pub(in crate::sources::system) fn why(what: &str, error: &io::Error, facility: &str) -> Missing {
    let (access, help) = match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM) => {
            (Access::Denied, "its mode, or a mandatory access rule, forbids it")
        }
        Some(Errno::NOENT | Errno::NOTDIR | Errno::NOSYS | Errno::OPNOTSUPP) | None => {
            (Access::Absent, facility)
        }
        Some(_) => (Access::Broken, "it is there and cannot be read"),
    };
    Missing { access, reason: format!("{what}: {error}; {help}") }
}
