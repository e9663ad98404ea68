//! Reading all of a file or of standard input, as far as memory allows.

use super::Words;
use crate::exit::Failure;
use crate::memory::{Need, available, human};
use openentropy_tests::Progress;
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
    pub(crate) fn stream(
        mut self,
        progress: &impl Progress,
        mut take: impl FnMut(&[u8]),
    ) -> Result<u64, Failure> {
        if let Some(len) = self.len {
            progress.expect(len);
        }
        let mut piece = vec![0; PIECE];
        let mut total = 0;
        while let Some(read) = self.fill(&mut piece)? {
            take(read);
            progress.advance(read.len() as u64);
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

/// Reads everything, unless working on it needs more memory than there is, usual data taken for granted; `need` says how
/// much for a number of bytes, and `advice` what to do then. That the worst data would need more is said.
pub(crate) fn read(
    mut source: Source,
    need: impl Fn(u64) -> Need,
    advice: &str,
    words: Words,
) -> Result<Vec<u8>, Failure> {
    let limit = available().unwrap_or(u64::MAX);
    let place = source.place.clone();
    let check = |len: u64, at_least: &str| {
        let needed = need(len).usual;
        if needed <= limit {
            return Ok(());
        }
        let fits = cut(len, |len| need(len).usual <= limit);
        let (len, needed, limit) = (human(len), human(needed), human(limit));
        Err(Failure::Usage(format!(
            "{place}: judging {at_least}{len} takes about {needed} of memory, and {limit} is available: \
             {advice}, as `head -c {fits}` cuts one"
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
    let most = need(bytes.len() as u64).most;
    if most > limit {
        let (most, limit) = (human(most), human(limit));
        words.say(&format_args!(
            "warning: {place}: the worst data of this length take {most} of memory, and {limit} is available"
        ))?;
    }
    Ok(bytes)
}

/// A length below `len` that fits, in two digits.
fn cut(len: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let shorter = core::iter::successors(Some(len), |len| Some(len / 10 * 9).filter(|len| *len > 0));
    let rounded = |len: u64| {
        let unit = 10_u64.pow(len.max(1).ilog10().saturating_sub(1));
        len / unit * unit
    };
    shorter.map(rounded).find(|len| fits(*len)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_part_that_fits_is_round_and_not_much_too_short() {
        let part = cut(10_737_418_240, |len| len <= 78_123_456);
        assert!((66_000_000..=78_000_000).contains(&part) && part % 1_000_000 == 0, "{part}");
        assert_eq!((cut(0, |_| true), cut(99, |_| false)), (0, 1));
    }
}
