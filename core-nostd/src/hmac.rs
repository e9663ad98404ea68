//! HMAC (FIPS 198-1) over SHA-256.

use crate::Sha256;
use zeroize::Zeroize;

const BLOCK: usize = 64;
/// FIPS 198-1 §4: what the key is combined with before the inner and the outer hash.
const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

/// A key of HMAC-SHA-256, ready to authenticate any number of messages, wiped when dropped.
///
/// Kept are the two hash states that follow the padded key, so that a message costs two compressions less than from the key itself.
///
/// ```
/// use openentropy_core::HmacSha256;
/// // RFC 4231, test case 2.
/// let tag = HmacSha256::new(b"Jefe").tag(&[b"what do ya want ", b"for nothing?"]);
/// assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
/// ```
pub struct HmacSha256 {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl HmacSha256 {
    /// What no key leaves: the state of a generator that was never seeded.
    pub(crate) const BLANK: Self = Self { inner: [0; 8], outer: [0; 8] };

    /// The key `key`, of any length; one above 64 bytes counts as its digest.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let mut this = Self::BLANK;
        let mut hash = Sha256::new();
        if key.len() > BLOCK {
            hash.update(key);
            hash.load_digest();
        } else {
            hash.load_key(key);
        }
        this.rekey(&mut hash);
        this
    }

    /// The tag of the message that `parts` make when joined.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut tag = [0; 32];
        let mut hash = Sha256::new();
        self.begin(&mut hash);
        parts.iter().for_each(|part| hash.update(part));
        self.end(&mut hash);
        hash.close(&mut tag);
        tag
    }

    /// Replaces the key by what `hash` has loaded. Here and below, `hash` is a place to work in: generators use one for many tags.
    #[inline(never)] // keeps its addresses out of the frame of the generators
    pub(crate) fn rekey(&mut self, hash: &mut Sha256) {
        hash.chain(IPAD, &mut self.inner);
        hash.chain(IPAD ^ OPAD, &mut self.outer);
    }

    /// Begins a message; [`Sha256::update`] takes it.
    pub(crate) fn begin(&self, hash: &mut Sha256) {
        hash.begin_after(&self.inner);
    }

    /// Ends the message that `hash` has taken: its tag is the digest of what `hash` holds now.
    pub(crate) fn end(&self, hash: &mut Sha256) {
        hash.feed_digest_after(&self.outer);
    }
}

impl Zeroize for HmacSha256 {
    fn zeroize(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl Drop for HmacSha256 {
    fn drop(&mut self) {
        self.zeroize();
    }
}

#[cfg(test)]
impl HmacSha256 {
    /// Flips a bit in byte `at` of the state; false beyond its end.
    pub(crate) fn disturb(&mut self, at: usize) -> bool {
        let mut words = self.inner.iter_mut().chain(&mut self.outer);
        words.nth(at / 4).is_some_and(|word| {
            *word ^= 0x80 << (at % 4 * 8);
            true
        })
    }

    pub(crate) fn is_key(&self, key: &[u8]) -> bool {
        let other = Self::new(key);
        self.inner == other.inner && self.outer == other.outer
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.inner == Self::BLANK.inner && self.outer == Self::BLANK.outer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of one block is used as it is, a longer one as its digest (FIPS 198-1 §4, steps 1 to 3).
    #[test]
    fn only_keys_above_a_block_are_hashed() {
        let long = [0x5a; BLOCK + 1];
        let mut hash = Sha256::new();
        hash.update(&long);
        let digest = hash.finish();
        assert_eq!(HmacSha256::new(&long).tag(&[]), HmacSha256::new(&digest).tag(&[]));
        let block = &long[..BLOCK];
        let mut hash = Sha256::new();
        hash.update(block);
        let digest = hash.finish();
        assert_ne!(HmacSha256::new(block).tag(&[]), HmacSha256::new(&digest).tag(&[]));
    }
}
