//! ChaCha20 with fast key erasure: not of SP 800-90A, with the same life cycle.

use super::{
    instantiation::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::HmacSha256;
use chacha20::{
    ChaCha20, KeyIvInit,
    cipher::{Array, StreamCipher},
};
use zeroize::Zeroize;

/// What precedes the input in each use of HMAC, under the key before.
mod domain {
    pub(super) const INSTANTIATE: u8 = 1;
    pub(super) const RESEED: u8 = 2;
    pub(super) const ADDITIONAL: u8 = 3;
}

/// The working state: the key of the next piece.
pub struct ChaCha {
    key: [u8; 32],
}

impl Zeroize for ChaCha {
    fn zeroize(&mut self) {
        self.key.zeroize();
    }
}

impl Sealed for ChaCha {}
impl TakesNonce for ChaCha {}

impl Mechanism for ChaCha {
    const NAME: &'static str = "chacha20";
    const BLANK: Self = Self { key: [0; 32] };
    /// Computed by an independent implementation that reproduces the blocks of RFC 8439.
    const KNOWN_ANSWER: KnownAnswer = [
        0x7d, 0x68, 0x93, 0x42, 0x10, 0x4d, 0xba, 0x80, 0xe3, 0x70, 0x5d, 0xb6, 0x04, 0x9c, 0x3c, 0x02, 0x72,
        0x12, 0x29, 0x8a, 0x14, 0x81, 0x9d, 0xcd, 0xd3, 0xcf, 0xe1, 0x40, 0x99, 0x1b, 0x6a, 0x94, 0x1d, 0x57,
        0x50, 0xea, 0xc7, 0xe8, 0x53, 0xf5, 0x57, 0x39, 0xc7, 0xfc, 0x42, 0x1e, 0x1f, 0x4f,
    ];

    fn instantiate(&mut self, material: [&[u8]; 3]) {
        self.key = [0; 32];
        self.absorb(domain::INSTANTIATE, material);
    }

    fn reseed(&mut self, material: [&[u8]; 3]) {
        self.absorb(domain::RESEED, material);
    }

    /// The key stream's first 32 bytes are the next key and in place before the rest becomes output; the old key is gone with the
    /// stream. A piece is at most 65 of the 2^32 blocks of a stream.
    fn generate(&mut self, piece: &mut [u8], additional: &[u8], _counter: u64) {
        if !additional.is_empty() {
            self.absorb(domain::ADDITIONAL, [additional, &[], &[]]);
        }
        let mut stream = ChaCha20::new(&Array(self.key), &Array([0; 12]));
        stream.unchecked_write_keystream(&mut self.key);
        stream.unchecked_write_keystream(piece);
    }
}

impl ChaCha {
    fn absorb(&mut self, domain: u8, [first, second, third]: [&[u8]; 3]) {
        self.key = HmacSha256::new(&self.key).tag(&[&[domain], first, second, third]);
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::{super::instantiation::tests::*, *};
    use alloc::{vec, vec::Vec};

    fn state(chacha: &mut ChaCha) -> [&mut [u8]; 2] {
        [&mut chacha.key, &mut []]
    }

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(state);
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(state);
    }

    /// All that is kept after a piece is the next key, and neither that key's stream nor the key itself holds a byte row of the
    /// piece: what was given cannot be made again from what is kept.
    #[test]
    fn the_state_after_a_piece_does_not_give_it_again() {
        const { assert!(size_of::<ChaCha>() == 32) };
        let mut chacha = ChaCha::BLANK;
        chacha.instantiate([&[7; 32], &[1; 16], &[]]);
        let mut given = Vec::new();
        for length in [1_usize, 31, 32, 33, 64, 96, 4096] {
            let mut before = [0; 32];
            before.copy_from_slice(&chacha.key);
            let mut stream = [0; 32 + 4096];
            ChaCha20::new(&Array(before), &Array([0; 12])).unchecked_write_keystream(&mut stream);
            let mut piece = vec![0; length];
            chacha.generate(&mut piece, &[], 1);
            assert_eq!(chacha.key, stream[..32], "the first 32 bytes are the next key");
            assert_eq!(piece, stream[32..32 + length], "and never part of the output");
            given.push(piece);
            let mut next = [0; 32 + 4096];
            ChaCha20::new(&Array(chacha.key), &Array([0; 12])).unchecked_write_keystream(&mut next);
            for earlier in given.iter().filter(|piece| piece.len() >= 31) {
                assert!(!next.windows(31).chain(chacha.key.windows(31)).any(|row| earlier.starts_with(row)));
            }
        }
    }
}
