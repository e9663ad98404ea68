//! The samples of one source on their way from the thread that reads it.

use super::RawBlock;
use super::debias::{Debias, Debiasing};
use super::pace::Pace;
use crate::pool::{Shared, Source};
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use openentropy_core::SourceError;
use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Instant;

/// The samples of one source on their way.
pub(super) struct Stream {
    number: usize,
    blocks: Receiver<Result<RawBlock, SourceError>>,
    /// `None` when nobody listens any more.
    listener: Option<Arc<()>>,
    debias: Option<Debias>,
    error: Option<SourceError>,
}

impl Stream {
    /// Starts a thread that reads source `number` of those shared, whose blocks are shown at `place`.
    pub(super) fn start(
        shared: &Arc<Shared>,
        place: usize,
        number: usize,
        debiasing: Option<Debiasing>,
    ) -> Self {
        let listener = Arc::new(());
        let blocks = start(Arc::clone(shared), place, number, Arc::downgrade(&listener));
        let debias = debiasing.map(Debias::new);
        Self { number, blocks, listener: Some(listener), debias, error: None }
    }

    /// The source's number in the pool.
    pub(super) const fn number(&self) -> usize {
        self.number
    }

    /// Why there are no more samples.
    pub(super) const fn error(&self) -> Option<SourceError> {
        self.error
    }

    /// A block, if there is one within `wait` and debiasing left anything of it.
    pub(super) fn next(&mut self, wait: Duration) -> Result<Option<RawBlock>, SourceError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match self.blocks.recv_timeout(wait) {
            Ok(Ok(block)) => match &mut self.debias {
                None => Ok(Some(block)),
                Some(debias) => Ok(debias.applied(block)),
            },
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Ok(Err(error)) => Err(*self.error.insert(error)),
            Err(RecvTimeoutError::Disconnected) => Err(*self.error.insert(SourceError::Panicked)),
        }
    }

    /// Tells the thread that nobody listens any more.
    pub(super) fn stop(&mut self) {
        self.listener = None;
    }

    /// Waits until the thread has closed the source, which is when it lets go of the channel, but not for ever.
    pub(super) fn wait_for_its_end(&self, until: Instant) {
        while self.blocks.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    }
}

/// Starts a thread that reads source `number` until nobody listens; one that hangs is left behind.
fn start(
    shared: Arc<Shared>,
    place: usize,
    number: usize,
    listener: Weak<()>,
) -> Receiver<Result<RawBlock, SourceError>> {
    let (sender, receiver) = sync_channel(1);
    let failed = sender.clone();
    let read = move || {
        let Some(source) = shared.sources.get(number) else { return };
        let read = catch_unwind(AssertUnwindSafe(|| read(source, place, &sender, &listener)));
        let error = read.unwrap_or(Err(SourceError::Panicked)).err();
        if let Some(error) = error
            && sender.send(Err(error)).is_err()
        {
            // Nobody listens any more, so nobody misses the error.
        }
    };
    if thread::Builder::new().name(format!("shown {number}")).spawn(read).is_err() {
        let told = failed.try_send(Err(SourceError::Io));
        debug_assert!(told.is_ok(), "the channel is new and holds one");
    }
    receiver
}

/// Reads `source` until it fails; `Ok` when nobody listens any more.
fn read(
    source: &Source,
    place: usize,
    blocks: &SyncSender<Result<RawBlock, SourceError>>,
    listener: &Weak<()>,
) -> Result<(), SourceError> {
    let mut opened = source.found.kind.open(&source.found.candidate)?.source;
    let width = opened.info().width.bits();
    let mut pace = Pace::default();
    loop {
        let samples = match pace.take(&mut *opened) {
            Ok(_) | Err(SourceError::NotReady) if listener.strong_count() == 0 => return Ok(()),
            Ok(samples) => samples,
            Err(SourceError::NotReady) => continue,
            Err(error) => return Err(error),
        };
        if blocks.send(Ok(RawBlock { source: place, width, samples })).is_err() {
            return Ok(());
        }
    }
}
