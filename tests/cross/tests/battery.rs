//! `test`: known answers, verdicts with their exit codes, several sequences, and what cannot be tested.

use openentropy_cross::{Run, run, run_with};
use serde_json::Value;
use std::path::PathBuf;

/// Digits that the reference suite prints.
const PRINTED: f64 = 1e-6;

fn vector(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors/sp800-22").join(name);
    path.to_str().expect("a path in Unicode").to_owned()
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.text()).unwrap_or_else(|error| panic!("{error}: {} {}", run.text(), run.stderr))
}

fn tests(report: &Value) -> &[Value] {
    report["tests"].as_array().expect("a list of tests")
}

/// The p-values of the first result of a test.
fn p_values(report: &Value, name: &str, variant: &str) -> Vec<f64> {
    let row = tests(report).iter().find(|row| row["name"] == name && row["variant"] == variant);
    let row = row.unwrap_or_else(|| panic!("{name} {variant} is missing"));
    row["p_values"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect()
}

/// Bytes of a generator that is good enough here: SplitMix64.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u64;
    let next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 40) as u8
    };
    core::iter::repeat_with(next).take(len).collect()
}

/// Names and variants of the results that the published p-values belong to.
const PUBLISHED: &[(&str, &str, &str)] = &[
    ("frequency", "Frequency", ""),
    ("block_frequency", "BlockFrequency", ""),
    ("cusum_forward", "CumulativeSums", "forward"),
    ("cusum_reverse", "CumulativeSums", "reverse"),
    ("runs", "Runs", ""),
    ("longest_run", "LongestRun", ""),
    ("rank", "Rank", ""),
    ("dft", "FFT", ""),
    ("nonoverlapping_000000001", "NonOverlappingTemplate", "000000001"),
    ("overlapping", "OverlappingTemplate", ""),
    ("universal", "Universal", ""),
    ("approximate_entropy", "ApproximateEntropy", ""),
    ("random_excursions_x1", "RandomExcursions", "+1"),
    ("random_excursions_variant_xm1", "RandomExcursionsVariant", "-1"),
    ("linear_complexity", "LinearComplexity", ""),
    ("serial_p1", "Serial", "first difference"),
];

#[test]
fn published_p_values_come_out_with_the_published_constants() {
    let known = std::fs::read(vector("expected_1e6.json")).expect("the file");
    let known: Value = serde_json::from_slice(&known).expect("JSON");
    let mut compared = 0;
    for (name, known) in known["sequences"].as_object().expect("an object") {
        let Some(published) = known["published_p"].as_object() else { continue };
        let file = vector(known["file"].as_str().expect("a name"));
        let run = run(&["test", &file, "--constants", "sts", "--json", "--quiet"]);
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{name}");
        let report = json(&run);
        assert_eq!(
            (tests(&report).len(), &report["constants"], &report["bits"]),
            (188, &"sts".into(), &1_000_000.into())
        );
        for (key, expected) in published {
            let Some((_, test, variant)) = PUBLISHED.iter().find(|row| row.0 == key) else {
                panic!("{name} has {key}, which no result is compared with");
            };
            let Some(expected) = expected.as_f64() else { continue }; // not published for this sequence
            compared += 1;
            let p = p_values(&report, test, variant)[0];
            assert!((p - expected).abs() <= PRINTED, "{name} {key}: {p} instead of {expected}");
        }
        let exact = &known["p_with_exact_class_probabilities"];
        let report = json(&openentropy_cross::run(&["test", &file, "--json", "--quiet"]));
        for (key, test) in [("longest_run", "LongestRun"), ("linear_complexity", "LinearComplexity")] {
            if let Some(expected) = exact[key].as_f64() {
                let p = p_values(&report, test, "")[0];
                assert!((p - expected).abs() <= PRINTED, "{name} {key}, exact: {p} instead of {expected}");
            }
        }
    }
    assert!(compared >= 60, "{compared} p-values compared");
}

