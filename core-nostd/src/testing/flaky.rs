//! Another source with errors at chosen calls.

use crate::{EntropySource, Group, Independence, Raw, SourceError, SourceInfo};

/// Answers as `source` does, except at the calls that a script names.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, SourceError, testing::{Flaky, Stuck}};
/// let mut source = Flaky::new(Stuck::at(7), &[(1, SourceError::Timeout)]);
/// let mut block = Raw::<[u8; 8]>::new();
/// assert_eq!(source.sample(&mut block), Ok(()));
/// assert_eq!(source.sample(&mut block), Err(SourceError::Timeout));
/// assert_eq!(source.sample(&mut block), Ok(()));
/// ```
pub struct Flaky<'s, S> {
    source: S,
    info: SourceInfo,
    script: &'s [(u32, SourceError)],
    /// Calls so far.
    calls: u32,
}

impl<'s, S: EntropySource> Flaky<'s, S> {
    /// Wraps `source`; `script` pairs a call's number, the first being 0, with the error it gets. Of two errors for
    /// one call the first counts.
    #[must_use]
    pub fn new(source: S, script: &'s [(u32, SourceError)]) -> Self {
        let info = SourceInfo { independence: Independence::of(Group::Test), ..*source.info() };
        Self { source, info, script, calls: 0 }
    }
}

impl<S: EntropySource> EntropySource for Flaky<'_, S> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Asks the source, unless the script has an error for this call: the source is then not asked, and loses nothing.
    ///
    /// # Errors
    /// The script's and the source's.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        let call = self.calls;
        self.calls = self.calls.saturating_add(1);
        match self.script.iter().find(|(at, _)| *at == call) {
            Some((_, error)) => out.write(|_| Err(*error)),
            None => self.source.sample(out),
        }
    }
}
