//! What kinds of source a host knows, which of them this machine has, and how one is opened.

use crate::{Class, Keys, Peer, PeerError, Virtualised};
use core::time::Duration;
use openentropy_core::{Claim, Digitisation, EntropySource, MinEntropy, Raw, SourceError, SourceInfo, Width};
use std::path::PathBuf;

/// Whether a source could be opened now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// It can.
    Ready,
    /// It exists, and this user may not use it.
    Denied,
    /// It does not exist here.
    Absent,
    /// It exists and does not work.
    Broken,
}

impl Access {
    /// The word in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Denied => "denied",
            Self::Absent => "absent",
            Self::Broken => "broken",
        }
    }
}

/// One source that this machine has, might have, or lacks.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which physical instance of its kind: the second disk is instance 1.
    pub instance: u8,
    /// The device behind it, where there is one.
    pub path: Option<PathBuf>,
    /// Whether it could be opened now.
    pub access: Access,
    /// Whose hardware it reads.
    pub virtualised: Virtualised,
    /// What its samples are samples of, where more is known than [`Virtualised::sampled`] says of its class.
    pub sampled: Option<&'static str>,
    /// Why it is not ready, and what would help; empty when it is.
    pub reason: String,
    /// What a sample is held to be worth on this machine, before anything is measured.
    pub claim: Claim,
}

impl Candidate {
    /// The only instance of its kind, ready, on this machine's own hardware, without a claim.
    #[must_use]
    pub const fn ready() -> Self {
        Self {
            instance: 0,
            path: None,
            access: Access::Ready,
            virtualised: Virtualised::No,
            sampled: None,
            reason: String::new(),
            claim: Claim::None,
        }
    }

    /// The only instance of its kind, which cannot be opened, and why.
    #[must_use]
    pub fn missing(access: Access, reason: impl Into<String>) -> Self {
        Self { access, reason: reason.into(), ..Self::ready() }
    }
}

/// An open source.
pub struct Opened {
    /// The source.
    pub source: Box<dyn HostSource>,
    /// The rule that made its samples, to which the claim belongs.
    pub digitisation: Digitisation,
    /// What a sample is held to be worth.
    pub claim: Claim,
}

/// A source that a worker thread can own.
pub trait HostSource: EntropySource + Send {
    /// The most that the source's own start-up window supports; the claim is lowered to it after start-up.
    ///
    /// [`MinEntropy::MAX`], the default, lowers nothing.
    fn supported(&self) -> MinEntropy {
        MinEntropy::MAX
    }

    /// What answers behind the source's device, where that has a name of its own (the driver behind `/dev/hwrng`).
    fn device(&self) -> Option<&str> {
        None
    }

    /// The readings behind the samples, for the recorder; `None`, the default, where a reading is a sample.
    fn native(&mut self) -> Option<&mut dyn Native> {
        None
    }
}

/// The readings of a source at their native width.
///
/// A reading comes in a block, like samples, and is shown by [`hazmat`](openentropy_core::hazmat) only.
pub trait Native {
    /// Takes one reading: eight bytes, little end first.
    ///
    /// # Errors
    /// Any [`SourceError`].
    fn read(&mut self, reading: &mut Raw<[u8; 8]>) -> Result<(), SourceError>;

    /// The sample that the source's digitisation makes of a reading.
    fn digitise(&self, reading: u64) -> u8;

    /// Bits of a reading.
    fn width(&self) -> Width;

    /// Smallest step of the counter behind the readings, in units of the reading.
    fn step(&self) -> u64;
}

/// A kind of source: one file, one row of the list in its category's `mod.rs`.
///
/// ```
/// use openentropy_core::{EntropySource, Raw};
/// use openentropy_host::{Access, find_by_name};
/// let kind = find_by_name("sleep_overshoot")?[0];
/// for candidate in kind.find() {
///     if candidate.access == Access::Ready {
///         let mut opened = kind.open(&candidate)?;
///         opened.source.sample(&mut Raw::<[u8; 8]>::new())?; // eight samples that nobody sees
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait SourceKind: Sync {
    /// The facts, which hold whether the source exists here or not.
    fn info(&self) -> &'static SourceInfo;

    /// The class, which says whether an assessment may credit it and how much of the assessed figure counts.
    fn class(&self) -> Class;

    /// The digitisations that it can be opened under, first the one that [`open`](Self::open) takes on this machine.
    fn digitisations(&self) -> &'static [Digitisation];

    /// The most that a sample of `candidate` under `digitisation` is held to be worth before anything is measured here: the claim that
    /// [`Opened`] comes with.
    fn ceiling(&self, candidate: &Candidate, _digitisation: Digitisation) -> Claim {
        candidate.claim
    }

    /// Other names by which users know it.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it delivers its start-up samples within two seconds.
    fn is_fast(&self) -> bool {
        true
    }

    /// Whether it is used when no source is named: fast, without consent, and not just one more view of a noise that is used already.
    fn is_default(&self) -> bool {
        self.is_fast() && !self.is_opt_in()
    }

    /// Whether it must be named to be used: negative controls, consent, wear.
    fn is_opt_in(&self) -> bool {
        false
    }

    /// The instances of it on this machine, at least one entry; cheap, without side effects.
    fn find(&self) -> Vec<Candidate>;

    /// Opens one instance.
    ///
    /// # Errors
    /// [`SourceError::Absent`], [`SourceError::Denied`], or what opening met.
    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError>;

    /// Opens one instance under the digitisation of this name, for recordings of a kind that has several.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the kind has no such digitisation; otherwise as [`open`](Self::open).
    fn open_as(&self, candidate: &Candidate, digitisation: &str) -> Result<Opened, SourceError> {
        let opened = self.open(candidate)?;
        match opened.digitisation.name == digitisation {
            true => Ok(opened),
            false => Err(SourceError::Absent),
        }
    }

    /// The counters of the kernel behind it that move within this time, which the call takes; `None`, the default, for a kind that reads none.
    ///
    /// In the answer: [`SourceError::Absent`], [`SourceError::Denied`], or what reading them met.
    fn moving_keys(&self, _within: Duration) -> Option<Result<Keys, SourceError>> {
        None
    }

    /// What names the peer that it asks or hears; `None`, the default, for a kind that asks nobody. Without a peer such a kind is absent.
    fn peer(&self) -> Option<Peer> {
        None
    }

    /// The instance that asks or hears `peer`, opened for a moment to see whether it can be; nothing is sent.
    ///
    /// ```
    /// use openentropy_host::{PeerError, find_by_name};
    /// let candidate = find_by_name("dns_rtt")?[0].towards("[::1]:53")?;
    /// println!("{}", candidate.access.name());
    /// let refused = find_by_name("clock_pair")?[0].towards("127.0.0.1:53").err();
    /// assert_eq!(refused, Some(PeerError::AsksNobody));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PeerError::AsksNobody`] of a kind that asks nobody, the default; [`PeerError::Unreadable`] where `peer` cannot be read.
    fn towards(&self, _peer: &str) -> Result<Candidate, PeerError> {
        Err(PeerError::AsksNobody)
    }
}
