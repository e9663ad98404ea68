//! The mechanisms that a handle can use.

use crate::sys::cpu;
use openentropy_core::Seed;
use openentropy_core::drbg::{ChaChaDrbg, CtrDrbg, Drbg, DrbgError, HashDrbg, HmacDrbg};

/// Which generator turns seeds into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// CTR_DRBG with AES-256 (SP 800-90A): gigabytes per second where the processor has AES instructions.
    Ctr,
    /// ChaCha20 with fast key erasure: a gigabyte per second anywhere.
    ChaCha20,
    /// HMAC_DRBG with SHA-256 (SP 800-90A).
    Hmac,
    /// Hash_DRBG with SHA-256 (SP 800-90A).
    Hash,
}

impl Mechanism {
    /// The fastest on this processor: CTR_DRBG with AES instructions, ChaCha20 without.
    ///
    /// ```
    /// use openentropy_host::Mechanism;
    /// assert!(matches!(Mechanism::fastest(), Mechanism::Ctr | Mechanism::ChaCha20));
    /// ```
    #[must_use]
    pub fn fastest() -> Self {
        if cpu::has_aes() { Self::Ctr } else { Self::ChaCha20 }
    }

    /// The name, as labels print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctr => CtrDrbg::NAME,
            Self::ChaCha20 => ChaChaDrbg::NAME,
            Self::Hmac => HmacDrbg::NAME,
            Self::Hash => HashDrbg::NAME,
        }
    }
}

/// A generator of any mechanism.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one per thread, and a box would be one more place to wipe"
)]
pub(super) enum AnyDrbg {
    Ctr(CtrDrbg),
    ChaCha20(ChaChaDrbg),
    Hmac(HmacDrbg),
    Hash(HashDrbg),
}

/// Evaluates an expression for whichever generator it is.
macro_rules! each {
    ($any:expr, $drbg:ident => $answer:expr) => {
        match $any {
            AnyDrbg::Ctr($drbg) => $answer,
            AnyDrbg::ChaCha20($drbg) => $answer,
            AnyDrbg::Hmac($drbg) => $answer,
            AnyDrbg::Hash($drbg) => $answer,
        }
    };
}

impl AnyDrbg {
    pub(super) const fn new(mechanism: Mechanism) -> Self {
        match mechanism {
            Mechanism::Ctr => Self::Ctr(CtrDrbg::new()),
            Mechanism::ChaCha20 => Self::ChaCha20(ChaChaDrbg::new()),
            Mechanism::Hmac => Self::Hmac(HmacDrbg::new()),
            Mechanism::Hash => Self::Hash(HashDrbg::new()),
        }
    }

    pub(super) fn instantiate(
        &mut self,
        seed: Seed<32>,
        nonce: &[u8; 16],
        personalization: &[u8],
    ) -> Result<(), DrbgError> {
        each!(self, drbg => Drbg::instantiate(drbg, seed, nonce, personalization))
    }

    pub(super) fn reseed(&mut self, seed: Seed<32>, additional: &[u8]) -> Result<(), DrbgError> {
        each!(self, drbg => Drbg::reseed(drbg, seed, additional))
    }

    pub(super) fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError> {
        each!(self, drbg => Drbg::generate(drbg, out, additional))
    }

    pub(super) fn uninstantiate(&mut self) {
        each!(self, drbg => Drbg::uninstantiate(drbg));
    }
}