#[test]
fn several_sequences_have_a_p_value_each_and_a_second_level() {
    let known = std::fs::read(vector("second_level_pi_10x100000.json")).expect("the file");
    let known: Value = serde_json::from_slice(&known).expect("JSON");
    let run = run(&["test", &vector("pi.1e6.bin"), "--sequences", "10", "--constants", "sts", "--json"]);
    let report = json(&run);
    assert_eq!((run.code(), &report["sequences"], &report["verdict"]), (0, &10.into(), &"pass".into()));
    for name in ["Frequency", "BlockFrequency", "Runs", "LongestRun", "Rank", "FFT"] {
        let expected: Vec<f64> =
            known["p_values"][name].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
        let ours = p_values(&report, name, "");
        assert_eq!(ours.len(), 10);
        let is_close = ours.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= PRINTED);
        assert!(is_close, "{name}: {ours:?} instead of {expected:?}");
    }
    let row = &tests(&report)[0];
    assert_eq!((&row["second_level"]["passed"], &row["statistic"]), (&10.into(), &Value::Null), "{row}");
    assert_eq!(row["second_level"]["histogram"].as_array().map(Vec::len), Some(10));
    let universal = tests(&report).iter().find(|row| row["name"] == "Universal").expect("a row");
    assert_eq!((&universal["applicable"], &universal["pass"]), (&false.into(), &Value::Null));
    assert!(universal["reason"].as_str().expect("a reason").contains("387840"));
}

/// Statistics with few values have p-values that tie, which is no fault of the data.
#[test]
fn good_data_in_many_sequences_pass() {
    let good = noise(1 << 20);
    for arguments in
        [["--suite", "battery", "--sequences", "64"], ["--suite", "sp800-22", "--sequences", "1024"]]
    {
        let run = run_with(&[&["test", "--json"], &arguments[..]].concat(), &good);
        let report = json(&run);
        assert_eq!((run.code(), &report["verdict"]), (0, &"pass".into()), "{}", failing(&report));
        assert!(tests(&report).iter().any(|row| row["second_level"]["has_few_values"] == true));
        let stuck = run_with(&[&["test", "--json"], &arguments[..]].concat(), &good[..1 << 14].repeat(64));
        assert_eq!(stuck.code(), 1, "the same sequences again and again");
    }
}

/// Every suite answers, and its verdict is the exit code.
#[test]
fn verdicts_are_exit_codes() {
    let (good, bad) = (noise(1 << 20), [0xAA; 1 << 17]);
    for suite in ["sp800-22", "battery", "fips", "ais31", "ent", "all"] {
        let pass = run_with(&["test", "--suite", suite, "--json"], &good);
        let report = json(&pass);
        assert_eq!((pass.code(), &report["verdict"]), (0, &"pass".into()), "{suite}: {}", failing(&report));
        assert_eq!((&report["suite"], &report["bits"]), (&suite.into(), &8_388_608.into()));
        assert!(report["expected_failures"].is_number() && report["band"].is_array());
        let fail = run_with(&["test", "--suite", suite, "--json", "--threads", "1"], &bad);
        let report = json(&fail);
        if suite == "ais31" {
            assert_eq!((fail.code(), &report["verdict"]), (0, &"none".into()), "too short for every test");
        } else {
            assert_eq!((fail.code(), &report["verdict"]), (1, &"fail".into()), "{suite}");
            assert!(report["rejected"].as_u64() > Some(0));
        }
    }
}

fn failing(report: &Value) -> String {
    let names = tests(report).iter().filter(|row| row["rejected"] == true).map(|row| row["name"].to_string());
    names.collect::<Vec<_>>().join(", ")
}

#[test]
fn threads_and_forms_of_input_change_nothing() {
    let bytes = noise(30_000);
    let text: Vec<u8> = bytes.iter().flat_map(|byte| format!("{byte:08b}\n").into_bytes()).collect();
    let low: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..4).rev().map(move |at| byte >> (2 * at) & 3)).collect();
    let reports = [
        run_with(&["test", "--suite", "all", "--json", "--threads", "1"], &bytes),
        run_with(&["test", "--suite", "all", "--json", "--threads", "2", "--packed", "-"], &bytes),
        run_with(&["test", "--suite", "all", "--json", "--format", "bits-text"], &text),
        run_with(&["test", "--suite", "all", "--json", "--bits", "2"], &low),
    ];
    assert!(reports[0].stdout.len() > 10_000);
    for report in &reports {
        assert_eq!(report.stdout, reports[0].stdout);
    }
}

