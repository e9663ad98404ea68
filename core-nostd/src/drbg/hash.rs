//! Hash_DRBG (SP 800-90A §10.1.1).

use super::{
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::Sha256;
use zeroize::Zeroize;

/// `seedlen` of SHA-256, 440 bits (table 2), in bytes.
const SEED: usize = 55;

/// What precedes the hashed value in each of the mechanism's uses.
mod prefix {
    pub(super) const CONSTANT: u8 = 0;
    pub(super) const RESEED: u8 = 1;
    pub(super) const ADDITIONAL: u8 = 2;
    pub(super) const NEXT: u8 = 3;
}

/// The working state: V and C.
pub struct Hash {
    value: [u8; SEED],
    constant: [u8; SEED],
}

impl Zeroize for Hash {
    fn zeroize(&mut self) {
        self.value.zeroize();
        self.constant.zeroize();
    }
}

impl Sealed for Hash {}
impl TakesNonce for Hash {}

impl Mechanism for Hash {
    const NAME: &'static str = "hash_drbg";
    const BLANK: Self = Self { value: [0; SEED], constant: [0; SEED] };
    /// Computed by an independent implementation that reproduces the CAVP cases.
    const KNOWN_ANSWER: KnownAnswer = [
        0x90, 0x05, 0x5c, 0x80, 0x75, 0xd4, 0x91, 0x04, 0x71, 0x39, 0xde, 0xb4, 0xc5, 0x50, 0xd7, 0xa5, 0x60,
        0xac, 0x3d, 0xc4, 0x52, 0x42, 0xbd, 0xcb, 0xe7, 0xe8, 0x6e, 0xa1, 0x78, 0x97, 0x0c, 0x6c,
    ];

    fn instantiate(&mut self, [entropy, nonce, personalization]: &[&[u8]; 3]) {
        self.value = hash_df([entropy, nonce, personalization, &[], &[]]);
        self.derive_constant();
    }

    fn reseed(&mut self, [entropy, additional, more]: &[&[u8]; 3]) {
        self.value = hash_df([&[prefix::RESEED], &self.value, entropy, additional, more]);
        self.derive_constant();
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], counter: u64) {
        if !additional.is_empty() {
            let mut step = digest(&[&[prefix::ADDITIONAL], &self.value, additional]);
            add(&mut self.value, &step);
            step.zeroize();
        }
        self.output(piece);
        let mut step = digest(&[&[prefix::NEXT], &self.value]);
        add(&mut self.value, &step);
        step.zeroize(); // with it the state after tells the state before
        add(&mut self.value, &self.constant);
        add(&mut self.value, &counter.to_be_bytes());
    }
}

impl Hash {
    fn derive_constant(&mut self) {
        self.constant = hash_df([&[prefix::CONSTANT], &self.value, &[], &[], &[]]);
    }

    /// Hashgen (§10.1.1.4): the digests of V, V + 1, …
    fn output(&self, piece: &mut [u8]) {
        let mut data = self.value;
        for block in piece.chunks_mut(32) {
            let digest = digest(&[&data]);
            block.iter_mut().zip(digest).for_each(|(slot, byte)| *slot = byte);
            add(&mut data, &[1]);
        }
        data.zeroize();
    }
}

/// Hash_df (§10.3.1) to `SEED` bytes: two digests, the second cut.
#[inline(never)]
fn hash_df([first, second, third, fourth, fifth]: [&[u8]; 5]) -> [u8; SEED] {
    let bits = (SEED as u32 * 8).to_be_bytes();
    let mut derived = [0; SEED];
    for (counter, block) in (1..).zip(derived.chunks_mut(32)) {
        let mut digest = digest(&[&[counter], &bits, first, second, third, fourth, fifth]);
        block.iter_mut().zip(&digest).for_each(|(slot, byte)| *slot = *byte);
        digest.zeroize();
    }
    derived
}

/// Adds a big-endian number to `value`, modulo 2^440, in time that does not depend on either.
#[inline(never)]
fn add(value: &mut [u8; SEED], addend: &[u8]) {
    let mut carry = 0;
    let addend = addend.iter().rev().chain(core::iter::repeat(&0));
    for (byte, add) in value.iter_mut().rev().zip(addend) {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}

#[inline(never)]
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let (mut hash, mut digest) = (Sha256::new(), [0; 32]);
    parts.iter().for_each(|part| hash.update(part));
    hash.close(&mut digest);
    digest
}

#[cfg(test)]
mod tests {
    use super::{
        super::{instantiation::tests::*, mechanism::tests::states_are_as_printed},
        *,
    };

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(|hash: &mut Hash, at| {
            flip(&mut hash.value, at) || flip(&mut hash.constant, at.wrapping_sub(SEED))
        });
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(|hash: &Hash| hash.value == [0; SEED] && hash.constant == [0; SEED]);
    }

    #[test]
    fn states_are_those_of_the_cavp() {
        let text = include_str!("../../../tests/vectors/drbg/hash_drbg_sha256_intermediate.txt");
        states_are_as_printed(text, 128, |hash: &Hash, name, value| match name {
            "C" => hash.constant == value,
            _ => hash.value == value,
        });
    }

    #[test]
    fn a_short_request_is_the_beginning_of_a_longer_one() {
        short_requests_begin_longer_ones::<Hash>();
    }

    #[test]
    fn sums_carry_and_wrap() {
        let mut value = [0xff; SEED];
        add(&mut value, &[2]);
        let mut one = [0; SEED];
        one[SEED - 1] = 1;
        assert_eq!(value, one);
    }
}
