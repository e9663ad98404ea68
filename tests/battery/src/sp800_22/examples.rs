//! The worked examples in the text of SP 800-22 Rev. 1a, section 2, as `tests/vectors/sp800-22/intext_examples.json` has them.

use super::walk::Visits;
use super::*;
use serde_json::Value;

const EXAMPLES: &str = include_str!("../../../vectors/sp800-22/intext_examples.json");
const E: &[u8] = include_bytes!("../../../vectors/sp800-22/e.1e6.bin");

/// What the example's test gives: statistics by their name in the file, and p-values.
fn compute(test: &str, bits: &Bits<'_>, parameters: &Value) -> (Vec<(&'static str, f64)>, Vec<f64>) {
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
fn compute_by_hand(section: &str, bits: &Bits<'_>) -> Option<(Vec<(&'static str, f64)>, Vec<f64>)> {
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
    let low = |text: &[u8]| {
        let bits = Bits::from_ascii(text).unwrap();
        dft::low_lines(&bits, bits.len() as f64 * 20f64.ln())
    };
    assert_eq!(low(b"1001010011"), 5);
    let pi = b"1100100100001111110110101010001000100001011010001100001000110100110001001100011001100010100010111000";
    assert_eq!(low(pi), 48);
}
