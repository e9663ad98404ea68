//! SP 800-22 against the reference suite's results and against 40-digit arithmetic, at the edges of its conditions, and over bad input.

#![expect(clippy::unwrap_used, reason = "a known answer that cannot be read is a failed test")]

use core::sync::atomic::{AtomicU64, Ordering};

use openentropy_tests::sp800_22::{self, Constants, Options, second_level};
use openentropy_tests::{Bits, Finding, Outcome, Progress, Reason};
use proptest::prelude::*;
use serde_json::Value;

const STS: Options = Options {
    constants: Constants::Sts,
    block_frequency_block: 128,
    template_length: 9,
    linear_complexity_block: 500,
    serial_length: 16,
    approximate_entropy_length: 10,
};

const SEQUENCES: [&str; 5] = ["pi", "e", "sqrt2", "sqrt3", "sha1"];

fn vector(name: &str) -> Vec<u8> {
    let path = format!("{}/../vectors/sp800-22/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&vector(name)).unwrap()
}

fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    (0..len).map(|_| next()).collect()
}

/// Every p-value, with either constants, within 1e-8 (they agree within about 1e-10) of 40-digit arithmetic by another program.
#[test]
fn p_values_are_right_to_eight_digits() {
    let file = json("p_values_1e6.json");
    for sequence in SEQUENCES {
        let bytes = vector(&format!("{sequence}.1e6.bin"));
        for (constants, options) in [("exact", Options::default()), ("sts", STS)] {
            let findings = sp800_22::run(&Bits::new(&bytes), &options);
            let names = file["results"].as_array().unwrap();
            let expected = file["sequences"][sequence][constants].as_array().unwrap();
            assert_eq!((findings.len(), names.len(), expected.len()), (188, 188, 188));
            for ((finding, name), expected) in findings.iter().zip(names).zip(expected) {
                let label = format!("{sequence} {constants} {} {}", finding.info.name, finding.variant);
                assert_eq!(
                    (&name[0], &name[1]),
                    (&finding.info.name.into(), &finding.variant.as_ref().into())
                );
                match (finding.outcome.p(), expected.as_f64()) {
                    (Some(p), Some(expected)) => {
                        assert!((p - expected).abs() < 1e-8, "{label}: {p} against {expected}");
                    }
                    (p, expected) => assert_eq!(p, expected, "{label}"),
                }
            }
        }
    }
}

/// The reference suite prints six digits, of p-values and of statistics.
#[test]
fn the_reference_suite_prints_the_same() {
    let file = json("expected_1e6.json");
    for sequence in SEQUENCES {
        let expected = &file["sequences"][sequence];
        let tool = &expected["tool_output"];
        let bytes = vector(&format!("{sequence}.1e6.bin"));
        let findings = sp800_22::run(&Bits::new(&bytes), &STS);
        let exact = sp800_22::run(&Bits::new(&bytes), &Options::default());
        let compared = [
            ("Frequency", "", &tool["frequency"], "S_n", "p"),
            ("BlockFrequency", "", &tool["block_frequency"], "chi2", "p"),
            ("CumulativeSums", "forward", &tool["cusum"], "z_forward", "p_forward"),
            ("CumulativeSums", "reverse", &tool["cusum"], "z_reverse", "p_reverse"),
            ("Runs", "", &tool["runs"], "V", "p"),
            ("LongestRun", "", &tool["longest_run"], "chi2", "p"),
            ("Rank", "", &tool["rank"], "chi2", "p"),
            ("FFT", "", &tool["dft"], "d", "p"),
            ("OverlappingTemplate", "", &tool["overlapping"], "chi2", "p"),
            ("Universal", "", &tool["universal"], "phi", "p"),
            ("ApproximateEntropy", "", &tool["approximate_entropy"], "chi2", "p"),
            ("Serial", "first difference", &tool["serial"], "del1", "p1"),
            ("Serial", "second difference", &tool["serial"], "del2", "p2"),
            ("LinearComplexity", "", &tool["linear_complexity"], "chi2", "p"),
        ];
        for (name, variant, figures, statistic, p) in compared {
            agree(sequence, &findings, name, variant, figures[statistic].as_f64(), figures[p].as_f64());
        }
        for template in tool["nonoverlapping"].as_array().unwrap() {
            let figures = (template[2].as_f64(), template[3].as_f64());
            agree(
                sequence,
                &findings,
                "NonOverlappingTemplate",
                template[0].as_str().unwrap(),
                figures.0,
                figures.1,
            );
        }
        for (name, states, statistic) in [
            ("RandomExcursions", &tool["random_excursions"]["states"], "chi2"),
            ("RandomExcursionsVariant", &tool["random_excursions_variant"], "visits"),
        ] {
            for (state, figures) in states.as_object().into_iter().flatten() {
                let variant = format!("{:+}", state.parse::<i32>().unwrap());
                agree(
                    sequence,
                    &findings,
                    name,
                    &variant,
                    figures[statistic].as_f64(),
                    figures["p"].as_f64(),
                );
            }
        }
        let probabilities = &expected["p_with_exact_class_probabilities"];
        agree(sequence, &exact, "LongestRun", "", None, probabilities["longest_run"].as_f64());
        agree(sequence, &exact, "OverlappingTemplate", "", None, probabilities["overlapping"].as_f64());
        agree(sequence, &exact, "LinearComplexity", "", None, probabilities["linear_complexity"].as_f64());
    }
}

