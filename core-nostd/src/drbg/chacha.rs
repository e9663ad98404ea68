//! ChaCha20 with fast key erasure: not of SP 800-90A, with the same life cycle.

use super::{
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::HmacSha256;
use chacha20::{
    ChaChaCore, KeyIvInit, R20,
    cipher::{Array, StreamCipherCore},
    variants::Ietf,
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
        0x27, 0x21, 0xa2, 0x13, 0x37, 0xde, 0x05, 0x6e, 0xac, 0x88, 0x6d, 0xa6, 0xc5, 0x71, 0x4b, 0xdc, 0xa6,
        0xc2, 0x91, 0x3c, 0xa1, 0x94, 0xb0, 0xff, 0x4c, 0xf7, 0x9c, 0x9e, 0x38, 0x43, 0xe1, 0xc7,
    ];

    fn instantiate(&mut self, material: &[&[u8]; 3]) {
        self.key = [0; 32];
        self.absorb(domain::INSTANTIATE, material);
    }

    fn reseed(&mut self, material: &[&[u8]; 3]) {
        self.absorb(domain::RESEED, material);
    }

    /// The key stream's first 32 bytes are the next key, in place before anything becomes output; the old key is gone with the
    /// stream. The rest of that block is not used, so that output begins at a block and parallel blocks fit it.
    fn generate(&mut self, piece: &mut [u8], additional: &[u8], _counter: u64) {
        if !additional.is_empty() {
            self.absorb(domain::ADDITIONAL, &[additional, &[], &[]]);
        }
        let mut stream = ChaChaCore::<R20, Ietf>::new(&Array(self.key), &Array([0; 12]));
        let mut block = Array::default();
        stream.write_keystream_block(&mut block);
        self.key.iter_mut().zip(&block).for_each(|(slot, byte)| *slot = *byte);
        let (blocks, tail) = Array::slice_as_chunks_mut(piece);
        stream.write_keystream_blocks(blocks);
        if !tail.is_empty() {
            stream.write_keystream_block(&mut block);
            tail.iter_mut().zip(&block).for_each(|(slot, byte)| *slot = *byte);
        }
        block.zeroize();
    }
}

impl ChaCha {
    fn absorb(&mut self, domain: u8, [first, second, third]: &[&[u8]; 3]) {
        self.key = HmacSha256::new(&self.key).tag(&[&[domain], first, second, third]);
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::{super::instantiation::tests::*, *};
    use alloc::{vec, vec::Vec};
    use chacha20::{ChaCha20, cipher::StreamCipher};

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(|chacha: &mut ChaCha, at| flip(&mut chacha.key, at));
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(|chacha: &ChaCha| chacha.key == [0; 32]);
    }

    #[test]
    fn a_short_request_is_the_beginning_of_a_longer_one() {
        short_requests_begin_longer_ones::<ChaCha>();
    }

    /// All that is kept after a piece is the next key, and neither that key nor its stream holds any earlier piece: what was
    /// given cannot be made again from what is kept.
    #[test]
    fn the_state_after_a_piece_does_not_give_it_again() {
        const { assert!(size_of::<ChaCha>() == 32, "there is no buffer in which used bytes could stay") };
        let stream = |key: [u8; 32]| {
            let mut bytes = [0; 64 + 4096];
            ChaCha20::new(&Array(key), &Array([0; 12])).apply_keystream(&mut bytes);
            bytes
        };
        let mut chacha = ChaCha::BLANK;
        chacha.instantiate(&[&[7; 32], &[1; 16], &[]]);
        let mut given = Vec::new();
        for length in [31_usize, 32, 33, 64, 96, 4096] {
            let before = stream(chacha.key);
            let mut piece = vec![0; length];
            chacha.generate(&mut piece, &[], 1);
            assert_eq!(chacha.key, before[..32], "the first 32 bytes are the next key");
            assert_eq!(piece, before[64..64 + length], "and the rest is output");
            given.push(piece);
            let after = stream(chacha.key);
            for earlier in &given {
                let again = |row: &[u8]| earlier.starts_with(row);
                assert!(!after.windows(31).any(again) && !chacha.key.windows(31).any(again));
            }
        }
    }
}
