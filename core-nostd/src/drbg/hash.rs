//! Hash_DRBG (SP 800-90A §10.1.1).

use super::{
    instantiation::{KnownAnswer, Mechanism, TakesNonce},
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
        0xc8, 0x4e, 0x55, 0x0d, 0xb9, 0x53, 0x38, 0x37, 0xdb, 0xce, 0x1f, 0x67, 0xa6, 0x24, 0x04, 0x0e, 0xda,
        0xcf, 0x30, 0x7a, 0x94, 0x07, 0x30, 0xcf, 0xc5, 0x90, 0xc1, 0x2a, 0x3b, 0x9a, 0x80, 0x5b, 0xfc, 0x18,
        0xd4, 0xdb, 0x52, 0x1e, 0x15, 0x7b, 0x9e, 0x75, 0x76, 0x1b, 0x7f, 0x40, 0x23, 0x51,
    ];

    fn instantiate(&mut self, [entropy, nonce, personalization]: [&[u8]; 3]) {
        self.value = hash_df(&[entropy, nonce, personalization]);
        self.derive_constant();
    }

    fn reseed(&mut self, [entropy, additional, more]: [&[u8]; 3]) {
        self.value = hash_df(&[&[prefix::RESEED], &self.value, entropy, additional, more]);
        self.derive_constant();
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], counter: u64) {
        if !additional.is_empty() {
            let step = digest(&[&[prefix::ADDITIONAL], &self.value, additional]);
            add(&mut self.value, &step);
        }
        self.output(piece);
        let step = digest(&[&[prefix::NEXT], &self.value]);
        add(&mut self.value, &step);
        add(&mut self.value, &self.constant);
        add(&mut self.value, &counter.to_be_bytes());
    }
}

impl Hash {
    fn derive_constant(&mut self) {
        self.constant = hash_df(&[&[prefix::CONSTANT], &self.value]);
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
fn hash_df(parts: &[&[u8]]) -> [u8; SEED] {
    const BITS: [u8; 4] = (SEED as u32 * 8).to_be_bytes();
    let mut derived = [0; SEED];
    for (counter, block) in (1..).zip(derived.chunks_mut(32)) {
        let mut hash = Sha256::new();
        hash.update(&[counter]);
        hash.update(&BITS);
        parts.iter().for_each(|part| hash.update(part));
        let digest = hash.finish();
        block.iter_mut().zip(digest).for_each(|(slot, byte)| *slot = byte);
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

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::{super::instantiation::tests::*, *};

    fn state(hash: &mut Hash) -> [&mut [u8]; 2] {
        [&mut hash.value, &mut hash.constant]
    }

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(state);
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(state);
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