fn agree(
    sequence: &str,
    findings: &[Finding],
    name: &str,
    variant: &str,
    statistic: Option<f64>,
    p: Option<f64>,
) {
    let outcome = find(findings, name, variant);
    let label = format!("{sequence} {name} {variant}: {outcome:?} against {statistic:?} {p:?}");
    assert!((outcome.p().unwrap() - p.unwrap()).abs() < 5.1e-7, "{label}");
    if let Some(statistic) = statistic {
        assert!((outcome.statistic().unwrap() - statistic).abs() < 1e-6, "{label}");
    }
}

fn find(findings: &[Finding], name: &str, variant: &str) -> Outcome {
    let is = |finding: &&Finding| finding.info.name == name && finding.variant == variant;
    findings.iter().find(is).unwrap_or_else(|| panic!("{name} {variant}")).outcome
}

/// sha1's walk returns too seldom; that is no failure.
#[test]
fn too_few_cycles_are_a_reason_and_no_p_value() {
    let bytes = vector("sha1.1e6.bin");
    let few = Outcome::NotApplicable(Reason::TooFew { what: "cycles", have: 412, need: 500 });
    assert!(sp800_22::random_excursions::test(&Bits::new(&bytes)).iter().all(|&(_, outcome)| outcome == few));
    assert!(
        sp800_22::random_excursions_variant::test(&Bits::new(&bytes))
            .iter()
            .all(|&(_, outcome)| outcome == few)
    );
}

/// Each test applies to as many bits as it says it needs, and not to one fewer.
#[test]
fn tests_apply_from_their_minimum_on() {
    let bytes = noise(1, 66_000);
    let names: Vec<&str> =
        sp800_22::run(&Bits::new(&bytes), &STS).iter().map(|finding| finding.info.name).collect();
    let minima = [
        ("Frequency", 100),
        ("BlockFrequency", 100),
        ("CumulativeSums", 100),
        ("Runs", 100),
        ("LongestRun", 128),
        ("Rank", 38_912),
        ("FFT", 1000),
        ("NonOverlappingTemplate", 81_920),
        ("OverlappingTemplate", 73_272),
        ("Universal", 387_840),
        ("ApproximateEntropy", 65_536),
        ("Serial", 524_288),
        ("LinearComplexity", 100_000),
    ];
    for (name, minimum) in minima {
        for (len, applies) in [(minimum - 1, false), (minimum, true)] {
            let options = Options { block_frequency_block: 20, ..STS };
            let findings = sp800_22::run(&Bits::prefix(&bytes, len).unwrap(), &options);
            assert!(findings.iter().map(|finding| finding.info.name).eq(names.iter().copied()));
            for finding in findings.iter().filter(|finding| finding.info.name == name) {
                assert_eq!(finding.info.minimum_bits, minimum as u64, "{name}");
                let expected = Outcome::too_short(minimum as u64);
                assert_eq!(finding.outcome.p().is_some(), applies, "{name} with {len} bits");
                assert!(applies || finding.outcome == expected, "{name}: {:?}", finding.outcome);
            }
        }
    }
}

