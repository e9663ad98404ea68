//! Samples that are shown to people and programs, and therefore never credited.

mod debias;
mod look;
mod pace;
mod stream;
#[cfg(test)]
mod tests;

pub use debias::Debiasing;
pub use look::Look;

use crate::fork::Generation;
use crate::pool::{Owner, Source};
use crate::{EntropyPool, HostSource, Labelled, PoolError, PoolLabel};
use core::time::Duration;
use openentropy_core::{LabelState, Raw, SourceError, SourceState, hazmat};
use std::sync::Arc;
use std::thread;
use std::time::Instant;
use stream::Stream;
use zeroize::{Zeroize, Zeroizing};

/// Samples of a block, of a source that has them in time.
const BLOCK: usize = 256;
/// For how long a reader that goes waits for its sources to close.
const CLOSING: Duration = Duration::from_millis(500);
/// Rest after a source was not ready.
const REST: Duration = Duration::from_millis(1);

/// Consecutive samples of one source, or the bytes that debiasing made of them.
pub struct RawBlock {
    /// Place of the source in the label.
    pub source: usize,
    /// Bits of a sample; 8 of debiased bytes.
    pub width: u8,
    /// One sample a byte, at least one and at most 65,535.
    pub samples: Zeroizing<Vec<u8>>,
}

impl RawBlock {
    /// What precedes the samples where blocks of several sources follow each other: the source's place, the width of a sample in bits,
    /// and the number of samples, two bytes, big end first.
    #[must_use]
    pub fn header(&self) -> [u8; 4] {
        let [high, low] = (self.samples.len() as u16).to_be_bytes();
        [self.source as u8, self.width, high, low]
    }
}

/// Shows the samples of sources as they are taken, each read by a thread of its own from an opening of its own.
///
/// Nothing is tested, conditioned, padded or replaced: when a source fails, its samples end and its error is told. Meanwhile these sources
/// pay the pool nothing. One source gives its samples alone; several take turns by block, each block behind its
/// [`header`](RawBlock::header).
///
/// ```
/// use openentropy_host::EntropyPool;
/// let pool = EntropyPool::auto();
/// let name = pool.source_names()[0];
/// let mut reader = pool.raw(&[name])?;
/// let block = reader.next_block()?;
/// println!("{} samples of {name}, {} bits each", block.samples.len(), block.width);
/// # Ok::<(), openentropy_host::PoolError>(())
/// ```
pub struct RawReader {
    owner: Arc<Owner>,
    streams: Vec<Stream>,
    /// Where the next turn begins.
    turn: usize,
    debiasing: Option<Debiasing>,
    /// The process whose threads read; a forked child has none of them.
    generation: Generation,
}

impl EntropyPool {
    /// Shows the samples of the sources with these names, or of all.
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`] when a name is none of the pool's, or nothing is left; [`PoolError::TooManySources`] above 256, the
    /// most that a header can number.
    pub fn raw(&self, names: &[&str]) -> Result<RawReader, PoolError> {
        self.show(names, None)
    }

    /// Shows what debiasing makes of the samples of the sources with these names, or of all, each by itself.
    ///
    /// ```
    /// use openentropy_host::{Debiasing, EntropyPool};
    /// let mut reader = EntropyPool::auto().debiased(&["os_rng"], Debiasing::VonNeumann)?;
    /// let block = reader.next_block()?;
    /// println!("{} bytes; {}", block.samples.len(), reader.label());
    /// # Ok::<(), openentropy_host::PoolError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`raw`](Self::raw).
    pub fn debiased(&self, names: &[&str], debiasing: Debiasing) -> Result<RawReader, PoolError> {
        self.show(names, Some(debiasing))
    }

    fn show(&self, names: &[&str], debiasing: Option<Debiasing>) -> Result<RawReader, PoolError> {
        let owner = self.owner();
        let sources: Vec<&Source> = owner.shared.sources.iter().collect();
        if names.iter().any(|name| !sources.iter().any(|source| source.found.is_called(name))) {
            return Err(PoolError::UnknownSource);
        }
        let is_wanted =
            |source: &Source| names.is_empty() || names.iter().any(|name| source.found.is_called(name));
        let wanted: Vec<usize> = (0..sources.len()).filter(|number| is_wanted(sources[*number])).collect();
        match wanted.len() {
            0 => return Err(PoolError::UnknownSource),
            257.. => return Err(PoolError::TooManySources),
            _ => {}
        }
        let process = owner.shared.lined();
        let streams = wanted.into_iter().enumerate().map(|(place, number)| {
            process.show(number, true);
            Stream::start(&owner.shared, place, number, debiasing)
        });
        Ok(RawReader {
            owner: Arc::clone(owner),
            streams: streams.collect(),
            turn: 0,
            debiasing,
            generation: Generation::current(),
        })
    }
}

