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
        if key.len() > BLOCK {
            let mut hash = Sha256::new();
            hash.update(key);
            let mut digest = hash.finish();
            this.rekey(&digest);
            digest.zeroize();
        } else {
            this.rekey(key);
        }
        this
    }

    /// Replaces the key by one of at most 64 bytes.
    #[inline(never)]
    pub(crate) fn rekey(&mut self, key: &[u8]) {
        let mut block = [IPAD; BLOCK];
        block.iter_mut().zip(key).for_each(|(slot, byte)| *slot ^= byte);
        self.inner = Sha256::chaining(&block);
        block.iter_mut().for_each(|slot| *slot ^= IPAD ^ OPAD);
        self.outer = Sha256::chaining(&block);
        block.zeroize();
    }

    /// The tag of the message that `parts` make when joined.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut tag = [0; 32];
        self.tag_to(&mut tag, parts);
        tag
    }

    /// The same in a place of the caller's, who may use it over and over.
    #[inline(never)]
    pub(crate) fn tag_to(&self, tag: &mut [u8; 32], parts: &[&[u8]]) {
        let mut hash = Sha256::new();
        hash.resume(&self.inner);
        parts.iter().for_each(|part| hash.update(part));
        hash.close(tag);
        hash.resume(&self.outer);
        hash.update(tag);
        hash.close(tag);
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
