//! Kinds of source that need a peer's name: without one they are absent, with one they open.
//!
//! The peer stands in the candidate's path, so that whoever opens the source again after a fault or a fork asks the same one.

use crate::sources::measured::{Measured, low_bits, step_of};
use crate::sys::os;
use crate::{Access, Candidate, Class, Opened, Peer, PeerError, SourceKind};
use core::marker::PhantomData;
use core::str::FromStr;
use openentropy_core::{Claim, Digitisation, Measure, SourceError, SourceInfo};

/// Low eight bits of the nanoseconds, in steps of the clock.
const NANOSECONDS: Digitisation = Digitisation { name: "low-bits", version: 1 };

/// A source that asks or hears somebody whom the user names.
pub(super) trait Asks: Measure + Send + Sized + 'static {
    /// How a peer is named: an address and a port, an interface.
    type Peer: FromStr;

    /// The facts about the source.
    const INFO: &'static SourceInfo;

    /// Other names by which users know it.
    const ALIASES: &'static [&'static str] = &[];

    /// What names a peer.
    const PEER: Peer;

    /// Why opening the way to a peer is absent.
    const ABSENT: &'static str = "this machine does not speak the address's protocol";

    /// Why it is denied.
    const DENIED: &'static str = "a filter forbids the socket";

    /// Opens the way to the peer, without sending anything.
    ///
    /// # Errors
    /// What opening met.
    fn open(peer: Self::Peer) -> Result<Self, SourceError>;
}

/// The peer of a source that asks `whom` by an address and a port.
pub(super) const fn service(whom: &'static str) -> Peer {
    Peer { whom, example: "192.0.2.1:53 or [2001:db8::1]:53; names are not looked up" }
}

/// A kind of source that asks by `A`.
pub(super) struct Peered<A>(PhantomData<fn() -> A>);

impl<A> Peered<A> {
    /// The kind: it has no state.
    pub(super) const KIND: Self = Self(PhantomData);
}

impl<A: Asks> SourceKind for Peered<A> {
    fn info(&self) -> &'static SourceInfo {
        A::INFO
    }

    fn class(&self) -> Class {
        Class::Network
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[NANOSECONDS]
    }

    fn aliases(&self) -> &'static [&'static str] {
        A::ALIASES
    }

    /// A path takes milliseconds, and peers are not to be flooded.
    fn is_fast(&self) -> bool {
        false
    }

    fn is_opt_in(&self) -> bool {
        true
    }

    fn find(&self) -> Vec<Candidate> {
        let reason = format!("no peer is named; it needs {}", A::PEER.whom);
        vec![Candidate::missing(Access::Absent, reason)]
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        let peer = candidate.path.as_ref().and_then(|path| path.to_str()).ok_or(SourceError::Absent)?;
        let asks = A::open(peer.parse().map_err(|_| SourceError::Absent)?)?;
        Ok(Opened {
            source: Box::new(Measured::new(asks, low_bits, step_of(os::wall_ns))),
            digitisation: NANOSECONDS,
            claim: Claim::None,
        })
    }

    fn peer(&self) -> Option<Peer> {
        Some(A::PEER)
    }

    fn towards(&self, peer: &str) -> Result<Candidate, PeerError> {
        let named = peer.parse().map_err(|_| PeerError::Unreadable(A::PEER))?;
        let candidate = match A::open(named) {
            Ok(_) => Candidate::ready(),
            Err(SourceError::Absent) => Candidate::missing(Access::Absent, A::ABSENT),
            Err(SourceError::Denied) => Candidate::missing(Access::Denied, A::DENIED),
            Err(SourceError::Disconnected) => Candidate::missing(Access::Broken, "no route leads there"),
            Err(error) => Candidate::missing(Access::Broken, error.to_string()),
        };
        Ok(Candidate { path: Some(peer.into()), ..candidate })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use core::time::Duration;
    use openentropy_core::{Raw, hazmat};
    use std::time::Instant;

    /// Opens `kind` towards `peer` and takes `N` readings within ten seconds.
    pub(in crate::sources::network) fn readings<const N: usize>(
        kind: &dyn SourceKind,
        peer: &str,
    ) -> Result<[u64; N], SourceError> {
        let candidate = Candidate { path: Some(peer.into()), ..Candidate::ready() };
        let mut opened = kind.open(&candidate)?;
        let native = opened.source.native().expect("it has readings");
        let began = Instant::now();
        let mut all = [0; N];
        for reading in &mut all {
            let mut block = Raw::<[u8; 8]>::new();
            loop {
                match native.read(&mut block) {
                    Ok(()) => break,
                    Err(SourceError::NotReady) if began.elapsed() < Duration::from_secs(10) => {}
                    Err(error) => return Err(error),
                }
            }
            *reading = u64::from_le_bytes(hazmat::show(block));
        }
        Ok(all)
    }

    #[test]
    fn nobody_is_asked_before_he_is_named() {
        for kind in crate::sources::network::KINDS {
            let found = kind.find();
            assert_eq!((found.len(), found[0].access), (1, Access::Absent), "{}", kind.info().name);
            assert_eq!(kind.open(&found[0]).err(), Some(SourceError::Absent));
            assert!(kind.is_opt_in() && !kind.is_default());
        }
    }

    #[test]
    fn a_peer_that_is_named_is_whom_it_asks() {
        for kind in crate::sources::network::KINDS {
            let peer = kind.peer().unwrap();
            for unreadable in ["", " ", "no host", "127.0.0.1:99999", "[::1"] {
                let refused = kind.towards(unreadable).err();
                assert_eq!(refused, Some(PeerError::Unreadable(peer)), "{}: {unreadable}", kind.info().name);
            }
        }
        for peer in ["127.0.0.1:9", "[::1]:9"] {
            let candidate = crate::sources::network::dns_rtt::KIND.towards(peer).unwrap();
            assert_eq!(candidate.path.as_deref(), Some(peer.as_ref()));
            assert_eq!(candidate.access == Access::Ready, candidate.reason.is_empty());
        }
    }

    #[test]
    fn a_peer_that_cannot_be_read_is_none() {
        for peer in ["", "127.0.0.1", "example.org:53", "127.0.0.1:99999"] {
            assert_eq!(
                readings::<1>(crate::sources::network::dns_rtt::KIND, peer).err(),
                Some(SourceError::Absent),
                "{peer}"
            );
        }
    }
}
