//! Known answers: every primitive and every generator against the published vectors in `tests/vectors`.
//!
//! Each test prints how many cases ran (`cargo test --test known_answers -- --nocapture`) and fails when they are not all
//! there. With the features `aes` and `chacha20` these are 720 cases of SP 800-90A, 229 of SHA-256, 174 of HMAC, 405 of AES
//! and 9 of ChaCha.

#![allow(clippy::unwrap_used, reason = "a failed step fails its test")]

#[cfg(feature = "aes")]
mod aes;
#[cfg(feature = "chacha20")]
mod chacha20;
mod drbg;
mod records;
mod sha256;

use std::path::Path;

/// The text of a vector file; a missing file fails the test that needs it.
fn vectors(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Prints how many cases of `what` ran, and fails unless they are `expected`.
#[track_caller]
fn ran(what: &str, count: usize, expected: usize) {
    println!("known answers: {what}: {count} of {expected}");
    assert_eq!(count, expected, "{what}");
}
