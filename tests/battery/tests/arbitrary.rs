//! Any input at all, to every suite: none panics, every figure is a number, every p-value lies between 0 and 1, and
//! verdicts say what the findings say.

use core::fmt::Debug;

use openentropy_tests::analysis::{
    self, AnalysisConfig, Judgement, chaos, comparison, synchrony, temporal, trial_analysis,
};
use openentropy_tests::{Bits, Finding, Outcome, Verdict, ais31, battery, ent, fips140, sp800_22};
use proptest::prelude::*;

const ALPHA: f64 = 0.01;

/// No figure of the report is beyond numbers, and none that is called a p-value is beyond 0 to 1.
fn assert_figures(report: &impl Debug, input: &str) {
    let text = format!("{report:?}");
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    assert!(!words.any(|word| word == "NaN" || word == "inf"), "{input}: {text}");
    for (place, name) in text.match_indices("p_value: ") {
        let figure = text[place + name.len()..].trim_start_matches("Some(");
        let figure = figure.split([',', ')', ' ']).next().unwrap_or_default();
        let inside = |p: f64| (0.0..=1.0).contains(&p);
        assert!(figure == "None" || figure.parse().is_ok_and(inside), "{input}: p-value {figure} in {text}");
    }
}

fn assert_findings(findings: &[Finding], input: &str) {
    let mut counts = [0; 4];
    for finding in findings {
        let (kind, statistic) = match finding.outcome {
            Outcome::NotApplicable(_) => (0, 0.0),
            Outcome::PValue { statistic, p } => {
                assert!((0.0..=1.0).contains(&p), "{input}: {finding:?}");
                (1, statistic)
            }
            Outcome::Limits { statistic, .. } => (2, statistic),
            Outcome::Described { statistic } => (3, statistic),
        };
        assert!(statistic.is_finite(), "{input}: {finding:?}");
        counts[kind] += 1;
    }
    let verdict = Verdict::over(findings, ALPHA);
    let below = |finding: &&Finding| finding.outcome.p().is_some_and(|p| p < ALPHA);
    assert_eq!((verdict.not_applicable, verdict.tested), (counts[0], counts[1]), "{input}");
    assert_eq!(verdict.failures, findings.iter().filter(below).count(), "{input}");
    assert_eq!(verdict.passes(), verdict.rejected.is_empty(), "{input}");
    assert!(verdict.band.0 <= verdict.band.1 && verdict.band.1 <= counts[1] as u64, "{input}: {verdict:?}");
    assert!(verdict.rejected.is_sorted_by(|a, b| a < b), "{input}: {verdict:?}");
    for (index, finding) in findings.iter().enumerate() {
        let rejected = verdict.rejected.contains(&index);
        match finding.outcome {
            Outcome::Limits { pass, .. } => assert_eq!(rejected, !pass, "{input}: {finding:?}"),
            // Holm rejects what Bonferroni does, and nothing that a single test would let pass.
            Outcome::PValue { p, .. } => {
                assert!(!rejected || p <= ALPHA, "{input}: {finding:?}");
                assert!(rejected || p > ALPHA / counts[1] as f64, "{input}: {finding:?}");
            }
            _ => assert!(!rejected, "{input}: {finding:?}"),
        }
    }
}

/// The suites of single bits.
fn assert_bits(bits: &Bits<'_>, input: &str) {
    let standard = sp800_22::run(bits, &sp800_22::Options::default());
    assert_eq!(standard.len(), 188, "{input}");
    let battery = battery::run(bits);
    assert_eq!(battery.len(), battery::tests().count(), "{input}");
    let procedures = ais31::run(bits);
    assert_eq!(procedures.len(), 9, "{input}");
    for findings in [standard, battery, procedures] {
        assert_findings(&findings, input);
    }
}

/// The suites of bytes, and all that analyses one source.
fn assert_bytes(bytes: &[u8], input: &str) {
    assert_findings(&fips140::run(bytes), input);
    assert_findings(&ent::run(bytes), input);
    assert_analysis(bytes, input);
    assert_figures(&chaos::analyse(bytes), input);
    assert_figures(&temporal::analyse(bytes, ALPHA), input);
    for bits_per_trial in [0, 1, 200, usize::MAX] {
        assert_figures(&trial_analysis(bytes, bits_per_trial), input);
    }
}

fn assert_analysis(bytes: &[u8], input: &str) {
    let analysis = analysis::full_analysis(bytes, "any");
    assert_figures(&analysis, input);
    let verdicts = &analysis.verdicts;
    let members = [
        ("autocorrelation", verdicts.autocorrelation),
        ("spectral", verdicts.spectral),
        ("bias", verdicts.bias),
        ("distribution", verdicts.distribution),
        ("stationarity", verdicts.stationarity),
        ("runs", verdicts.runs),
    ];
    let fails = |judgement: Judgement| judgement == Judgement::Fail;
    assert_eq!(verdicts.passes(), !members.iter().any(|&(_, judgement)| fails(judgement)), "{input}");
    for (member, judgement) in members {
        let mut tests = verdicts.tests.iter().filter(|test| test.test.starts_with(member)).peekable();
        assert_eq!(tests.peek().is_none(), judgement == Judgement::NotApplicable, "{input}: {member}");
        assert_eq!(tests.any(|test| test.rejected), fails(judgement), "{input}: {member}");
    }
    let possible = |h: f64| (0.0..=8.0).contains(&h);
    assert!(analysis.min_entropy.is_none_or(possible) && analysis.shannon_entropy.is_none_or(possible));
}

