//! The figures of an assessment for people.

use super::report::{Figures, Report, RestartReport};
use core::fmt::Write as _;
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use openentropy_tests::sp800_90b::restart::Peak;

/// Tables, the smallest figure and where it comes from, and what it does not mean.
pub(super) fn page(report: &Report) -> String {
    let mut page = String::new();
    match &report.restart {
        None => page += &figures(&report.figures),
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
    // Writing to a string cannot fail, here and below.
    let mut text =
        format!("{} symbols of {width} bits, {} different values\n\n", figures.samples, figures.alphabet);
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

fn cell(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.6}"))
}
