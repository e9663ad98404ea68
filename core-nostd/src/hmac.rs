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
    /// The key `key`, of any length; one above 64 bytes counts as its digest.
    #[must_use]
    #[inline(never)]
    pub fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        if key.len() > BLOCK {
            let mut hash = Sha256::new();
            hash.update(key);
            let mut digest = hash.finish();
            load(&mut block, &digest);
            digest.zeroize();
        } else {
            load(&mut block, key);
        }
        let mut this = Self {
            inner: [0; 8],
            outer: [0; 8],
        };
        let mut applied = 0;
        for (state, pad) in [(&mut this.inner, IPAD), (&mut this.outer, OPAD)] {
            block.iter_mut().for_each(|byte| *byte ^= applied ^ pad);
            applied = pad;
            let mut hash = Sha256::new();
            hash.update(&block);
            *state = hash.chaining();
        }
        block.zeroize();
        this
    }

    /// The tag of the message that `parts` make when joined.
    #[must_use]
    #[inline(never)]
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut digest = digest(self.inner, parts);
        let tag = self::digest(self.outer, &[&digest]);
        digest.zeroize();
        tag
    }
}

impl Drop for HmacSha256 {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

fn load(block: &mut [u8; BLOCK], key: &[u8]) {
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
}

/// The digest of `parts` after the padded key that left `chaining`.
#[inline(never)]
fn digest(chaining: [u32; 8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::resumed(chaining);
    for part in parts {
        hash.update(part);
    }
    hash.finish()
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
