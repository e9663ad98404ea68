//! Results as a table for people.

use super::results::{Results, Row};
use super::summary::Summary;
use core::fmt::Write as _;

/// The table, and the verdict below it; `is_verbose` gives every variant its line.
pub(super) fn page(results: &Results, is_verbose: bool) -> String {
    let (about, alpha) = (&results.about, results.verdict.alpha);
    let mut page = format!("{}: {}\n\n", about.place, about.summary());
    page += &row("test", "results", "lowest p", &format!("< {alpha}"), "verdict");
    let mut suite = "";
    for rows in results.tests() {
        let Some(first) = rows.first() else { continue };
        if about.suite == "all" && suite != first.suite {
            suite = first.suite;
            let _ = writeln!(page, "\n{suite}"); // writing to a string cannot fail
        }
        page += &line(first.info.name, rows, alpha);
        if is_verbose && rows.len() > 1 {
            page.extend(
                rows.iter().map(|row| line(&format!("  {}", row.variant), core::slice::from_ref(row), alpha)),
            );
        }
    }
    page.push('\n');
    for words in [results.count_words(), results.mark_words()].into_iter().flatten() {
        page += &format!("{words}.\n");
    }
    page + &format!(
        "Verdict: {}: {}.\n{}\n",
        results.verdict_head(),
        results.verdict_words(),
        results.caution()
    )
}

/// One line for all of `rows`.
fn line(name: &str, rows: &[Row], alpha: f64) -> String {
    let Summary { lowest, below, verdict, .. } = Summary::of(rows, alpha);
    row(name, &rows.len().to_string(), &lowest, &below, &verdict)
}

fn row(name: &str, results: &str, p: &str, below: &str, verdict: &str) -> String {
    format!("{name:<28} {results:>7}  {p:>9}  {below:>6}  {verdict}\n")
}
