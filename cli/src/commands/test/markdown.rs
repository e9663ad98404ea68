//! The report as Markdown, its plots in characters.

use super::plots::Plots;
use super::results::Results;
use super::summary::Summary;
use crate::plot::Plot;
use core::fmt::Write as _;
use openentropy_tests::Bits;

/// Verdict, table, plots, and what each test can and cannot find.
pub(super) fn page(results: &Results, bits: &Bits<'_>) -> String {
    let about = &results.about;
    let words = [results.count_words(), results.mark_words()].into_iter().flatten();
    let count: String = words.map(|words| format!("{words}.\n\n")).collect();
    let mut text = format!(
        "# Tests of randomness: {}\n\n{}.\n\n**Verdict: {}: {}.**\n\n{count}{}\n\n## Results\n\n",
        cell(&about.place),
        about.summary(),
        results.verdict_head(),
        results.verdict_words(),
        results.caution()
    );
    text += &table(results);
    text += "\n## Pictures\n";
    let plots = Plots::new(results, bits);
    let raster: &dyn Plot = &plots.raster;
    text.extend(plots.charts().chain([raster]).map(picture));
    text += &every_value(results);
    text + &explanations(results)
}

fn table(results: &Results) -> String {
    let alpha = results.verdict.alpha;
    let mut text = format!(
        "| suite | test | results | lowest p | below {alpha} | verdict |\n|---|---|---:|---:|---:|---|\n"
    );
    for rows in results.tests() {
        let Some(first) = rows.first() else { continue };
        let Summary { lowest, below, verdict, .. } = Summary::of(rows, alpha);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {lowest} | {below} | {} |",
            first.suite,
            cell(first.info.name),
            rows.len(),
            cell(&verdict)
        );
    }
    text
}

fn picture(plot: &dyn Plot) -> String {
    let drawing = plot.text();
    let drawing = if drawing.is_empty() { drawing } else { format!("```text\n{drawing}```\n\n") };
    format!("\n### {}\n\n{drawing}{}\n", plot.title(), plot.caption())
}

fn every_value(results: &Results) -> String {
    let mut text = "\n## Every value\n\n| test | result | value |\n|---|---|---:|\n".to_owned();
    for row in &results.rows {
        let _ =
            writeln!(text, "| {} | {} | {} |", cell(row.info.name), cell(&row.variant), cell(&row.value()));
    }
    text
}

fn explanations(results: &Results) -> String {
    let mut text = "\n## What each test computes, sees and misses\n".to_owned();
    for info in results.tests().filter_map(|rows| rows.first()).map(|row| row.info) {
        let _ = write!(
            text,
            "\n**{}**\n\n- statistic: {}\n- null: {}\n- sees: {}\n- misses: {}\n- needs: {} bits\n- source: {}\n",
            cell(info.name),
            info.statistic,
            info.null,
            info.sees,
            info.misses,
            info.minimum_bits,
            info.source
        );
    }
    text
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
