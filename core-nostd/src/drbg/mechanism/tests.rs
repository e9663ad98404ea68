//! Working states against those that the CAVP printed after every call.

extern crate std;

use super::Mechanism;
use std::{collections::BTreeMap, vec, vec::Vec};

/// Replays a file of intermediate values, each request of `length` bytes; `holds` says whether the part of the state that the file
/// calls so has that value.
pub(in crate::drbg) fn states_are_as_printed<M: Mechanism>(
    text: &str,
    length: usize,
    holds: fn(&M, &str, &[u8]) -> bool,
) {
    let (mut mechanism, mut counter, mut out) = (M::BLANK, 0, vec![0; length]);
    let mut inputs = BTreeMap::new();
    let mut calls = 0;
    for line in text.lines().filter(|line| !line.starts_with(['[', '#'])) {
        let mut input = |name| inputs.remove(name).unwrap_or_default();
        match line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some(("reseed counter", value)) => assert_eq!(value.parse(), Ok(counter)),
            Some((name, value)) if line.starts_with('\t') => {
                assert!(holds(&mechanism, name, &hex(value)), "{name} after call {calls}");
            }
            Some((name, value)) => drop(inputs.insert(name, hex(value))),
            None if line.starts_with("** INSTANTIATE") => {
                let material = [input("EntropyInput"), input("Nonce"), input("PersonalizationString")];
                mechanism.instantiate(&material.each_ref().map(Vec::as_slice));
                (counter, calls) = (1, calls + 1);
            }
            None if line.starts_with("** RESEED") => {
                let (entropy, additional) = (input("EntropyInputReseed"), input("AdditionalInputReseed"));
                mechanism.reseed(&[&entropy, &[], &additional]);
                (counter, calls) = (1, calls + 1);
            }
            None if line.starts_with("** GENERATE") => {
                let (entropy, mut additional) = (input("EntropyInputPR"), input("AdditionalInput"));
                let returned = input("ReturnedBits");
                if !entropy.is_empty() {
                    mechanism.reseed(&[&entropy, &[], &additional]);
                    (counter, additional) = (1, Vec::new());
                }
                mechanism.generate(&mut out, &additional, counter);
                assert!(returned.is_empty() || returned == out);
                (counter, calls) = (counter + 1, calls + 1);
            }
            None => assert!(line.trim().is_empty(), "{line}"),
        }
    }
    assert_eq!(calls, 40, "twelve cases of three calls, four of them with a reseed");
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap_or_default())
        .collect()
}
