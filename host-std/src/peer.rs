//! Whom a source asks or hears, where the user must name him.

/// What names the peer of a kind of source.
///
/// ```
/// let kind = openentropy_host::find_by_name("dns_rtt")?[0];
/// let peer = kind.peer().expect("it asks a resolver");
/// println!("it needs {}, such as {}", peer.whom, peer.example);
/// # Ok::<(), openentropy_host::NameError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Peer {
    /// What it is: `the address and port of a resolver`.
    pub whom: &'static str,
    /// How that is written: `192.0.2.1:53 or [2001:db8::1]:53`.
    pub example: &'static str,
}

/// Why a text names no peer of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerError {
    /// The kind asks and hears nobody.
    AsksNobody,
    /// The text is not what names the kind's peer.
    Unreadable(Peer),
}

impl core::fmt::Display for PeerError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::AsksNobody => f.write_str("the source asks nobody, so there is no peer to name"),
            Self::Unreadable(Peer { whom, example }) => write!(f, "expected {whom}, written {example}"),
        }
    }
}

impl core::error::Error for PeerError {}
