//! A mechanism whose self test fails, for the tests of whoever uses generators.

use super::{
    hmac::Hmac,
    mechanism::{KnownAnswer, Mechanism, TakesNonce},
    sealed::Sealed,
};
use zeroize::Zeroize;

/// HMAC_DRBG with an error in its outputs, as a broken memory or compiler would make one.
pub struct Failing(Hmac);

impl Zeroize for Failing {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Sealed for Failing {}
impl TakesNonce for Failing {}

impl Mechanism for Failing {
    const NAME: &'static str = "failing_drbg";
    const BLANK: Self = Self(Hmac::BLANK);
    const KNOWN_ANSWER: KnownAnswer = Hmac::KNOWN_ANSWER;

    fn instantiate(&mut self, material: &[&[u8]; 3]) {
        self.0.instantiate(material);
    }

    fn reseed(&mut self, material: &[&[u8]; 3]) {
        self.0.reseed(material);
    }

    fn generate(&mut self, piece: &mut [u8], additional: &[u8], counter: u64) {
        self.0.generate(piece, additional, counter);
        piece.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    }
}
