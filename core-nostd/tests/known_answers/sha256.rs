//! SHA-256 against the CAVP byte vectors, HMAC-SHA-256 against Wycheproof.

use crate::{ran, records::records, vectors};
use openentropy_core::{HmacSha256, Sha256};

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finish()
}

#[test]
fn known_answers_of_sha256() {
    for (file, expected) in [("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64)] {
        let text = vectors(&format!("sha256/{file}"));
        let mut count = 0;
        for case in records(&text, "Len") {
            let bits: usize = case.text("Len").parse().unwrap();
            let message = case.bytes("Msg"); // one zero byte stands for the empty message
            assert_eq!(digest(&[&message[..bits / 8]]), case.array("MD"), "{bits} bits");
            count += 1;
        }
        ran(file, count, expected);
    }
}

/// The Monte Carlo chain: each digest hashed is the three before it, a thousand times per check point (SHAVS §6.4).
#[test]
fn known_answers_of_sha256_chained() {
    let text = vectors("sha256/SHA256Monte.rsp");
    let mut seed: [u8; 32] = records(&text, "Seed")[0].array("Seed");
    let mut count = 0;
    for case in records(&text, "COUNT") {
        let mut last = [seed; 3];
        for _ in 0..1000 {
            let next = digest(&[&last[0], &last[1], &last[2]]);
            last = [last[1], last[2], next];
        }
        seed = last[2];
        assert_eq!(seed, case.array("MD"), "check point {count}");
        count += 1;
    }
    ran("SHA256Monte.rsp", count, 100);
}

/// Tags are compared at the length that the case gives, so truncation is covered too.
#[test]
fn known_answers_of_hmac_sha256() {
    let text = vectors("sha256/hmac_sha256_wycheproof.txt");
    let mut count = [0; 2];
    for case in records(&text, "tag") {
        let tag = case.bytes("tag");
        let made = HmacSha256::new(&case.bytes("key")).tag(&[&case.bytes("msg")]);
        let valid = case.text("result") == "valid";
        assert!([16, 32].contains(&tag.len()));
        assert_eq!(made[..tag.len()] == tag, valid, "key {}", case.text("key"));
        count[usize::from(valid)] += 1;
    }
    ran("HMAC-SHA-256, tags to refuse", count[0], 108);
    ran("HMAC-SHA-256, tags to accept", count[1], 66);
}
