//! HMAC_DRBG (SP 800-90A §10.1.2).

use super::{
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::{HmacSha256, Sha256};
use zeroize::Zeroize;

/// The working state: K, as what HMAC keeps of it, and V.
///
/// Against K itself that saves two compressions in each use of it, for 32 bytes more.
pub struct Hmac {
    key: HmacSha256,
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
    const BLANK: Self = Self { key: HmacSha256::BLANK, value: [0; 32] };
    /// Computed by an independent implementation that reproduces the CAVP cases.
    const KNOWN_ANSWER: KnownAnswer = [
        0xf1, 0xd3, 0x9c, 0x37, 0xb5, 0xe1, 0x33, 0x94, 0x12, 0x54, 0xef, 0x01, 0x2f, 0x99, 0xb4, 0x99, 0x93,
        0x8d, 0x0f, 0x3b, 0x4c, 0x93, 0x3d, 0xd1, 0x6b, 0xb0, 0xc5, 0x0d, 0x53, 0x18, 0xae, 0xdb,
    ];

    fn instantiate(&mut self, material: &[&[u8]; 3]) {
        self.update(material, true);
    }

    fn reseed(&mut self, material: &[&[u8]; 3]) {
        self.update(material, false);
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], _counter: u64) {
        if !additional.is_empty() {
            self.update(&[additional], false);
        }
        self.output(piece);
        self.update(&[additional], false);
    }
}

impl Hmac {
    /// HMAC_DRBG_Update: one round without data, two with; `afresh` from the initial K and V.
    #[inline(never)]
    fn update(&mut self, material: &[&[u8]], afresh: bool) {
        let mut hash = Sha256::new(); // one place for all: stack is dear
        if afresh {
            hash.load_key(&[0; 32]);
            self.key.rekey(&mut hash);
            self.value = [1; 32];
        }
        for round in [0, 1] {
            self.key.begin(&mut hash);
            hash.update(&self.value);
            hash.update(&[round]);
            material.iter().for_each(|part| hash.update(part));
            self.key.end(&mut hash);
            hash.load_digest();
            self.key.rekey(&mut hash);
            self.step(&mut hash);
            if material.iter().all(|part| part.is_empty()) {
                break;
            }
        }
    }

    #[inline(never)]
    fn output(&mut self, piece: &mut [u8]) {
        let mut hash = Sha256::new();
        for block in piece.chunks_mut(self.value.len()) {
            self.step(&mut hash);
            block.iter_mut().zip(self.value).for_each(|(slot, byte)| *slot = byte);
        }
    }

    /// V = HMAC(K, V).
    #[inline(never)]
    fn step(&mut self, hash: &mut Sha256) {
        self.key.begin(hash);
        hash.update(&self.value);
        self.key.end(hash);
        hash.close(&mut self.value);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{instantiation::tests::*, mechanism::tests::states_are_as_printed},
        *,
    };

    #[test]
    fn self_test_sees_every_byte_of_answer_and_state() {
        self_test_sees_every_byte(|hmac: &mut Hmac, at| {
            hmac.key.disturb(at) || flip(&mut hmac.value, at.wrapping_sub(64))
        });
    }

    #[test]
    fn wiping_leaves_nothing_of_the_state() {
        wiping_leaves_nothing(|hmac: &Hmac| hmac.key.is_blank() && hmac.value == [0; 32]);
    }

    #[test]
    fn states_are_those_of_the_cavp() {
        let text = include_str!("../../../tests/vectors/drbg/hmac_drbg_sha256_intermediate.txt");
        states_are_as_printed(text, 128, |hmac: &Hmac, name, value| match name {
            "Key" => hmac.key.is_key(value),
            _ => hmac.value == value,
        });
    }

    #[test]
    fn a_short_request_is_the_beginning_of_a_longer_one() {
        short_requests_begin_longer_ones::<Hmac>();
    }
}
