//! CTR_DRBG with AES-256 (SP 800-90A §10.2.1).

use super::{
    MAX_INPUT,
    block_cipher_df::block_cipher_df,
    instantiation::Instantiation,
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::{Seed, drbg::DrbgError};
use aes::{
    Aes256Enc,
    cipher::{Array, InnerIvInit, KeyInit, StreamCipherCore},
};
use core::{
    marker::PhantomData,
    mem::{forget, replace},
};
use ctr::{CtrCore, flavors::Ctr128BE};
use zeroize::Zeroize;

/// `seedlen` of AES-256, 384 bits (table 3), in bytes: a key and a counter block.
pub(super) const SEED: usize = 48;

/// The encryptions of V + 1, V + 2, …
type KeyStream<'k> = CtrCore<&'k Aes256Enc, Ctr128BE>;

/// How seed material comes from what is put in.
pub trait Derivation {
    /// The mechanism's name with this derivation.
    const NAME: &'static str;
    /// The longest personalization or additional input, in bytes.
    const MAX_INPUT: usize;
    /// What the self test must give.
    const KNOWN_ANSWER: KnownAnswer;

    /// Seed material from the joined parts.
    fn derive(parts: [&[u8]; 3]) -> [u8; SEED];
}

/// With the derivation function: takes any input (§10.2.1.3.2).
pub struct WithDf;

/// Without: the 48 bytes of entropy input must have full entropy (§10.2.1.3.1).
pub struct WithoutDf;

/// The working state: Key and V.
pub struct Ctr<D> {
    key: [u8; 32],
    value: [u8; 16],
    /// What the cipher makes of `key`: once for every key, and written over by the next. Wiping it costs more than expanding it,
    /// so that is left to the end; the stack may keep what moved in last, which is of this key, not of one before.
    cipher: Option<Aes256Enc>,
    derivation: PhantomData<D>,
}

impl<D> Zeroize for Ctr<D> {
    fn zeroize(&mut self) {
        self.key.zeroize();
        self.value.zeroize();
        self.cipher = None; // wiped by its drop
    }
}

impl<D: Derivation> Sealed for Ctr<D> {}
impl TakesNonce for Ctr<WithDf> {}

impl<D: Derivation> Mechanism for Ctr<D> {
    const NAME: &'static str = D::NAME;
    const BLANK: Self = Self { key: [0; 32], value: [0; 16], cipher: None, derivation: PhantomData };
    const MAX_INPUT: usize = D::MAX_INPUT;
    const KNOWN_ANSWER: KnownAnswer = D::KNOWN_ANSWER;

    fn instantiate(&mut self, material: &[&[u8]; 3]) {
        self.zeroize();
        self.reseed(material);
    }

    fn reseed(&mut self, material: &[&[u8]; 3]) {
        let mut data = D::derive(*material);
        self.request(&mut [], &data);
        data.zeroize();
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], _counter: u64) {
        let mut data = [0; SEED];
        if !additional.is_empty() {
            data = D::derive([additional, &[], &[]]);
            self.request(&mut [], &data);
        }
        self.request(piece, &data);
        data.zeroize();
    }
}

impl<D> Ctr<D> {
    /// Fills `piece` with the key stream, then CTR_DRBG_Update: its next 48 bytes, combined with `data`, are the new state.
    fn request(&mut self, piece: &mut [u8], data: &[u8; SEED]) {
        let expand = |key: &[u8; 32]| Aes256Enc::new(&Array(*key));
        let cipher = self.cipher.get_or_insert_with(|| expand(&self.key));
        let next = u128::from_be_bytes(self.value).wrapping_add(1);
        let mut stream = KeyStream::inner_iv_init(&*cipher, &Array(next.to_be_bytes()));
        let (blocks, tail) = Array::slice_as_chunks_mut(piece);
        stream.write_keystream_blocks(blocks);
        if !tail.is_empty() {
            let mut block = Array::default();
            stream.write_keystream_block(&mut block);
            tail.iter_mut().zip(&block).for_each(|(slot, byte)| *slot = *byte);
            block.zeroize();
        }
        let mut blocks = [Array::default(); SEED / 16];
        stream.write_keystream_blocks(&mut blocks);
        let state = self.key.iter_mut().chain(&mut self.value);
        for ((slot, key_stream), data) in state.zip(blocks.iter().flatten()).zip(data) {
            *slot = key_stream ^ data;
        }
        blocks.zeroize();
        forget(replace(cipher, expand(&self.key)));
    }
}

impl Derivation for WithDf {
    const NAME: &'static str = "ctr_drbg";
    const MAX_INPUT: usize = MAX_INPUT;
    /// Computed by an independent implementation that reproduces the CAVP cases.
    const KNOWN_ANSWER: KnownAnswer = [
        0x80, 0x8f, 0xac, 0x5d, 0xb5, 0x71, 0xe3, 0x86, 0x9a, 0xed, 0xe4, 0x20, 0x13, 0xe3, 0x9d, 0x3e, 0x9f,
        0x68, 0xe1, 0x7e, 0xc1, 0xaf, 0x54, 0xd5, 0x75, 0xaa, 0xcc, 0x2a, 0x6d, 0x38, 0x50, 0x48,
    ];

