//! SP 800-90B estimates of data far too short or too plain for them: a finite figure or none, and an error that says why.

use openentropy_tests::sp800_90b::restart::{self, Shape};
use openentropy_tests::sp800_90b::{Assessment, InputError, assess};
use proptest::prelude::*;

/// Every figure of the assessment is a number, and the entropies are possible ones.
fn sound(assessment: &Assessment) {
    let words = format!("{assessment:?}");
    assert!(!words.contains("NaN") && !words.contains("inf"), "{words}");
    for row in assessment.table() {
        // Of few samples the LRS estimate can exceed the logarithm of the alphabet; the most common value never does.
        let possible = |figure: Option<f64>| figure.is_none_or(|h| (0.0..64.0).contains(&h));
        assert!(possible(row.literal) && possible(row.bitstring), "{words}");
    }
    let most = (assessment.alphabet as f64).log2() + 1e-12;
    assert!((0.0..=most).contains(&assessment.min_entropy()), "{words}");
    assert_eq!(assessment.alphabet == 1, assessment.literal.is_empty(), "{words}");
    assert!(!assessment.meets_minimum_length());
}

#[test]
fn every_sequence_of_up_to_twelve_bits() {
    for length in 0..=12 {
        for number in 0..1u32 << length {
            let bits: Vec<u8> = (0..length).map(|i| (number >> i & 1) as u8).collect();
            match assess(&bits, 1) {
                Ok(assessment) => sound(&assessment),
                Err(error) => assert_eq!((error, length < 2), (InputError::Length, true)),
            }
        }
    }
}

#[test]
fn samples_that_cannot_be_assessed_are_refused() {
    assert_eq!(assess(&[], 8), Err(InputError::Length));
    assert_eq!(assess(&[7], 8), Err(InputError::Length));
    assert_eq!(assess(b"text", 4), Err(InputError::Symbol));
    for bits in [0, 9, u32::MAX] {
        assert_eq!(assess(&[0, 1], bits), Err(InputError::Width));
    }
}

#[test]
fn constant_samples_have_no_entropy_whatever_their_bits() {
    for (value, bits) in [(0, 1), (0, 8), (255, 8), (0xAA, 8), (2, 3)] {
        for length in [2, 3, 100, 20_000] {
            let assessment = assess(&vec![value; length], bits).expect("samples of that width");
            sound(&assessment);
            assert_eq!((assessment.min_entropy(), assessment.h_original()), (0.0, 0.0));
            assert_eq!(assessment.h_bitstring(), (bits > 1).then_some(0.0));
        }
    }
}

/// Sequences of few and of many values, some of them built of repetitions.
fn samples() -> impl Strategy<Value = (u32, Vec<u8>)> {
    (1u32..=8).prop_flat_map(|bits| {
        let sample = 0..=(u8::MAX >> (8 - bits));
        let repeated = (prop::collection::vec(sample.clone(), 1..9), 1usize..40)
            .prop_map(|(part, times)| part.repeat(times));
        let any = prop_oneof![prop::collection::vec(sample, 2..300), repeated];
        (
            Just(bits),
            any.prop_filter("too short to be refused for anything else", |samples| samples.len() > 1),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn short_sequences_of_any_width((bits, samples) in samples()) {
        sound(&assess(&samples, bits)?);
    }

    #[test]
    fn small_restart_matrices(rows in 1usize..12, columns in 2usize..12, claim in 0.0f64..=1.0, seed: u64) {
        let matrix: Vec<u8> = (0..rows * columns).map(|i| (seed.rotate_left(i as u32) & 1) as u8).collect();
        let result = restart::assess(&matrix, Shape { rows, columns }, 1)?;
        sound(&result.rows);
        sound(&result.columns);
        prop_assert!(!result.meets_the_standard());
        prop_assert!(result.judge(claim).is_ok_and(|h| (0.0..=claim).contains(&h)) || result.judge(claim).is_err());
        prop_assert!(result.shape.row_cutoff(claim) <= columns && result.shape.column_cutoff(claim) <= rows);
    }
}

#[cfg(feature = "serde")]
#[test]
fn reports_are_written_with_null_where_the_standard_computes_nothing() {
    let result = restart::assess(&[0, 1, 2, 3, 2, 1], Shape { rows: 2, columns: 3 }, 2).expect("samples");
    let table = serde_json::to_value(result.rows.table()).expect("a report");
    assert_eq!(table[1]["id"], "collision");
    assert!(table[1]["literal"].is_null() && table[1]["bitstring"].is_f64(), "{table}");
    let report = serde_json::to_value(&result).expect("a report");
    assert_eq!(report["shape"]["columns"], 3);
    assert_eq!(report["rows"]["literal"][0]["most_common_value"]["count"], 2);
}
