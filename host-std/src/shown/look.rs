//! A short look at one source, which nothing is drawn from: how its start-up ends, and its samples after that.

use super::BLOCK;
use super::pace::Pace;
use crate::claims::Claims;
use crate::found::FoundSource;
use crate::pool::Source;
use crate::{HostSource, Opened};
use core::fmt;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use openentropy_core::health::{CollectError, Lag};
use openentropy_core::{Claim, Digitisation, Raw, SourceError, SourceId, Tested, Width};
use std::panic::catch_unwind;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Instant;
use zeroize::Zeroizing;

/// What opening and closing may take beside the time for the samples.
const OPENING: Duration = Duration::from_secs(10);

/// What a short look at a source showed.
#[non_exhaustive]
pub struct Look {
    /// The rule that made the samples.
    pub digitisation: Digitisation,
    /// Bits of a sample.
    pub width: Width,
    /// What answers behind the source's device, where that has a name of its own.
    pub device: Option<String>,
    /// How the start-up ended, and when it did not within the time, [`CollectError::Starting`] with what is missing.
    pub start_up: Result<(), CollectError>,
    /// What a sample would pay, no more than its start-up supports.
    pub claim: Claim,
    /// The samples after the start-up's, one a byte.
    pub samples: Zeroizing<Vec<u8>>,
    /// The time that they took.
    pub took: Duration,
    /// Why there are not more of them, where the source failed.
    pub error: Option<SourceError>,
}

impl fmt::Debug for Look {
    /// Leaves the samples out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look")
            .field("start_up", &self.start_up)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl FoundSource {
    /// Opens the source as a pool under these `claims` does, takes it through its start-up and then takes up to `most` samples; each of the two
    /// ends after `within`.
    ///
    /// The samples are shown, so nothing is paid with them, and a failed start-up is not held against the source.
    ///
    /// ```
    /// use core::time::Duration;
    /// use openentropy_host::claims::Claims;
    /// let found = openentropy_host::default_sources(false);
    /// let look = found[0].look(&Claims::installed(), 1000, Duration::from_secs(1))?;
    /// println!("{}: {} samples in {:?}", found[0].name(), look.samples.len(), look.took);
    /// # Ok::<(), openentropy_core::SourceError>(())
    /// ```
    ///
    /// # Errors
    /// What opening met; [`SourceError::Timeout`] where the source has hung, [`SourceError::Panicked`] where it panics, [`SourceError::Io`] where
    /// no thread can be started.
    pub fn look(&self, claims: &Claims, most: usize, within: Duration) -> Result<Look, SourceError> {
        let found = Source::new(self.clone(), false, claims.clone());
        let (sender, receiver) = sync_channel(1);
        let look = move || {
            let looked = catch_unwind(AssertUnwindSafe(|| look(&found, most, within)));
            if sender.send(looked.unwrap_or(Err(SourceError::Panicked))).is_err() {
                // It came after the time that was left for it: nobody waits any more.
            }
        };
        thread::Builder::new().name("look".to_owned()).spawn(look).map_err(|_| SourceError::Io)?;
        receiver.recv_timeout(within.saturating_mul(2).saturating_add(OPENING)).map_err(
            |error| match error {
                RecvTimeoutError::Timeout => SourceError::Timeout,
                RecvTimeoutError::Disconnected => SourceError::Panicked,
            },
        )?
    }
}

fn look(found: &Source, most: usize, within: Duration) -> Result<Look, SourceError> {
    let Opened { mut source, digitisation, claim } = found.opened()?;
    let claim = found.claim_of(digitisation, claim);
    let start_up = start_up(&mut *source, claim, within);
    let began = Instant::now();
    let (samples, error) = samples(&mut *source, most, began + within);
    Ok(Look {
        digitisation,
        width: source.info().width,
        device: source.device().map(str::to_owned),
        start_up,
        claim: claim.lowered_to(source.supported()),
        samples,
        took: began.elapsed(),
        error,
    })
}

/// Tests samples that nobody sees, until enough of them in a row raised no alarm.
fn start_up(source: &mut dyn HostSource, claim: Claim, within: Duration) -> Result<(), CollectError> {
    let until = Instant::now() + within;
    let mut tested = Tested::with_lag(source, SourceId::new(0), claim, Lag::<128>::new()); // as in a pool
    let mut pace = Pace::default();
    let mut last = CollectError::Source(SourceError::NotReady);
    while Instant::now() < until {
        let collected = match pace {
            Pace::Blocks => tested.collect(&mut Raw::<[u8; BLOCK]>::new()).err(),
            Pace::Singly(_) => tested.collect(&mut Raw::<[u8; 1]>::new()).err(),
        };
        let is_late = collected == Some(CollectError::Source(SourceError::NotReady));
        pace.follow(is_late.then_some(SourceError::NotReady));
        match collected {
            None => return Ok(()),
            Some(_) if is_late => {}
            Some(error @ (CollectError::Starting { .. } | CollectError::Failed(_))) => last = error,
            Some(error) => return Err(error),
        }
    }
    Err(last)
}

/// Up to `most` samples before `until`, and why not more where the source failed.
fn samples(
    source: &mut dyn HostSource,
    most: usize,
    until: Instant,
) -> (Zeroizing<Vec<u8>>, Option<SourceError>) {
    let mut samples = Zeroizing::new(Vec::with_capacity(most.saturating_add(BLOCK)));
    let mut pace = Pace::default();
    while samples.len() < most && Instant::now() < until {
        match pace.take(source) {
            Ok(shown) => samples.extend_from_slice(&shown),
            Err(SourceError::NotReady) => {}
            Err(error) => return (samples, Some(error)),
        }
    }
    samples.truncate(most);
    (samples, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find_by_name;

    fn look(name: &str, most: usize, within: Duration) -> Look {
        let kind = find_by_name(name).unwrap()[0];
        FoundSource { kind, candidate: kind.find().remove(0) }
            .look(&Claims::built_in(), most, within)
            .unwrap()
    }

    #[test]
    fn a_good_source_starts_and_gives_what_was_asked_for() {
        let seen = look("control_prng", 1000, Duration::from_secs(10));
        assert_eq!((seen.start_up, seen.samples.len(), seen.error), (Ok(()), 1000, None));
        assert_eq!((seen.width, seen.claim), (Width::BYTE, Claim::None));
    }

    #[test]
    fn a_constant_fails_its_start_up_and_is_shown_all_the_same() {
        let seen = look("control_constant", 300, Duration::from_secs(10));
        assert!(matches!(seen.start_up, Err(CollectError::Latched(_))));
        assert_eq!(seen.samples.len(), 300);
        assert!(seen.samples.iter().all(|sample| *sample == seen.samples[0]));
    }

    #[test]
    fn no_time_is_no_sample_and_says_so() {
        let seen = look("control_prng", 10, Duration::ZERO);
        assert_eq!(seen.start_up, Err(CollectError::Source(SourceError::NotReady)));
        assert!(seen.samples.is_empty() && seen.error.is_none());
    }

    #[test]
    fn what_is_not_here_does_not_open() {
        let kind = find_by_name("dns_rtt").unwrap()[0];
        let found = FoundSource { kind, candidate: kind.find().remove(0) };
        assert_eq!(found.look(&Claims::built_in(), 1, Duration::ZERO).err(), Some(SourceError::Absent));
    }
}
