//! SP 800-90B estimates against the reference tool's results for its ten sample sets.

#![expect(clippy::unwrap_used, reason = "a known answer that cannot be read is a failed test")]

use std::path::PathBuf;

use openentropy_tests::sp800_90b::{Assessment, Estimate, Prediction, View, assess};
use serde_json::Value;

/// The reference tool calls 1e-6 a pass; its own builds differ by 1e-10.
const TOLERANCE: f64 = 1e-9;

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "vectors", "sp800-90b"].iter().collect()
}

/// One set: its name decides nothing, its file says how the symbols are packed.
fn check(name: &str) {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder().join("expected_non_iid.json")).unwrap()).unwrap();
    let expected = &expected[name];
    let bits = expected["bits_per_symbol"].as_u64().unwrap() as u32;
    let packed = std::fs::read(folder().join(expected["file"].as_str().unwrap())).unwrap();
    let assessment = assess(&unpack(&packed, bits), bits).unwrap();

    assert_eq!(assessment.samples as u64, expected["samples"].as_u64().unwrap());
    assert_eq!(assessment.alphabet as u64, expected["alphabet"].as_u64().unwrap());
    assert_eq!(assessment.meets_minimum_length(), assessment.samples >= 1_000_000);
    close(&[name, "h_original"], assessment.h_original(), &expected["h_original"]);
    match assessment.h_bitstring() {
        Some(per_bit) => close(&[name, "h_bitstring"], per_bit, &expected["h_bitstring"]),
        None => assert_eq!(bits, 1),
    }
    close(&[name, "assessed"], assessment.min_entropy(), &expected["assessed"]);
    compare(name, &assessment, View::Literal, &expected["estimators"]["literal"]);
    compare(name, &assessment, View::BitString, &expected["estimators"]["bitstring"]);
}

fn unpack(packed: &[u8], bits: u32) -> Vec<u8> {
    let mask = u8::MAX >> (8 - bits);
    packed.iter().flat_map(|byte| (0..8 / bits).rev().map(move |slot| byte >> (slot * bits) & mask)).collect()
}

fn compare(name: &str, assessment: &Assessment, view: View, expected: &Value) {
    let estimates = match view {
        View::Literal => &assessment.literal,
        View::BitString => &assessment.bit_string,
    };
    let keys: Vec<String> = estimates.iter().map(|estimate| estimate.name().replace(' ', "_")).collect();
    let expected_keys = expected.as_object().map_or(0, |object| object.len());
    assert_eq!(keys.len(), expected_keys, "{name} {}: {keys:?}", view.name());
    for (estimate, key) in estimates.iter().zip(&keys) {
        for (field, actual) in fields(estimate) {
            close(&[name, view.name(), key, field], actual, &expected[key][field]);
        }
        if let Some(prediction) = prediction(estimate) {
            // The tool prints the local bound only where it is the larger one.
            assert_eq!(prediction.p_local.is_some(), expected[key].get("p_local").is_some(), "{name} {key}");
        }
    }
}

fn close(path: &[&str], actual: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{path:?} is not in the file"));
    let error = (actual - expected).abs() / expected.abs().max(1.0);
    assert!(error <= TOLERANCE, "{path:?}: {actual} instead of {expected}");
}

fn prediction(estimate: &Estimate) -> Option<&Prediction> {
    match estimate {
        Estimate::MultiMcw(p) | Estimate::Lag(p) | Estimate::MultiMmc(p) | Estimate::Lz78y(p) => Some(p),
        _ => None,
    }
}

/// The figures of an estimate under the reference file's names.
fn fields(estimate: &Estimate) -> Vec<(&'static str, f64)> {
    let mut fields = match estimate {
        Estimate::MostCommonValue(e) => {
            vec![("mode_count", e.count as f64), ("p_hat", e.p_hat), ("p_u", e.p_upper)]
        }
        Estimate::Collision(e) => vec![
            ("v", e.collisions as f64),
            ("sum_t", e.symbols as f64),
            ("x_bar_lower", e.mean_lower),
            ("p", e.p),
        ],
        Estimate::Markov(e) => vec![
            ("P_0", e.initial[0]),
            ("P_1", e.initial[1]),
            ("P_{0,0}", e.transition[0][0]),
            ("P_{0,1}", e.transition[0][1]),
            ("P_{1,0}", e.transition[1][0]),
            ("P_{1,1}", e.transition[1][1]),
        ],
        Estimate::Compression(e) => {
            vec![("x_bar", e.mean), ("sigma_hat", e.deviation), ("x_bar_lower", e.mean_lower), ("p", e.p)]
        }
        Estimate::TTuple(e) => vec![("t", e.t as f64), ("p_hat_max", e.p_max), ("p_u", e.p_upper)],
        Estimate::Lrs(e) => {
            vec![("u", e.u as f64), ("v", e.v as f64), ("p_hat", e.p_max), ("p_u", e.p_upper)]
        }
        Estimate::MultiMcw(e) | Estimate::Lag(e) | Estimate::MultiMmc(e) | Estimate::Lz78y(e) => {
            let mut fields = vec![
                ("C", e.correct as f64),
                ("r", e.run as f64),
                ("N", e.predictions as f64),
                ("p_global_upper", e.p_global),
            ];
            fields.extend(e.p_local.map(|p| ("p_local", p)));
            fields
        }
    };
    fields.push(("min_entropy", estimate.min_entropy()));
    fields
}

#[cfg(feature = "threads")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let samples = std::fs::read(folder().join("rand8_short.w8.bin")).unwrap();
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| assess(&samples, 8).unwrap())
    };
    assert_eq!(with_threads(1), with_threads(5));
}

macro_rules! sets {
    ($($test:ident: $name:literal,)*) => {
        $(#[test] fn $test() { check($name) })*

        #[test]
        fn every_set_of_the_file_has_its_test() {
            let expected = std::fs::read(folder().join("expected_non_iid.json")).unwrap();
            let expected: Value = serde_json::from_slice(&expected).unwrap();
            let mut names = [$($name),*];
            names.sort_unstable();
            let mut in_file: Vec<&String> = expected.as_object().unwrap().keys().collect();
            in_file.sort_unstable();
            assert_eq!(in_file, names);
        }
    };
}

sets! {
    biased_bits: "biased-random-bits",
    biased_bytes: "biased-random-bytes",
    normal: "normal",
    rand1_short: "rand1_short",
    rand4_short: "rand4_short",
    rand8_short: "rand8_short",
    ring_oscillator: "ringOsc-nist",
    truerand_1bit: "truerand_1bit",
    truerand_4bit: "truerand_4bit",
    truerand_8bit: "truerand_8bit",
}
