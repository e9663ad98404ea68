//! `assess` and `condition-entropy`: known answers, forms of input, verdicts, and what cannot be judged.

use openentropy_cross::{Run, run, run_with};
use serde_json::Value;
use std::path::PathBuf;

/// The reference tool's own builds differ by 1e-10; a tool of another make passes with 1e-6.
const TOLERANCE: f64 = 1e-9;

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors/sp800-90b")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.text()).unwrap_or_else(|error| panic!("{error}: {} {}", run.text(), run.stderr))
}

fn assert_close(what: &str, actual: &Value, expected: &Value) {
    match (actual.as_f64(), expected.as_f64()) {
        (Some(actual), Some(expected)) => {
            let error = (actual - expected).abs() / expected.abs().max(1.0);
            assert!(error <= TOLERANCE, "{what}: {actual} instead of {expected}");
        }
        (actual, expected) => assert_eq!(actual, expected, "{what}"),
    }
}

/// Bytes of a generator that is good enough here: SplitMix64.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u64;
    let next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 40) as u8
    };
    core::iter::repeat_with(next).take(len).collect()
}

/// Every set of the reference tool, through the program.
#[test]
fn json_agrees_with_the_reference_tool() {
    let file = vectors().join("expected_non_iid.json");
    let sets: Value = serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON");
    for (name, expected) in sets.as_object().expect("an object") {
        let data = vectors().join(expected["file"].as_str().expect("a name"));
        let bits = expected["bits_per_symbol"].to_string();
        let data = data.to_str().expect("a path in Unicode");
        let run = run(&["assess", data, "--packed", "--bits", &bits, "--json", "--quiet"]);
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{name}");
        let report = json(&run);
        assert_eq!(report["samples"], expected["samples"], "{name}");
        assert_eq!(report["bits_per_symbol"], expected["bits_per_symbol"], "{name}");
        assert_eq!(report["below_minimum"], expected["samples"].as_u64() < Some(1_000_000), "{name}");
        for (ours, theirs) in
            [("h_original", "h_original"), ("h_bitstring", "h_bitstring"), ("min_entropy", "assessed")]
        {
            assert_close(&format!("{name} {ours}"), &report[ours], &expected[theirs]);
        }
        let estimators = report["estimators"].as_array().expect("a list");
        assert_eq!(estimators.len(), ESTIMATORS.len());
        for (row, (ours, theirs)) in estimators.iter().zip(ESTIMATORS) {
            assert_eq!(row["name"], *ours);
            for view in ["literal", "bitstring"] {
                let theirs = &expected["estimators"][view][theirs]["min_entropy"];
                assert_close(&format!("{name} {view} {ours}"), &row[view], theirs);
            }
        }
    }
}

/// The names of the ten estimators, here and in the file of known answers.
const ESTIMATORS: &[(&str, &str)] = &[
    ("mcv", "most_common_value"),
    ("collision", "collision"),
    ("markov", "markov"),
    ("compression", "compression"),
    ("t_tuple", "t-tuple"),
    ("lrs", "lrs"),
    ("multi_mcw", "multimcw"),
    ("lag", "lag"),
    ("multi_mmc", "multimmc"),
    ("lz78y", "lz78y"),
];

/// Four ways to write the same one-bit symbols down.
#[test]
fn all_forms_of_input_hold_the_same_symbols() {
    let packed = std::fs::read(vectors().join("rand1_short.w1.bin")).expect("the file");
    let bits = || packed.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1));
    let bytes: Vec<u8> = bits().collect();
    let text: Vec<u8> = bits().map(|bit| b'0' + bit).chain([b'\n']).collect();
    let forms: [(&[u8], &[&str]); 4] = [
        (&packed, &["assess", "--json", "--bits", "1", "--packed", "-"]),
        (&bytes, &["assess", "--json", "--bits", "1"]),
        (&text, &["assess", "--json", "--format", "bits-text"]),
        (&text, &["assess", "--json", "--format", "bits-text", "--bits", "1", "--threads", "1"]),
    ];
    let reports: Vec<Value> =
        forms.iter().map(|(input, arguments)| json(&run_with(arguments, input))).collect();
    assert_eq!(reports[0]["samples"], 10_000);
    assert!(reports.iter().all(|report| *report == reports[0]));
}

#[test]
fn what_is_assumed_is_said() {
    let said = run_with(&["assess"], &noise(3000));
    assert_eq!(said.code(), 0, "{}", said.stderr);
    assert!(said.stderr.contains("8 bits a byte (assumed"), "{}", said.stderr);
    assert!(
        said.text().contains("Not an assessment") && said.text().contains("Min-entropy: "),
        "{}",
        said.text()
    );
    let text = run_with(&["assess"], &b"01".repeat(500));
    assert!(text.stderr.contains("--format bits-text"), "{}", text.stderr);
    let left_over = run_with(&["assess", "--packed", "--bits", "3"], &noise(1000));
    assert!(left_over.stderr.contains("last 2 bits"), "{}", left_over.stderr);
    let quiet = run_with(&["assess", "--quiet"], &noise(3000));
    assert_eq!(quiet.stderr, "");
}