impl RawReader {
    /// Whether blocks of several sources take turns.
    #[must_use]
    pub fn is_framed(&self) -> bool {
        self.streams.len() > 1
    }

    /// The next block, of the source whose turn it is among those that have one.
    ///
    /// # Errors
    /// [`PoolError::Source`] with the error of the last source that failed, or with [`SourceError::Timeout`] when none has a block within
    /// the pool's deadline; with [`SourceError::Disconnected`] in a forked child, which has to open a reader of its own.
    pub fn next_block(&mut self) -> Result<RawBlock, PoolError> {
        if !self.is_ours() {
            return Err(PoolError::Source(SourceError::Disconnected));
        }
        let until = self.owner.shared.patience().until;
        let mut last = SourceError::Timeout;
        loop {
            let count = self.streams.len();
            let left = until.saturating_duration_since(Instant::now());
            // One source is waited for; several are looked at in turn.
            let wait = if count == 1 { left } else { Duration::ZERO };
            for place in (self.turn..self.turn + count).map(|place| place % count) {
                match self.streams[place].next(wait) {
                    Ok(Some(block)) => {
                        self.turn = place + 1;
                        return Ok(block);
                    }
                    Ok(None) => {}
                    Err(error) => last = error,
                }
            }
            if left.is_zero() || self.streams.iter().all(|stream| stream.error().is_some()) {
                return Err(PoolError::Source(last));
            }
            thread::sleep(REST);
        }
    }

    /// How many of the sources have failed: when it rises, the [`label`](Self::label) has news.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.streams.iter().filter(|stream| stream.error().is_some()).count()
    }

    /// What the bytes are: raw or debiased, worth nothing as random bytes, and of which sources.
    #[must_use]
    pub fn label(&self) -> PoolLabel {
        let account = self.owner.shared.lined().lock();
        let sources = self.streams.iter().filter_map(|stream| {
            let mut report = account.lines.get(stream.number())?.report(false);
            (report.state, report.error) = match stream.error() {
                None => (SourceState::Mixed, None),
                Some(error) => (SourceState::Failed, Some(error.name())),
            };
            Some(report)
        });
        PoolLabel {
            state: if self.debiasing.is_some() { LabelState::Debiased } else { LabelState::Raw },
            generator: self.debiasing.map(Debiasing::name),
            credited_bits: 0,
            overdue_seconds: 0,
            sources: sources.collect(),
            os_mixed: false,
        }
    }

    /// Whether this is the process that opened it.
    fn is_ours(&self) -> bool {
        self.generation == Generation::current()
    }

    /// The first `n` bytes from here on, headers included where there are any.
    pub(crate) fn read_bytes(&mut self, n: usize) -> Result<Labelled<Vec<u8>>, PoolError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(n));
        while bytes.len() < n {
            let block = self.next_block()?;
            let header = block.header();
            let header = if self.is_framed() { &header[..] } else { &[] };
            let whole = header.iter().chain(block.samples.iter());
            let wanted = n - bytes.len();
            bytes.extend(whole.take(wanted));
        }
        Ok(Labelled::new(core::mem::take(&mut *bytes), self.label()))
    }
}

impl Drop for RawReader {
    /// Lets the sources close before a program ends, for some undo then what they did to the machine; one that hangs is not waited for.
    fn drop(&mut self) {
        if !self.is_ours() {
            // A channel has a lock, which a thread of the parent's may have held at the fork.
            core::mem::forget(core::mem::take(&mut self.streams));
            return;
        }
        let process = self.owner.shared.lined();
        for stream in &mut self.streams {
            stream.stop();
            process.show(stream.number(), false);
        }
        let until = Instant::now() + CLOSING;
        for stream in &self.streams {
            stream.wait_for_its_end(until);
        }
    }
}

/// Takes a block of `source` and shows it.
fn show<const N: usize>(source: &mut dyn HostSource) -> Result<Zeroizing<Vec<u8>>, SourceError> {
    let mut block = Raw::<[u8; N]>::new();
    source.sample(&mut block)?;
    let mut samples = hazmat::show(block);
    let shown = Zeroizing::new(samples.to_vec());
    samples.zeroize();
    Ok(shown)
}
