//! Analysis over many streams without faults: p-values are uniform, verdicts fail at the stated rate; and no
//! input at all makes a report panic or hold a figure that is not finite.

mod finite;
#[cfg(feature = "serde")]
mod members;
mod rates;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};

/// ChaCha20's key stream under the seed as key.
fn stream(seed: u64, len: usize) -> Vec<u8> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut bytes = vec![0; len];
    ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut bytes);
    bytes
}