/// All that looks at two sources or more.
fn assert_pair(a: &[u8], b: &[u8], input: &str) {
    assert_figures(&comparison::compare(a, b), input);
    assert_figures(&synchrony::analyse(&[a, b], ALPHA), input);
    let config = AnalysisConfig { entropy: false, ..AnalysisConfig::default() };
    assert_figures(&analysis::analyze(&[("a", a), ("b", b)], config), input);
}

/// Eight bytes of a good generator each: SplitMix64.
fn noise(len: usize) -> Vec<u8> {
    let word = |index: u64| {
        let word = (index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ word >> 31).to_le_bytes()
    };
    (0..).flat_map(word).take(len).collect()
}

/// Inputs that upset statistics, by name: `len` bytes each.
fn shapes(len: usize) -> Vec<(String, Vec<u8>)> {
    let text = b"The quick brown fox jumps over the lazy dog.\n";
    let of = |part: &[u8]| -> Vec<u8> { part.iter().copied().cycle().take(len).collect() };
    let mut shapes = vec![
        ("noise", noise(len)),
        ("ones", vec![0xFF; len]),
        ("zeros", vec![0; len]),
        ("counter", (0..len).map(|i| i as u8).collect()),
        ("text", of(text)),
        ("period 3", of(&[1, 2, 4])),
        ("period 4096", of(&noise(4096))),
        ("alternating bytes", of(&[0x00, 0xFF])),
        ("alternating bits", vec![0x55; len]),
        ("balanced bytes", noise(len).iter().map(|&byte| if byte < 128 { 0x0F } else { 0xF0 }).collect()),
        ("period 127", of(&noise(127))),
    ];
    // A constant with one other byte: in the middle, and at the end.
    for (name, place) in [("one in the middle", len / 2), ("one at the end", len.saturating_sub(1))] {
        let mut bytes = vec![0; len];
        bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte = 1);
        shapes.push((name, bytes));
    }
    shapes.into_iter().map(|(name, bytes)| (format!("{len} bytes, {name}"), bytes)).collect()
}

#[test]
fn plain_inputs_of_every_length() {
    for len in [0, 1, 2, 3, 16, 100, 257, 1281, 2053] {
        let other = noise(len / 2 + 50);
        for (input, bytes) in shapes(len) {
            assert_bits(&Bits::new(&bytes), &input);
            assert_bytes(&bytes, &input);
            assert_pair(&bytes, &other, &input);
            assert_pair(&bytes, &bytes, &input);
        }
    }
}

#[test]
fn odd_numbers_of_bits() {
    for (input, bytes) in shapes(140) {
        for len in (0..70).chain([99, 127, 129, 255, 257, 999, 1001, 1119]) {
            let bits = Bits::prefix(&bytes, len).expect("fewer bits than there are");
            assert_bits(&bits, &format!("{input}, the first {len} bits"));
        }
    }
    let bytes = noise(70_000);
    for len in [387_839, 387_841, 559_999] {
        let bits = Bits::prefix(&bytes, len).expect("fewer bits than there are");
        assert_bits(&bits, &format!("{len} bits of noise"));
    }
}

/// Every second of them, for time's sake.
#[test]
fn plain_inputs_long_enough_for_every_test() {
    let other = noise(60_000);
    for (input, bytes) in shapes(70_001).into_iter().step_by(2) {
        assert_bits(&Bits::new(&bytes), &input);
        assert_bytes(&bytes, &input);
        assert_pair(&bytes, &other, &input);
    }
}

/// Long enough for both procedures and their repetition; every third of them.
#[test]
fn plain_inputs_long_enough_for_the_procedures() {
    for (input, bytes) in shapes(2_200_000).into_iter().step_by(3) {
        assert_findings(&ais31::run(&Bits::new(&bytes)), &input);
    }
}

/// Any bytes, few values, a part over and over, one value with some others.
fn series() -> impl Strategy<Value = Vec<u8>> {
    let len = 0..1500usize;
    let part = prop::collection::vec(any::<u8>(), 1..40);
    let places = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..9);
    prop_oneof![
        prop::collection::vec(any::<u8>(), len.clone()),
        prop::collection::vec(0..3u8, len.clone()),
        (part, len.clone()).prop_map(|(part, len)| part.into_iter().cycle().take(len).collect()),
        (any::<u8>(), len, places).prop_map(|(most, len, places)| {
            let mut bytes = vec![most; len];
            for (place, other) in places.into_iter().filter(|_| len > 0) {
                bytes[place.index(len)] = other;
            }
            bytes
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_input(bytes in series(), other in series(), cut in 0..8usize) {
        let bits = Bits::prefix(&bytes, (bytes.len() * 8).saturating_sub(cut)).expect("fewer bits");
        let input = format!("{bytes:?} and {other:?}");
        assert_bits(&bits, &input);
        assert_bytes(&bytes, &input);
        assert_pair(&bytes, &other, &input);
    }
}
