//! The figures of an assessment for people.

use super::report::{Figures, IidReport, Report, RestartReport};
use core::fmt::Write as _;
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use openentropy_tests::sp800_90b::iid::ChiSquare;
use openentropy_tests::sp800_90b::restart::Peak;

/// Tables, the smallest figure and where it comes from, and what it does not mean.
pub(super) fn page(report: &Report) -> String {
    let mut page = String::new();
    match &report.restart {
        None => {
            page += &figures(&report.figures);
            page.extend(report.iid.as_ref().map(independence));
        }
        Some(restart) => {
            page += &format!("row by row\n{}\n", figures(&report.figures));
            page += &format!("column by column\n{}\n", figures(&restart.column_by_column));
            page += &restarts(restart);
        }
    }
    page + "The figure bounds what these predictors achieve on these samples; no figure shows that a source is unpredictable.\n"
}

fn figures(figures: &Figures) -> String {
    let width = figures.bits_per_symbol;
    let unit = if width == 1 { "bit" } else { "bits" };
    // Writing to a string cannot fail, here and below.
    let mut text =
        format!("{} symbols of {width} {unit}, {} different values\n\n", figures.samples, figures.alphabet);
    let _ = writeln!(text, "{:<12} {:>12} {:>12}", "estimator", "per symbol", "per bit");
    for row in &figures.estimators {
        let _ = writeln!(text, "{:<12} {:>12} {:>12}", row.name, cell(row.literal), cell(row.bitstring));
    }
    let _ =
        writeln!(text, "{:<12} {:>12.6} {:>12}\n", "smallest", figures.h_original, cell(figures.h_bitstring));
    let by = match &figures.limit {
        None => ": all symbols are the same".to_owned(),
        Some(limit) if limit.view == "literal" => format!(", by {}", limit.estimator),
        Some(limit) => {
            format!(", by {} over the bits ({width} times {})", limit.estimator, cell(figures.h_bitstring))
        }
    };
    let _ = writeln!(text, "Min-entropy: {:.6} bits per symbol{by}.", figures.min_entropy);
    if figures.below_minimum {
        let _ = writeln!(text, "Not an assessment: the standard asks for at least {MIN_SAMPLES} symbols.");
    }
    text
}

fn independence(iid: &IidReport) -> String {
    let verdict = |pass: bool| if pass { "passes" } else { "FAILS" };
    let mut text = format!(
        "\nIndependent and identically distributed? {} shuffles made\n\n{:<24} {:>14} {:>7} {:>7} {:>7}\n",
        iid.shuffles, "statistic", "value", "above", "equal", "below"
    );
    for test in &iid.permutations {
        let (name, value) = (test.statistic, value(test.value));
        let counts = format!("{:>7} {:>7} {:>7}", test.above, test.equal, test.below);
        let _ = writeln!(text, "{name:<24} {value:>14} {counts}  {}", verdict(test.pass));
    }
    let chi_square = |name: &str, test: Option<ChiSquare>| match test {
        Some(test) => format!(
            "{name:<24} {:>14.6} p {:.6}, {} degrees of freedom  {}\n",
            test.statistic,
            test.p,
            test.degrees_of_freedom,
            verdict(test.passes())
        ),
        None => format!("{name:<24} {:>14} too few samples or values  FAILS\n", "-"),
    };
    text += &chi_square("independence", iid.independence);
    text += &chi_square("goodness of fit", iid.goodness_of_fit);
    let repeat = &iid.longest_repeat;
    let _ = writeln!(
        text,
        "{:<24} {:>14} p {:.6}  {}\n",
        "longest repeat",
        repeat.length,
        repeat.p,
        verdict(repeat.passes())
    );
    text += &match iid.min_entropy {
        Some(min_entropy) => format!(
            "The IID tests pass: {min_entropy:.6} bits per symbol, if the samples are independent for a physical reason too.\n"
        ),
        None => format!("The IID tests FAIL, and the figure above stands: {}.\n", iid.failures.join(", ")),
    };
    text
}

fn restarts(restart: &RestartReport) -> String {
    let mut text = format!("restarts: {} of {} symbols each\n", restart.rows, restart.columns);
    let whence =
        if restart.initial_is_given { "" } else { " (assumed from the rows; --initial says otherwise)" };
    let _ = writeln!(text, "initial estimate: {:.6} bits per symbol{whence}", restart.initial);
    let peaks = [
        ("row", &restart.row_peak, restart.row_cutoff),
        ("column", &restart.column_peak, restart.column_cutoff),
    ];
    for (line, peak, cutoff) in peaks {
        let Peak { line: index, symbol, count } = peak;
        let _ = writeln!(
            text,
            "most frequent in a {line}: symbol {symbol}, {count} times in {line} {index}; at most {cutoff} allowed"
        );
    }
    let _ = writeln!(text, "rows that equal an earlier one: {}", restart.repeated_rows.len());
    match (restart.min_entropy, &restart.failure) {
        (Some(min_entropy), _) => {
            let _ = writeln!(
                text,
                "The restart tests pass: {min_entropy:.6} bits per symbol may be claimed at most."
            );
        }
        (None, failure) => {
            let _ = writeln!(text, "The restart tests FAIL: {}.", failure.as_deref().unwrap_or_default());
        }
    }
    if !restart.meets_the_standard {
        text += "Not the restart tests of the standard: it asks for 1000 restarts with 1000 symbols each.\n";
    }
    text
}

/// A statistic; most are whole numbers.
fn value(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.6}") }
}

fn cell(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.6}"))
}