/// Suites that stream and the same bytes read whole agree.
#[test]
fn streaming_is_the_same_as_reading_all() {
    let bytes = noise(100_000);
    for suite in ["fips", "ent"] {
        let streamed = run_with(&["test", "--suite", suite, "--json"], &bytes);
        let whole = run_with(
            &["test", "--suite", suite, "--json", "--bits", "8", "--format", "bits-text"],
            &text_of(&bytes),
        );
        assert_eq!(streamed.stdout, whole.stdout, "{suite}");
    }
}

fn text_of(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:08b}").into_bytes()).collect()
}

#[test]
fn the_table_folds_variants_and_says_what_chance_gives() {
    let file = vector("pi.1e6.bin");
    let folded = run(&["test", &file]);
    assert!(folded.stderr.contains("every byte (assumed)"), "{}", folded.stderr);
    let lines = |run: &Run, name: &str| run.text().lines().filter(|line| line.starts_with(name)).count();
    assert_eq!(lines(&folded, "NonOverlappingTemplate "), 1);
    for words in ["good data give 1.9 on average", "Verdict: the data pass", "Passing shows no entropy"] {
        assert!(folded.text().contains(words), "{words}: {}", folded.text());
    }
    let verbose = run(&["test", &file, "--verbose", "--quiet"]);
    assert_eq!((lines(&verbose, "  0") + lines(&verbose, "  1"), verbose.stderr.as_str()), (148, ""));
    let cut = run_with(&["test", "--sequences", "3"], &noise(1000));
    assert!(cut.stderr.contains("last 2 bits fill no sequence"), "{}", cut.stderr);
    let text = run_with(&["test"], &b"0110100".repeat(100));
    assert!(text.stderr.contains("--format bits-text"), "{}", text.stderr);
    let low = run_with(&["test"], &[0, 1, 1, 0, 1].repeat(100));
    assert!(low.stderr.contains("--bits 1"), "{}", low.stderr);
}

#[test]
fn bad_input_is_explained() {
    let cases: &[(&[&str], &[u8], &str)] = &[
        (&["test"], b"", "empty"),
        (&["test", "--suite", "ent"], b"", "empty"),
        (&["test", "--bits", "1"], &[0, 1, 2], "byte 2 "),
        (&["test", "--format", "bits-text"], b"01x", "byte 2 "),
        (&["test", "--sequences", "9"], b"a", "8 bits cannot be cut into 9"),
        (&["test", "--sequences", "2", "--suite", "fips"], &[0; 9000], "--sequences"),
        (&["test", "--sequences", "0"], &[0; 9], "0"),
        (&["test", "--alpha", "1"], &[0; 9], "above 0 and below 1"),
        (&["test", "--alpha", "nan"], &[0; 9], "above 0 and below 1"),
        (&["test", "--suite", "dieharder"], &[0; 9], "sp800-22"),
        (&["test", "--report", "report.pdf"], &[0; 9], ".html"),
        (&["test", "--report", "/no/such/folder/report.md"], &[0; 9], "/no/such/folder"),
        (&["test", "/no/such/file"], b"", "/no/such/file"),
    ];
    for (arguments, input, word) in cases {
        let run = run_with(arguments, input);
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{arguments:?} does not mention {word}: {}", run.stderr);
    }
}

/// Anything with a byte in it has a report without a figure that is none: no panic, no NaN.
#[test]
fn odd_data_have_a_report() {
    let inputs: [&[u8]; 6] =
        [&[0], &[255; 2], b"text, and NULs: \0\0\0\0", &[0; 5000], &[0x55; 5000], &[1, 0, 0, 0, 0]];
    for input in inputs {
        for arguments in [
            &["test", "--suite", "all", "--json"][..],
            &["test", "--suite", "all", "--sequences", "3", "--json"],
        ] {
            let run = run_with(arguments, input);
            assert!(run.code() < 2, "{input:?}: {}", run.stderr);
            assert!(!run.text().contains("NaN") && json(&run)["tests"].is_array());
        }
    }
}