/// The same bytes whatever the number of threads.
#[test]
fn threads_change_nothing() {
    let input = noise(20_000);
    let [one, two] =
        ["1", "2"].map(|threads| run_with(&["assess", "--json", "--iid", "--threads", threads], &input));
    assert_eq!(one.code(), two.code());
    assert_eq!(one.stdout, two.stdout);
}

#[test]
fn constant_samples_have_no_entropy_and_no_estimates() {
    let report = json(&run_with(&["assess", "--json"], &[7; 500]));
    assert_eq!((&report["min_entropy"], &report["limit"]), (&0.0.into(), &Value::Null));
    let estimators = report["estimators"].as_array().expect("a list");
    assert!(estimators.iter().all(|row| row["literal"].is_null() && row["bitstring"].is_null()));
}

#[test]
fn the_iid_track_has_its_own_figure_and_exit_code() {
    // Of so few samples of eight bits the independence test merges pairs until its law no longer holds: four bits here.
    let nibbles: Vec<u8> = noise(20_000).iter().map(|byte| byte >> 4).collect();
    let good = run_with(&["assess", "--json", "--iid", "--bits", "4"], &nibbles);
    let report = json(&good);
    assert_eq!((good.code(), &report["iid"]["pass"]), (0, &true.into()), "{report}");
    let (iid, other) = (report["iid"]["min_entropy"].as_f64(), report["min_entropy"].as_f64());
    assert!(iid > other, "{iid:?} is no more than {other:?}");
    let ramp: Vec<u8> = (0..2000).map(|index| (index / 8) as u8).collect();
    let failed = run_with(&["assess", "--json", "--iid"], &ramp);
    let report = json(&failed);
    assert_eq!((failed.code(), &report["iid"]["pass"]), (1, &false.into()));
    assert!(report["iid"]["min_entropy"].is_null());
    assert_eq!(report["iid"]["permutations"].as_array().map(Vec::len), Some(19));
    assert!(run_with(&["assess", "--iid"], &ramp).text().contains("IID tests FAIL"));
}

#[test]
fn restarts_are_judged_row_by_row_and_column_by_column() {
    let sound = noise(10_000);
    let good = run_with(&["assess", "--json", "--restart", "100x100", "--initial", "4"], &sound);
    let report = json(&good);
    let restart = &report["restart"];
    assert_eq!(
        (good.code(), &restart["pass"], &restart["min_entropy"]),
        (0, &true.into(), &4.0.into()),
        "{report}"
    );
    assert_eq!(restart["meets_the_standard"], false);
    let mut stuck = sound.clone();
    stuck.iter_mut().step_by(100).for_each(|first| *first = 9);
    let bad = run_with(&["assess", "--json", "--restart", "100x100", "--initial", "4"], &stuck);
    let restart = &json(&bad)["restart"];
    assert_eq!((bad.code(), &restart["pass"], &restart["min_entropy"]), (1, &false.into(), &Value::Null));
    assert_eq!(restart["column_peak"], serde_json::json!({"line": 0, "symbol": 9, "count": 100}));
    let text = run_with(&["assess", "--restart", "100x100"], &stuck);
    assert!(text.text().contains("restart tests FAIL") && text.stderr.contains("assumed"), "{}", text.text());
}

/// What cannot be judged: exit code 2, a sentence that helps, nothing on standard output.
#[test]
fn bad_input_is_explained() {
    let four = ["assess", "--bits", "4"];
    let cases: &[(&[&str], &[u8], &str)] = &[
        (&["assess"], b"", "empty"),
        (&["assess"], b"a", "two at least"),
        (&four, &[1, 2, 16, 3], "byte 2 "),
        (&["assess", "--format", "bits-text"], b"0102", "byte 3 "),
        (&["assess", "--format", "bits-text"], b"\n\n", "white space only"),
        (&["assess", "--restart", "10x10"], &[0; 101], "100 symbols, not 101"),
        (&["assess", "--restart"], &[0; 100], "1000000 symbols, not 100"),
        (&["assess", "--restart", "tenx10"], &[0; 100], "ROWSxCOLUMNS"),
        (&["assess", "--restart", "10x10", "--iid"], &[0; 100], "--iid"),
        (&["assess", "--initial", "3"], &[0; 100], "--restart"),
        (&["assess", "--bits", "9"], &[0; 100], "9"),
        (&["assess", "--bits", "0"], &[0; 100], "0"),
        (&["assess", "--threads", "0"], &[0; 100], "0"),
        (&["assess", "/no/such/file"], b"", "/no/such/file"),
        (&["assess", "/"], b"", "/"),
    ];
    for (arguments, input, word) in cases {
        let run = run_with(arguments, input);
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{arguments:?} does not mention {word}: {}", run.stderr);
    }
}