    fn derive(parts: [&[u8]; 3]) -> [u8; SEED] {
        block_cipher_df(parts)
    }
}

impl Derivation for WithoutDf {
    const NAME: &'static str = "ctr_drbg_no_df";
    const MAX_INPUT: usize = SEED;
    /// Computed by an independent implementation that reproduces the CAVP cases.
    const KNOWN_ANSWER: KnownAnswer = [
        0xf2, 0xaf, 0xe4, 0xa4, 0x49, 0xf9, 0x3b, 0x31, 0xd1, 0xb9, 0xcf, 0xe0, 0x5d, 0x19, 0xe0, 0x21, 0x59,
        0xaf, 0xa0, 0xf4, 0xe6, 0x30, 0xd9, 0xea, 0x7a, 0xda, 0xc4, 0x0c, 0xa9, 0x55, 0xda, 0xaf,
    ];

    /// The first two parts joined, combined with the third, both filled up with zeros.
    fn derive([first, second, third]: [&[u8]; 3]) -> [u8; SEED] {
        let mut data = [0; SEED];
        data.iter_mut().zip(first.iter().chain(second)).for_each(|(slot, byte)| *slot = *byte);
        data.iter_mut().zip(third).for_each(|(slot, byte)| *slot ^= byte);
        data
    }
}

impl Instantiation<Ctr<WithoutDf>> {
    /// Seeds it with 384 bits of full entropy, drawn as two seeds; there is no nonce.
    ///
    /// # Errors
    /// [`DrbgError::InputTooLong`] when `personalization` has more than 48 bytes; the former state is kept.
    /// [`DrbgError::SelfTestFailed`]: the self test, which runs first, failed now or earlier; the state is wiped.
    pub fn instantiate(
        &mut self,
        key: Seed<32>,
        counter: Seed<16>,
        personalization: &[u8],
    ) -> Result<(), DrbgError> {
        self.start(&[key.bytes(), counter.bytes(), personalization])
    }

    /// Adds 384 fresh bits of full entropy to the state.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::SelfTestFailed`], [`DrbgError::InputTooLong`] when `additional` has more than 48 bytes;
    /// the state is kept.
    pub fn reseed(&mut self, key: Seed<32>, counter: Seed<16>, additional: &[u8]) -> Result<(), DrbgError> {
        self.restart(&[key.bytes(), counter.bytes(), additional], additional)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{instantiation::tests::*, mechanism::tests::states_are_as_printed},
        *,
    };
    use crate::{drbg::CtrDrbgNoDf, hazmat::seed_from_bytes};

    fn disturb<D>(ctr: &mut Ctr<D>, at: usize) -> bool {
        ctr.cipher = None; // as the key may change
        flip(&mut ctr.key, at) || flip(&mut ctr.value, at.wrapping_sub(32))
    }

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(disturb::<WithDf>);
        self_test_sees_every_byte(disturb::<WithoutDf>);
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(|ctr: &Ctr<WithDf>| {
            ctr.key == [0; 32] && ctr.value == [0; 16] && ctr.cipher.is_none()
        });
    }

    fn holds<D>(ctr: &Ctr<D>, name: &str, value: &[u8]) -> bool {
        match name {
            "Key" => ctr.key == value,
            _ => ctr.value == value,
        }
    }

    #[test]
    fn states_are_those_of_the_cavp() {
        let text = include_str!("../../../tests/vectors/drbg/ctr_drbg_aes256_df_intermediate.txt");
        states_are_as_printed(text, 64, holds::<WithDf>);
        let text = include_str!("../../../tests/vectors/drbg/ctr_drbg_aes256_nodf_intermediate.txt");
        states_are_as_printed(text, 64, holds::<WithoutDf>);
    }

    #[test]
    fn a_short_request_is_the_beginning_of_a_longer_one() {
        short_requests_begin_longer_ones::<Ctr<WithDf>>();
    }

    #[test]
    fn without_derivation_function_inputs_end_at_the_seed_length() {
        let mut generator = CtrDrbgNoDf::new();
        let seeds = || (seed_from_bytes([1; 32]), seed_from_bytes([2; 16]));
        let (key, counter) = seeds();
        let refused = Err(DrbgError::InputTooLong);
        assert_eq!(generator.instantiate(key, counter, &[0; SEED + 1]), refused);
        let (key, counter) = seeds();
        assert_eq!(generator.instantiate(key, counter, &[0; SEED]), Ok(()));
        let (key, counter) = seeds();
        assert_eq!(generator.reseed(key, counter, &[0; SEED + 1]), refused);
        assert_eq!(generator.generate(&mut [0; 4], &[0; SEED + 1]), refused);
        assert_eq!(generator.generate(&mut [0; 4], &[0; SEED]), Ok(()));
    }

    /// The counter block wraps within a piece, as modulo 2^128 asks.
    #[test]
    fn the_counter_wraps() {
        let mut wrapping = Ctr::<WithDf>::BLANK;
        wrapping.value = [0xff; 16];
        let mut piece = [0; 32];
        wrapping.generate(&mut piece, &[], 1);
        let mut from_zero = Ctr::<WithDf>::BLANK;
        let mut expected = [0; 16];
        from_zero.generate(&mut expected, &[], 1);
        assert_eq!(piece[16..], expected, "the block after all ones and zero is that after zero");
    }
}
