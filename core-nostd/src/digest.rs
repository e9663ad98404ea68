//! SHA-256 (FIPS 180-4) as a running state.

use sha2::block_api::compress256;
use zeroize::Zeroize;

const BLOCK: usize = 64;
/// Where the message length begins in the last block (FIPS 180-4 §5.1.1).
const LENGTH_AT: u64 = 56;
/// Initial hash value (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A SHA-256 computation: created in a constant, fed in pieces, cloned to finish it in several ways, wiped when dropped.
///
/// The buffering is ours because a `const` constructor and 104 bytes of state matter on a microcontroller; the compression
/// function is `sha2`'s, which uses the processor's instructions where it has them.
///
/// ```
/// use openentropy_core::Sha256;
/// let mut hash = Sha256::new();
/// hash.update(b"ab");
/// hash.update(b"c");
/// assert_eq!(hash.finish()[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[derive(Clone)]
pub struct Sha256 {
    state: [u32; 8],
    block: [u8; BLOCK],
    /// Bytes taken so far.
    length: u64,
}

impl Sha256 {
    /// The state of the empty message.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: INITIAL, block: [0; BLOCK], length: 0 }
    }

    /// Takes `data` as the message's next bytes.
    #[inline(never)] // called from everywhere: one copy is worth 2 KiB of flash on a Cortex-M0
    pub fn update(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let used = self.used();
            let free = self.block.get_mut(used..).unwrap_or_default();
            let Some((now, later)) = data.split_at_checked(free.len().min(data.len())) else {
                return;
            };
            for (slot, byte) in free.iter_mut().zip(now) {
                *slot = *byte;
            }
            self.length = self.length.wrapping_add(now.len() as u64);
            if self.used() == 0 {
                self.compress();
            }
            data = later;
        }
    }

    /// The digest of everything taken.
    #[must_use]
    pub fn finish(mut self) -> [u8; 32] {
        let mut digest = [0; 32];
        self.close(&mut digest);
        digest
    }

    /// Begins a new message in this place, with nothing left of the last one: moves cost stack.
    pub(crate) fn restart(&mut self) {
        self.block.zeroize();
        self.resume(&INITIAL, 0);
    }

    /// Goes on with a message whose first `length` bytes left `chaining`, but for those in the last block.
    #[inline(never)]
    fn resume(&mut self, chaining: &[u32; 8], length: u64) {
        self.state = *chaining;
        self.length = length;
    }

    /// The digest, or as much of it as there is room for, leaving a state of no further use.
    pub(crate) fn close(&mut self, digest: &mut [u8]) {
        self.end();
        write_digest(&self.state, digest);
    }

    /// Pads, so that the state is the digest.
    #[inline(never)]
    fn end(&mut self) {
        let used = self.used();
        let mut rest = self.block.iter_mut().skip(used);
        if let Some(slot) = rest.next() {
            *slot = 0x80;
        }
        rest.for_each(|slot| *slot = 0);
        if used as u64 >= LENGTH_AT {
            self.compress();
            self.block = [0; BLOCK];
        }
        if let Some(length) = self.block.last_chunk_mut() {
            *length = self.length.wrapping_shl(3).to_be_bytes();
        }
        self.compress();
    }

    fn compress(&mut self) {
        compress256(&mut self.state, core::slice::from_ref(&self.block));
    }

    const fn used(&self) -> usize {
        self.length as usize % BLOCK
    }
}

/// What HMAC does in the place of one computation: one copy of state and block, and no digest or key beside it.
impl Sha256 {
    /// Takes a key of at most one block into the block.
    pub(crate) fn load_key(&mut self, key: &[u8]) {
        self.block = [0; BLOCK];
        self.block.iter_mut().zip(key).for_each(|(slot, byte)| *slot = *byte);
    }

    /// Ends the message and takes its digest into the block.
    #[inline(never)]
    pub(crate) fn load_digest(&mut self) {
        self.end();
        self.block = [0; BLOCK];
        write_digest(&self.state, &mut self.block);
    }

    /// Combines every byte of the block with `pad` and compresses it from the beginning, into `chaining`.
    #[inline(never)]
    pub(crate) fn chain(&mut self, pad: u8, chaining: &mut [u32; 8]) {
        self.block.iter_mut().for_each(|slot| *slot ^= pad);
        *chaining = INITIAL;
        compress256(chaining, core::slice::from_ref(&self.block));
    }

    /// Begins the message that goes on after `chaining`, which one block left.
    pub(crate) fn begin_after(&mut self, chaining: &[u32; 8]) {
        self.resume(chaining, BLOCK as u64);
    }

    /// Ends the message and begins the one that goes on after `chaining` with its digest.
    pub(crate) fn feed_digest_after(&mut self, chaining: &[u32; 8]) {
        self.load_digest();
        self.resume(chaining, BLOCK as u64 + 32);
    }
}

#[inline(never)]
fn write_digest(state: &[u32; 8], digest: &mut [u8]) {
    let (whole, rest) = digest.as_chunks_mut();
    let mut words = state.iter().map(|word| word.to_be_bytes());
    whole.iter_mut().zip(&mut words).for_each(|(bytes, word)| *bytes = word);
    rest.iter_mut().zip(words.next().unwrap_or_default()).for_each(|(slot, byte)| *slot = byte);
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Sha256 {
    #[inline(never)]
    fn drop(&mut self) {
        self.state.zeroize();
        self.block.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every split of a message gives the digest of the whole, around every boundary of block and padding.
    #[test]
    fn pieces_and_whole_agree() {
        let message: [u8; 200] = core::array::from_fn(|i| i as u8);
        for length in 0..message.len() {
            let whole = {
                let mut hash = Sha256::new();
                hash.update(&message[..length]);
                hash.finish()
            };
            for split in [0, length / 3, length / 2, length] {
                let mut hash = Sha256::new();
                hash.update(&message[..split]);
                hash.update(&message[split..length]);
                assert_eq!(hash.finish(), whole, "length {length}, split {split}");
            }
        }
    }

    #[test]
    fn a_short_place_takes_the_beginning_of_the_digest() {
        let whole = Sha256::new().finish();
        for length in 0..=whole.len() {
            let mut digest = [0; 32];
            Sha256::new().close(&mut digest[..length]);
            assert_eq!(digest[..length], whole[..length]);
            assert!(digest[length..].iter().all(|byte| *byte == 0));
        }
    }
}
