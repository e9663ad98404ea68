//! Reading all of a file or of standard input, as far as memory allows.

use crate::exit::Failure;
use crate::memory::{available, human};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// An open file or standard input.
pub(crate) struct Source {
    reader: Box<dyn Read>,
    /// As the user knows it.
    pub(crate) place: String,
    /// Bytes of a regular file.
    len: Option<u64>,
}

impl Source {
    /// Opens `file`, or standard input where there is none.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let stdin = io::stdin();
        match file {
            Some(path) if path != Path::new("-") => {
                let file = File::open(path).map_err(|error| Failure::at(path, error))?;
                let about = file.metadata().map_err(|error| Failure::at(path, error))?;
                let len = about.is_file().then_some(about.len());
                Ok(Self { reader: Box::new(file), place: path.display().to_string(), len })
            }
            None if stdin.is_terminal() => {
                Err(Failure::Usage("no data: name a file, or pipe data into standard input".to_owned()))
            }
            _ => Ok(Self { reader: Box::new(stdin.lock()), place: "standard input".to_owned(), len: None }),
        }
    }

    /// Hands everything to `take`, piece by piece, and answers how many bytes there were.
    pub(crate) fn stream(mut self, mut take: impl FnMut(&[u8])) -> Result<u64, Failure> {
        let mut piece = vec![0; PIECE];
        let mut total = 0;
        while let Some(read) = self.fill(&mut piece)? {
            take(read);
            total += read.len() as u64;
        }
        self.refuse_empty(total)?;
        Ok(total)
    }

    fn fill<'a>(&mut self, piece: &'a mut [u8]) -> Result<Option<&'a [u8]>, Failure> {
        loop {
            match self.reader.read(piece) {
                Ok(0) => return Ok(None),
                Ok(read) => return Ok(piece.get(..read)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::Io { place: self.place.clone(), error }),
            }
        }
    }

    fn refuse_empty(&self, len: u64) -> Result<(), Failure> {
        if len > 0 {
            return Ok(());
        }
        Err(Failure::Usage(format!("{} is empty: there is nothing to judge", self.place)))
    }
}

/// Reads everything, unless working on it needs more memory than there is; `need` says how much for a number of bytes,
/// and `advice` what to do then.
pub(crate) fn read(mut source: Source, need: impl Fn(u64) -> u64, advice: &str) -> Result<Vec<u8>, Failure> {
    let limit = available().unwrap_or(u64::MAX);
    let place = source.place.clone();
    let check = |len: u64, at_least: &str| {
        let needed = need(len);
        if needed <= limit {
            return Ok(());
        }
        let (len, needed, limit) = (human(len), human(needed), human(limit));
        Err(Failure::Usage(format!(
            "{place}: judging {at_least}{len} takes up to {needed} of memory, and {limit} is available: \
             {advice}"
        )))
    };
    check(source.len.unwrap_or(0), "")?;
    let mut bytes = Vec::with_capacity(source.len.and_then(|len| usize::try_from(len).ok()).unwrap_or(0));
    let mut piece = vec![0; PIECE];
    while let Some(read) = source.fill(&mut piece)? {
        bytes.extend_from_slice(read);
        check(bytes.len() as u64, "at least ")?;
    }
    source.refuse_empty(bytes.len() as u64)?;
    Ok(bytes)
}
