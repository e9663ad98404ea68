//! HMAC_DRBG (SP 800-90A §10.1.2).

use super::{
    instantiation::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::HmacSha256;
use zeroize::Zeroize;

/// The working state: K and V.
pub struct Hmac {
    key: [u8; 32],
    value: [u8; 32],
}

impl Zeroize for Hmac {
    fn zeroize(&mut self) {
        self.key.zeroize();
        self.value.zeroize();
    }
}

impl Sealed for Hmac {}
impl TakesNonce for Hmac {}

impl Mechanism for Hmac {
    const NAME: &'static str = "hmac_drbg";
    const BLANK: Self = Self { key: [0; 32], value: [0; 32] };
    /// Computed by an independent implementation that reproduces the CAVP cases.
    const KNOWN_ANSWER: KnownAnswer = [
        0x97, 0x1a, 0x4d, 0xa5, 0xf0, 0x72, 0xdf, 0x18, 0x07, 0xe8, 0x48, 0x60, 0xff, 0xa5, 0x31, 0xd1, 0xa1,
        0xe6, 0xac, 0x1c, 0x2a, 0xe0, 0xa3, 0xe4, 0xc5, 0xb2, 0xe6, 0x89, 0x8f, 0x97, 0x66, 0x76, 0x28, 0x91,
        0x12, 0x17, 0xce, 0x77, 0x05, 0x5d, 0xa8, 0x90, 0x20, 0xbf, 0x01, 0x8a, 0xfd, 0x9a,
    ];

    fn instantiate(&mut self, material: [&[u8]; 3]) {
        self.key = [0; 32];
        self.value = [1; 32];
        self.update(material);
    }

    fn reseed(&mut self, material: [&[u8]; 3]) {
        self.update(material);
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], _counter: u64) {
        if !additional.is_empty() {
            self.update([additional, &[], &[]]);
        }
        self.output(piece);
        self.update([additional, &[], &[]]);
    }
}

impl Hmac {
    /// HMAC_DRBG_Update: one round without data, two with.
    #[inline(never)]
    fn update(&mut self, [first, second, third]: [&[u8]; 3]) {
        for round in [0, 1] {
            let key = HmacSha256::new(&self.key);
            self.key = key.tag(&[&self.value, &[round], first, second, third]);
            let key = HmacSha256::new(&self.key);
            self.value = key.tag(&[&self.value]);
            if first.is_empty() && second.is_empty() && third.is_empty() {
                return;
            }
        }
    }

    #[inline(never)]
    fn output(&mut self, piece: &mut [u8]) {
        let key = HmacSha256::new(&self.key);
        for block in piece.chunks_mut(self.value.len()) {
            self.value = key.tag(&[&self.value]);
            for (slot, byte) in block.iter_mut().zip(self.value) {
                *slot = byte;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::instantiation::tests::*, *};

    fn state(hmac: &mut Hmac) -> [&mut [u8]; 2] {
        [&mut hmac.key, &mut hmac.value]
    }

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(state);
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(state);
    }
}
