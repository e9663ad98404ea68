//! The worked examples in the text of SP 800-22 Rev. 1a, and the second level of a run of the reference suite. They are below the
//! minimum of some tests, hence here; the p-values of whole sequences are in `tests/sp800_22.rs`.

use super::walk::Visits;
use super::*;
use serde_json::Value;

const EXAMPLES: &str = include_str!("../../../vectors/sp800-22/intext_examples.json");
const SECOND_LEVEL: &str = include_str!("../../../vectors/sp800-22/second_level_pi_10x100000.json");
const PI: &[u8] = include_bytes!("../../../vectors/sp800-22/pi.1e6.bin");
const E: &[u8] = include_bytes!("../../../vectors/sp800-22/e.1e6.bin");

/// Statistics by their name in the file, and p-values.
type Figures = (Vec<(&'static str, f64)>, Vec<f64>);

/// What the example's test gives.
fn compute(test: &str, bits: &Bits<'_>, parameters: &Value) -> Figures {
    let parameter = |name: &str| parameters[name].as_u64().unwrap();
    let outcomes = match test {
        "frequency" => vec![("S_n", frequency::evaluate(bits))],
        "block_frequency" => vec![("chi2", block_frequency::evaluate(bits, parameter("M") as usize))],
        "runs" => vec![("V_n", runs::evaluate(bits))],
        "longest_run" => vec![("chi2", longest_run::evaluate(bits, Constants::Sts))],
        "rank" => vec![("chi2", rank::evaluate(bits))],
        "dft" => vec![("d", dft::evaluate(bits))],
        "nonoverlapping_template" => {
            let template = u32::from_str_radix(parameters["B"].as_str().unwrap(), 2).unwrap();
            let results = non_overlapping_template::evaluate(bits, 3, parameter("N") as usize);
            vec![("chi2", results.into_iter().find(|&(it, _)| it == template).unwrap().1)]
        }
        "overlapping_template" => vec![("chi2", overlapping_template::evaluate(bits, Constants::Sts))],
        "linear_complexity" => {
            vec![("chi2", linear_complexity::test(bits, parameter("M") as usize, Constants::Sts))]
        }
        "serial" => {
            let [first, second] = serial::evaluate(bits, parameter("m") as u32);
            vec![("del1", first), ("del2", second)]
        }
        "approximate_entropy" => vec![("chi2", approximate_entropy::evaluate(bits, parameter("m") as u32))],
        "cusum_forward" => vec![("z", cumulative_sums::evaluate(bits)[0])],
        "cusum_reverse" => vec![("z", cumulative_sums::evaluate(bits)[1])],
        "random_excursions" => vec![("chi2", random_excursions::evaluate(&Visits::of(bits), 1))],
        "random_excursions_variant" => {
            vec![("xi", random_excursions_variant::evaluate(&Visits::of(bits), 1))]
        }
        other => panic!("no such test: {other}"),
    };
    outcomes
        .into_iter()
        .map(|(name, outcome)| ((name, outcome.statistic().unwrap()), outcome.p().unwrap()))
        .unzip()
}

/// Examples that apply a formula to figures that no sequence has.
fn compute_by_hand(section: &str, bits: &Bits<'_>) -> Option<Figures> {
    match section {
        // Two matrices of three rows, judged by the probabilities of those of 32 rows, which the text rounds.
        "2.5.4" => {
            let statistic = classes::chi_square(&[1, 1, 0], &[0.2888, 0.5776, 0.1336]);
            Some((vec![("chi2", statistic)], vec![(-statistic / 2.0).exp()]))
        }
        // Blocks of two bits, with the variance of a single distance.
        "2.9.4" => {
            let (mean, _) = universal::mean_logarithm(bits, 2, 4);
            Some((vec![("f_n", mean)], vec![universal::p(mean, 1.5374383, 1.338f64.sqrt())]))
        }
        "2.10.4" => Some((vec![("L", linear_complexity::complexity(bits) as f64)], vec![])),
        _ => None,
    }
}

#[test]
fn every_example_of_the_text_comes_out() {
    let file: Value = serde_json::from_str(EXAMPLES).unwrap();
    let examples = file["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 25);
    for example in examples {
        let (section, test) = (example["section"].as_str().unwrap(), example["test"].as_str().unwrap());
        let bits = match example["input"].as_str().unwrap() {
            "e.1e6.bin" => Bits::new(E),
            "first 100000 bits of e.1e6.bin" => Bits::new(&E[..12_500]),
            text => Bits::from_ascii(text.as_bytes()).unwrap(),
        };
        let (statistics, p_values) =
            compute_by_hand(section, &bits).unwrap_or_else(|| compute(test, &bits, &example["parameters"]));
        let printed = if example["reproducible_p"].is_null() {
            &example["published_p"]
        } else {
            &example["reproducible_p"]
        };
        for (p, printed) in p_values.iter().zip(printed.as_array().into_iter().flatten()) {
            let printed = printed.as_f64().unwrap();
            assert!((p - printed).abs() < 1e-6, "{section} {test}: p {p} against {printed}");
        }
        assert_eq!(p_values.len(), printed.as_array().map_or(0, Vec::len), "{section}");
        for (name, statistic) in statistics {
            if let Some(printed) = example["statistics"][name].as_f64() {
                assert!(
                    (statistic - printed).abs() < 1e-6,
                    "{section}: {name} {statistic} against {printed}"
                );
            }
        }
    }
}

/// The spectral examples print wrong counts of lines: 4 for 5 (2.6.4), 46 for 48 (2.6.8).
#[test]
fn the_spectral_examples_have_more_low_lines_than_printed() {
    let low = |bits: &Bits<'_>| dft::low_lines(bits, bits.len() as f64 * 20f64.ln());
    assert_eq!(low(&Bits::from_ascii(b"1001010011").unwrap()), 5);
    // The binary expansion of pi begins with its whole part, 11.
    assert_eq!(low(&Bits::prefix(PI, 100).unwrap()), 48);
}

/// Ten sequences of 100,000 bits of pi, as the suite STS 2.1.2 judges them. It takes the serial test with sixteen bits for so
/// short sequences, too, against the standard's condition.
#[test]
fn the_second_level_is_that_of_the_reference_suite() {
    let file: Value = serde_json::from_str(SECOND_LEVEL).unwrap();
    let options = Options { constants: Constants::Sts, ..Options::default() };
    let pi = Bits::new(PI);
    let mut findings = run_sequences(&pi, 10, &options);
    for (row, bits) in findings.iter_mut().zip(sections(&pi, 10)) {
        let serial = row.iter_mut().filter(|finding| finding.info.name == "Serial");
        for (finding, outcome) in serial.zip(serial::evaluate(&bits, 16)) {
            assert_eq!(core::mem::replace(&mut finding.outcome, outcome), Outcome::too_short(524_288));
        }
    }
    let of = |name: &str, which: usize| -> Vec<f64> {
        let row = |row: &Vec<Finding>| row.iter().filter(|it| it.info.name == name).nth(which)?.outcome.p();
        findings.iter().filter_map(row).collect()
    };
    for (label, expected) in file["p_values"].as_object().unwrap() {
        let (name, which) = label.split_once('_').unwrap_or((label, "1"));
        let p_values = of(name, which.parse::<usize>().unwrap() - 1);
        assert_eq!(p_values.len(), 10, "{label}");
        for (p, expected) in p_values.iter().zip(expected.as_array().unwrap()) {
            assert!((p - expected.as_f64().unwrap()).abs() < 1e-6, "{label}: {p} against {expected}");
        }
    }
    let rows = second_level::judge(&findings);
    let rows: Vec<&SecondLevel> = rows.iter().filter(|row| row.info.name != "Universal").collect();
    let expected = file["second_level"].as_array().unwrap();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.into_iter().zip(expected) {
        let label = format!("{} {}", row.info.name, row.variant);
        assert_eq!(row.info.name, expected["test"]);
        assert_eq!(
            (row.sequences, row.passed),
            (expected["of"].as_u64().unwrap(), expected["passed"].as_u64().unwrap()),
            "{label}"
        );
        let bins = expected["bins"].as_array().unwrap().iter().map(|bin| bin.as_u64().unwrap());
        assert!(row.histogram.into_iter().eq(bins), "{label}");
        // The suite computes none from fewer than ten p-values.
        if let Some(expected) = expected["uniformity_p"].as_f64() {
            assert!((row.uniformity_p.unwrap() - expected).abs() < 1e-6, "{label}");
        }
    }
}
