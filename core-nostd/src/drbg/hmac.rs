//! HMAC_DRBG (SP 800-90A §10.1.2).

use super::{
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use crate::HmacSha256;
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

    fn instantiate(&mut self, material: [&[u8]; 3]) {
        self.key.rekey(&[0; 32]);
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
        let mut tag = [0; 32]; // one place for all: stack is dear
        for round in [0, 1] {
            self.key.tag_to(&mut tag, &[&self.value, &[round], first, second, third]);
            self.key.rekey(&tag);
            self.key.tag_to(&mut tag, &[&self.value]);
            self.value = tag;
            if first.is_empty() && second.is_empty() && third.is_empty() {
                break;
            }
        }
        tag.zeroize();
    }

    #[inline(never)]
    fn output(&mut self, piece: &mut [u8]) {
        for block in piece.chunks_mut(self.value.len()) {
            self.value = self.key.tag(&[&self.value]);
            block.iter_mut().zip(self.value).for_each(|(slot, byte)| *slot = byte);
        }
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
