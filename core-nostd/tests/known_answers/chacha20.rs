//! ChaCha20 against RFC 8439, and the reduced variants against what public implementations agree on.

use crate::{
    ran,
    records::{array, hex},
    vectors,
};
use chacha20::{
    ChaCha8, ChaCha12, ChaCha20, KeyIvInit,
    cipher::{Array, StreamCipher, StreamCipherSeek, consts},
};
use serde_json::Value;

fn bytes(case: &Value, name: &str) -> Vec<u8> {
    hex(case[name].as_str().unwrap())
}

/// The key stream of a case at its counter, combined with `data`.
fn applied<C>(case: &Value, mut data: Vec<u8>) -> Vec<u8>
where
    C: StreamCipher + StreamCipherSeek + KeyIvInit<KeySize = consts::U32, IvSize = consts::U12>,
{
    let (key, nonce) = (array(&bytes(case, "key")), array(&bytes(case, "nonce")));
    let mut stream = C::new(&Array(key), &Array(nonce));
    stream.seek(case["counter"].as_u64().unwrap() * 64);
    stream.apply_keystream(&mut data);
    data
}

#[test]
fn known_answers_of_chacha20() {
    let all: Value = serde_json::from_str(&vectors("chacha20/chacha20.json")).unwrap();
    let cases = |set: &str| all[set].as_array().unwrap().clone();
    let mut count = 0;
    for case in [cases("blocks"), cases("reduced_round_keystream")].concat() {
        let apply = match case["rounds"].as_u64() {
            Some(8) => applied::<ChaCha8>,
            Some(12) => applied::<ChaCha12>,
            _ => applied::<ChaCha20>,
        };
        assert_eq!(apply(&case, vec![0; 64]), bytes(&case, "block"), "{}", case["id"]);
        count += 1;
    }
    for case in cases("encryption") {
        let made = applied::<ChaCha20>(&case, bytes(&case, "plaintext"));
        assert_eq!(made, bytes(&case, "ciphertext"), "{}", case["id"]);
        count += 1;
    }
    ran("ChaCha20, ChaCha12, ChaCha8", count, 9);
}