/// Ten gigabytes that take no room on the disk: refused by their size, before a byte is read.
#[test]
fn a_file_that_would_not_fit_in_memory_is_refused_with_what_it_needs() {
    let path = std::env::temp_dir().join(format!("openentropy-huge-{}", std::process::id()));
    let file = std::fs::File::create(&path).expect("a file of our own");
    file.set_len(10_000_000_000_000).expect("a sparse file");
    let name = path.to_str().expect("a path in Unicode");
    let refused = [run(&["assess", name]), run(&["test", name, "--suite", "all"])];
    std::fs::remove_file(&path).expect("the file can go");
    for run in refused {
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{}", run.stderr);
        assert!(run.stderr.contains("TB of memory") && run.stderr.contains("head -c "), "{}", run.stderr);
    }
}

#[test]
fn conditioned_output_is_worth_what_the_standard_says() {
    let figure = |arguments: &[&str]| {
        let run = run(&[&["condition-entropy", "--json"], arguments].concat());
        assert_eq!(run.code(), 0, "{}", run.stderr);
        json(&run)
    };
    let known =
        std::fs::read(vectors().join("../health/conditioning_output_entropy.json")).expect("the file");
    let known: Value = serde_json::from_slice(&known).expect("JSON");
    for row in known.as_array().expect("a list").iter().take(12) {
        let [n_in, n_out, nw, h_in] = ["n_in", "n_out", "nw", "h_in"].map(|name| row[name].to_string());
        let widths = ["--n-in", &n_in, "--n-out", &n_out, "--nw", &nw, "--h-in", &h_in, "--h-prime", "1"];
        let expected: f64 = row["output_entropy"].as_str().expect("a text").parse().expect("a number");
        let output = figure(&widths)["output_entropy"].as_f64().expect("a number");
        assert!((output - expected).abs() <= TOLERANCE * expected, "{row}: {output}");
    }
    let sha256 = figure(&["--vetted", "SHA256", "--n-in", "512", "--n-out", "256", "--h-in", "320"]);
    assert_eq!((&sha256["nw"], &sha256["full_entropy"]), (&256.into(), &true.into()));
    assert!((sha256["min_entropy"].as_f64().expect("a number") - 256.0).abs() < 1e-9);
    let crc = figure(&["--n-in", "128", "--n-out", "64", "--nw", "64", "--h-in", "128", "--h-prime", "0.9"]);
    assert_eq!((&crc["min_entropy"], &crc["vetted"]), (&57.6.into(), &Value::Null));
    let most = figure(&["--n-in", "128", "--n-out", "64", "--nw", "64", "--h-in", "128", "--h-prime", "1"]);
    assert_eq!(most["min_entropy"], 0.999 * 64.0);
    let text = run(&[
        "condition-entropy",
        "--n-in",
        "8",
        "--n-out",
        "8",
        "--nw",
        "8",
        "--h-in",
        "4",
        "--h-prime",
        "1",
    ]);
    assert!(text.text().contains("not vetted") && text.text().contains("Min-entropy: "), "{}", text.text());
}

#[test]
fn impossible_components_are_explained() {
    let wrong: &[(&str, &str)] = &[
        ("--n-in 8 --n-out 8 --nw 8 --h-in 9 --h-prime 1", "between 0 and its number of bits"),
        ("--n-in 8 --n-out 8 --nw 8 --h-in NaN --h-prime 1", "between 0 and its number of bits"),
        ("--n-in 0 --n-out 8 --nw 8 --h-in 0 --h-prime 1", "zero"),
        ("--n-in 512 --n-out 257 --h-in 300 --vetted sha256", "wider"),
        ("--n-in 512 --n-out 256 --h-in 300 --vetted md5", "hmac_sha256"),
        ("--n-in 512 --n-out 256 --h-in 300 --vetted sha256 --nw 7", "--nw"),
        ("--n-in 512 --n-out 256 --h-in 300 --nw 256", "--h-prime"),
        ("--n-in 512 --n-out 256 --h-in 300 --h-prime 0.5", "--nw"),
        ("--n-in 512 --n-out 256 --h-in 300 --nw 256 --h-prime 2", "between 0 and 1"),
    ];
    for (line, word) in wrong {
        let arguments: Vec<&str> = core::iter::once("condition-entropy").chain(line.split(' ')).collect();
        let run = run(&arguments);
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{line}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{line} does not mention {word}: {}", run.stderr);
    }
}
