//! Streams without known faults, from fixed seeds: what a right test must pass at its nominal rate.

use aes::Aes256;
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use sha2::{Digest as _, Sha256};

/// A generator whose output is believed to be told apart from chance by nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Good {
    /// ChaCha20's key stream.
    ChaCha20,
    /// AES-256 in counter mode.
    AesCtr,
    /// SHA-256 of a counter.
    Sha256Counter,
}

impl Good {
    pub(crate) const ALL: [Self; 3] = [Self::ChaCha20, Self::AesCtr, Self::Sha256Counter];

    /// The first `len` bytes of the stream with this seed.
    pub(crate) fn bytes(self, seed: u64, len: usize) -> Vec<u8> {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        let mut bytes = vec![0; len];
        match self {
            Self::ChaCha20 => ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut bytes),
            Self::AesCtr => {
                ctr::Ctr64BE::<Aes256>::new(&key.into(), &[0; 16].into()).apply_keystream(&mut bytes);
            }
            Self::Sha256Counter => {
                for (counter, block) in bytes.chunks_mut(32).enumerate() {
                    let digest =
                        Sha256::new().chain_update(key).chain_update(counter.to_be_bytes()).finalize();
                    block.copy_from_slice(&digest[..block.len()]);
                }
            }
        }
        bytes
    }
}
