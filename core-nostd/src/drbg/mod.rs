//! Deterministic random bit generators: the only things here whose output may be used as random bytes.

#[cfg(feature = "aes")]
mod block_cipher_df;
#[cfg(feature = "chacha20")]
mod chacha;
#[cfg(feature = "aes")]
mod ctr;
#[cfg(any(test, feature = "testing"))]
mod failing;
mod hash;
mod hmac;
mod instantiation;
mod mechanism;

pub use instantiation::Instantiation;
pub(crate) use mechanism::Mechanism;

use crate::Seed;

/// HMAC_DRBG with SHA-256 (SP 800-90A §10.1.2), 256-bit strength: the smallest, and the one with the strongest proofs.
///
/// ```
/// use openentropy_core::{drbg::{Drbg, HmacDrbg}, hazmat};
/// let mut generator = HmacDrbg::new();
/// generator.instantiate(hazmat::seed_from_bytes([7; 32]), &[1; 16], b"example")?;
/// let mut bytes = [0; 40];
/// generator.generate(&mut bytes, &[])?;
/// assert_ne!(bytes, [0; 40]);
/// # Ok::<(), openentropy_core::drbg::DrbgError>(())
/// ```
pub type HmacDrbg = Instantiation<hmac::Hmac>;

/// Hash_DRBG with SHA-256 (SP 800-90A §10.1.1), 256-bit strength: twice as fast as [`HmacDrbg`], used like it.
pub type HashDrbg = Instantiation<hash::Hash>;

/// CTR_DRBG with AES-256 and derivation function (SP 800-90A §10.2.1), 256-bit strength: the fastest where the processor has
/// AES instructions; used like [`HmacDrbg`].
///
/// Without the instructions the cipher is bit-sliced, so no secret decides an address, and it keeps one bounds check.
#[cfg(feature = "aes")]
pub type CtrDrbg = Instantiation<ctr::Ctr<ctr::WithDf>>;

/// CTR_DRBG with AES-256 without derivation function: smaller, and seeded with 384 bits of full entropy, in two draws.
///
/// ```
/// use openentropy_core::{drbg::CtrDrbgNoDf, hazmat};
/// let mut generator = CtrDrbgNoDf::new();
/// generator.instantiate(hazmat::seed_from_bytes([7; 32]), hazmat::seed_from_bytes([8; 16]), b"example")?;
/// let mut bytes = [0; 40];
/// generator.generate(&mut bytes, &[])?;
/// assert_ne!(bytes, [0; 40]);
/// # Ok::<(), openentropy_core::drbg::DrbgError>(())
/// ```
#[cfg(feature = "aes")]
pub type CtrDrbgNoDf = Instantiation<ctr::Ctr<ctr::WithoutDf>>;

/// ChaCha20 with fast key erasure, 256-bit strength: the fastest without AES instructions; used like [`HmacDrbg`].
///
/// Not of SP 800-90A: each piece is a key stream whose first 32 bytes replace the key; seeds and inputs are worked into the key by HMAC-SHA-256.
#[cfg(feature = "chacha20")]
pub type ChaChaDrbg = Instantiation<chacha::ChaCha>;

/// The longest request that a mechanism answers in one piece, in bytes; longer ones are answered in pieces of this length.
///
/// SP 800-90A allows 65,536 bytes, but within one request there is no backtracking protection: a state stolen in the middle tells
/// the bytes before it. Splitting at 4 KiB bounds that.
pub const MAX_PIECE: usize = 4096;

/// The longest personalization or additional input, in bytes; SP 800-90A allows up to 2^32.
pub const MAX_INPUT: usize = 65_536;

/// How many pieces may be answered between two seeds: 2^48 (SP 800-90A tables 2 and 3).
///
/// The standard's limit, which a mechanism never passes; how often to reseed in practice is the choice of who owns the generator.
pub const RESEED_INTERVAL: u64 = 1 << 48;

/// Why a generator gave no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DrbgError {
    /// It was never seeded, or was wiped.
    NotInstantiated,
    /// Its reseed interval is used up; reseed it.
    ReseedRequired,
    /// Nonce, personalization or additional input is longer than the mechanism takes.
    InputTooLong,
    /// Its known-answer test failed; it stays unusable until the machine restarts.
    SelfTestFailed,
}

impl core::fmt::Display for DrbgError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotInstantiated => "the generator has not been seeded",
            Self::ReseedRequired => "the generator must be reseeded before it gives more bytes",
            Self::InputTooLong => "the nonce, personalization or additional input is too long",
            Self::SelfTestFailed => "the generator failed its known-answer test",
        })
    }
}

impl core::error::Error for DrbgError {}

/// A generator whose self test fails: refuses to be seeded, and stays so. For tests.
#[cfg(any(test, feature = "testing"))]
pub type FailingDrbg = Instantiation<failing::Failing>;

/// Fixed input of self tests, and the key of Block_Cipher_df.
const ASCENDING: [u8; 32] = [
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10,
    0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
];

mod sealed {
    /// Keeps the set of generators closed.
    pub trait Sealed {}
}

/// A generator of SP 800-90A, or one with the same life cycle.
///
/// The set is closed: what implements this may produce output bytes. Created by a `const fn new()` of each type in the state
/// "not instantiated", and seeded in place, so that it can live in a static.
pub trait Drbg: sealed::Sealed {
    /// The mechanism's name, as labels print it.
    const NAME: &'static str;

    /// Runs the mechanism's known-answer test: instantiate, reseed, generate, and its refusals.
    ///
    /// # Errors
    /// [`DrbgError::SelfTestFailed`].
    fn self_test() -> Result<(), DrbgError>;

    /// Seeds it for the first time, or anew from nothing.
    ///
    /// # Errors
    /// [`DrbgError::InputTooLong`]; the former state is kept. [`DrbgError::SelfTestFailed`]: the self test, which runs first, failed now or
    /// earlier; the state is wiped.
    fn instantiate(
        &mut self,
        seed: Seed<32>,
        nonce: &[u8; 16],
        personalization: &[u8],
    ) -> Result<(), DrbgError>;

    /// Adds a fresh seed to the state.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::SelfTestFailed`], [`DrbgError::InputTooLong`]; the state is kept.
    fn reseed(&mut self, seed: Seed<32>, additional: &[u8]) -> Result<(), DrbgError>;

    /// Fills `out`, in pieces of at most [`MAX_PIECE`]; `additional` goes into the first.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::SelfTestFailed`], [`DrbgError::InputTooLong`], [`DrbgError::ReseedRequired`]; `out` is then
    /// wiped.
    fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError>;

    /// Wipes the state; what follows needs a new [`instantiate`](Self::instantiate).
    fn uninstantiate(&mut self);
}