/// Exactly 500 cycles of two bits each are enough, 499 and a bit are not.
#[test]
fn excursions_apply_from_500_cycles_on() {
    let bytes = [0b1001_1001; 125];
    let applies =
        |len| sp800_22::random_excursions::test(&Bits::prefix(&bytes, len).unwrap())[4].1.p().is_some();
    assert!(applies(1000));
    assert!(!applies(999));
    let longer = [&[0b1111_0000; 1][..], &bytes[..124]].concat();
    let findings = sp800_22::random_excursions_variant::test(&Bits::new(&longer));
    assert_eq!(
        findings[0].1,
        Outcome::NotApplicable(Reason::TooFew { what: "cycles", have: 497, need: 500 })
    );
}

#[test]
fn the_order_of_results_is_the_suites() {
    let findings = sp800_22::run(&Bits::new(&[]), &Options::default());
    let mut names: Vec<(&str, usize)> = vec![];
    for finding in &findings {
        match names.last_mut() {
            Some((name, count)) if *name == finding.info.name => *count += 1,
            _ => names.push((finding.info.name, 1)),
        }
    }
    let expected = [
        ("Frequency", 1),
        ("BlockFrequency", 1),
        ("CumulativeSums", 2),
        ("Runs", 1),
        ("LongestRun", 1),
        ("Rank", 1),
        ("FFT", 1),
        ("NonOverlappingTemplate", 148),
        ("OverlappingTemplate", 1),
        ("Universal", 1),
        ("ApproximateEntropy", 1),
        ("RandomExcursions", 8),
        ("RandomExcursionsVariant", 18),
        ("Serial", 2),
        ("LinearComplexity", 1),
    ];
    assert_eq!(names, expected);
    assert!(findings.iter().all(|finding| matches!(finding.outcome, Outcome::NotApplicable(_))));
}

/// Whatever the input, a result is a p-value between 0 and 1 or a reason.
#[test]
fn plain_and_constant_input_is_judged_or_refused() {
    let text = b"In the beginning was the word, and it was sampled. ".repeat(2500);
    let inputs = [vec![0; 125_000], vec![0xFF; 125_000], vec![0x55; 125_000], text, vec![0x01], vec![]];
    for bytes in &inputs {
        for len in [bytes.len() * 8, (bytes.len() * 8).saturating_sub(3)] {
            let bits = Bits::prefix(bytes, len).unwrap();
            let findings = sp800_22::run(&bits, &Options::default());
            let right = |p: f64| (0.0..=1.0).contains(&p);
            assert!(findings.iter().all(|finding| finding.outcome.p().is_none_or(right)));
            let applicable = findings.iter().filter_map(|finding| finding.outcome.p());
            assert!(
                len < 1000 || applicable.filter(|&p| p < 1e-6).count() > 100,
                "{len} bits of {:?}",
                bytes.first()
            );
        }
    }
}

#[test]
fn parameters_that_fit_nothing_are_reasons() {
    let bytes = noise(2, 10_000);
    let bits = Bits::new(&bytes);
    for value in [0, 1, 25, usize::MAX] {
        let options = Options {
            constants: Constants::Exact,
            block_frequency_block: if value == 1 { 0 } else { usize::MAX },
            template_length: value as u32,
            linear_complexity_block: value,
            serial_length: value as u32,
            approximate_entropy_length: if value == 1 { 0 } else { value as u32 },
        };
        let findings = sp800_22::run(&bits, &options);
        for name in
            ["BlockFrequency", "NonOverlappingTemplate", "LinearComplexity", "Serial", "ApproximateEntropy"]
        {
            let mut results = findings.iter().filter(|finding| finding.info.name == name);
            let unfit = |outcome| matches!(outcome, Outcome::NotApplicable(Reason::Parameter(_)));
            assert!(results.all(|finding| unfit(finding.outcome)), "{name} {value}");
        }
    }
}

#[test]
#[cfg(feature = "threads")]
fn results_do_not_depend_on_the_number_of_threads() {
    let bytes = noise(3, 50_000);
    let all = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| sp800_22::run_sequences(&Bits::new(&bytes), 3, &STS))
    };
    let one = all(1);
    assert_eq!((one.len(), one[0].len()), (3, 188));
    assert!([2, 5].into_iter().all(|threads| all(threads) == one));
    let alone: Vec<_> =
        sp800_22::sections(&Bits::new(&bytes), 3).map(|bits| sp800_22::run(&bits, &STS)).collect();
    assert_eq!(alone, one);
}

#[test]
fn progress_ends_where_it_was_expected_to() {
    #[derive(Default)]
    struct Counter(AtomicU64, AtomicU64);
    impl Progress for Counter {
        fn expect(&self, units: u64) {
            self.0.fetch_add(units, Ordering::Relaxed);
        }
        fn advance(&self, units: u64) {
            self.1.fetch_add(units, Ordering::Relaxed);
        }
    }
    let bytes = noise(4, 1000);
    for sequences in [0, 1, 7, 100_000] {
        let counter = Counter::default();
        let findings = sp800_22::run_sequences_with(&Bits::new(&bytes), sequences.min(9000), &STS, &counter);
        assert_eq!(findings.len(), sequences.min(9000));
        assert_eq!(counter.0.into_inner(), counter.1.into_inner());
    }
}

#[test]
fn faults_are_found_and_named_over_many_sequences() {
    let good = noise(5, 1_250_000);
    let options = Options { serial_length: 10, ..Options::default() };
    let rows = |bytes: &[u8]| second_level::judge(&sp800_22::run_sequences(&Bits::new(bytes), 100, &options));
    let verdict = second_level::Verdict::over(&rows(&good), 0.01);
    assert!(verdict.passes(), "{verdict:?}");
    // One bit in 64 is a copy of the one 8 bits before it.
    let copied: Vec<u8> = (0..good.len())
        .map(|i| if i % 8 == 7 { good[i] & 0xFE | good[i - 1] & 1 } else { good[i] })
        .collect();
    let rows = rows(&copied);
    let verdict = second_level::Verdict::over(&rows, 0.01);
    let rejected: Vec<&str> = verdict.rejected.iter().map(|&index| rows[index].info.name).collect();
    assert!(rejected.contains(&"Serial"), "{rejected:?}");
    assert!(!rejected.contains(&"Frequency"), "{rejected:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Any bytes, any length in bits, any parameters: p-values or reasons, and the same each time.
    #[test]
    fn every_input_is_judged_or_refused(
        bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(0xFF), any::<u8>()], 0..3000),
        cut in 0usize..8,
        (template_length, serial_length, approximate_entropy_length) in (0u32..12, 0u32..12, 0u32..12),
        block in 0usize..1200,
        repeat in 1usize..20,
    ) {
        let bytes = bytes.repeat(repeat);
        let len = (bytes.len() * 8).saturating_sub(cut);
        let bits = Bits::prefix(&bytes, len).unwrap();
        let options = Options {
            constants: Constants::Exact,
            block_frequency_block: block,
            template_length,
            linear_complexity_block: block,
            serial_length,
            approximate_entropy_length,
        };
        let findings = sp800_22::run(&bits, &options);
        for finding in &findings {
            if let Outcome::PValue { statistic, p } = finding.outcome {
                prop_assert!(statistic.is_finite() && (0.0..=1.0).contains(&p));
            }
        }
        prop_assert_eq!(sp800_22::run(&bits, &options), findings);
    }
}
