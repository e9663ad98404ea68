//! The report as one page of HTML.

use super::plots::Plots;
use super::results::{Judgement, Results, Row};
use super::summary::Summary;
use super::words::{figure as figure_words, grouped};
use crate::report::{escape, figure, page as whole};
use core::fmt::Write as _;
use openentropy_tests::{Bits, Info};

/// Verdict, figures, plots, table, and what each test can and cannot find.
pub(super) fn page(results: &Results, bits: &Bits<'_>) -> String {
    let plots = Plots::new(results, bits);
    let wide = |plot| figure(plot).replacen("<figure>", "<figure class=\"wide\">", 1);
    let drawings: String = plots.charts().map(figure).chain([wide(&plots.raster)]).collect();
    let body = [
        head(results),
        tiles(results),
        format!("<h2>Pictures</h2>\n<div class=\"plots\">\n{drawings}</div>\n"),
        table(results),
        every_value(results),
        explanations(results),
    ];
    whole(&format!("{}: tests of randomness", results.about.place), &body.concat())
}

fn head(results: &Results) -> String {
    let about = &results.about;
    let class = match results.judgement() {
        Judgement::Pass => "pass",
        Judgement::Fail => "fail",
        Judgement::None => "none",
    };
    let words = [results.count_words(), results.mark_words()].into_iter().flatten();
    let count: String = words.map(|words| format!("<p>{}.</p>\n", escape(&words))).collect();
    format!(
        "<p class=\"over\">Tests of randomness</p>\n<h1>{}</h1>\n<p class=\"soft\">{}</p>\n\
         <div class=\"verdict {class}\">\n<strong>Verdict: {}</strong>\n<p>{}.</p>\n{count}<p class=\"soft\">{}</p>\n</div>\n",
        escape(&about.place),
        escape(&about.summary()),
        results.verdict_head(),
        escape(&results.verdict_words()),
        results.caution(),
    )
}

fn tiles(results: &Results) -> String {
    let verdict = &results.verdict;
    let tile = |name: &str, value: String, beside: String| {
        format!("<div><dt>{name}</dt><dd>{value}<small>{beside}</small></dd></div>\n")
    };
    let sequences = match results.about.sequences {
        1 => "one sequence".to_owned(),
        number => format!("{number} sequences of {}", grouped(results.about.bits / number as u64)),
    };
    let rejected = results.rows.iter().filter(|row| row.is_rejected).count();
    let tiles = [
        tile("Bits", grouped(results.about.bits), sequences),
        tile(
            "P-values judged",
            verdict.tested.to_string(),
            format!("{} results not applicable", verdict.not_applicable),
        ),
        tile(
            &format!("Below {}", verdict.alpha),
            verdict.failures.to_string(),
            format!("expected {:.1}; 99 %: {} to {}", verdict.expected, verdict.band.0, verdict.band.1),
        ),
        tile("Rejected", rejected.to_string(), "corrected for their number (Holm)".to_owned()),
    ];
    format!("<dl class=\"tiles\">\n{}</dl>\n", tiles.concat())
}

fn table(results: &Results) -> String {
    let alpha = results.verdict.alpha;
    let mut text = format!(
        "<h2>Results</h2>\n<div class=\"scroll\">\n<table>\n<thead><tr><th>Test</th><th class=\"num\">Results</th>\
         <th class=\"num\">Statistic</th><th>P-values, 0 to 1</th>\
         <th class=\"num\">Lowest</th><th class=\"num\">Below {alpha}</th><th>Verdict</th></tr></thead>\n<tbody>\n"
    );
    let mut suite = "";
    for rows in results.tests() {
        let Some(first) = rows.first() else { continue };
        if results.about.suite == "all" && suite != first.suite {
            suite = first.suite;
            let _ = writeln!(text, "<tr class=\"suite\"><td colspan=\"7\">{suite}</td></tr>"); // a string takes all
        }
        text += &line(first.info, rows, alpha);
    }
    text + "</tbody>\n</table>\n</div>\n"
}

fn line(info: &Info, rows: &[Row], alpha: f64) -> String {
    let Summary { p_values, lowest, below, verdict } = Summary::of(rows, alpha);
    let strip = if p_values.is_empty() { String::new() } else { strip(&p_values, alpha) };
    let statistic = match rows {
        [Row { outcomes, .. }] if outcomes.len() == 1 => {
            outcomes[0].statistic().map(figure_words).unwrap_or_default()
        }
        _ => String::new(),
    };
    let class = match () {
        () if rows.iter().any(|row| row.is_rejected) => "bad",
        () if verdict.starts_with("passes") => "good",
        () => "soft",
    };
    format!(
        "<tr><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{statistic}</td><td>{strip}</td>\
         <td class=\"num\">{lowest}</td><td class=\"num\">{below}</td>\
         <td class=\"{class}\">{}</td></tr>\n",
        escape(info.name),
        rows.len(),
        escape(&verdict)
    )
}

/// A stroke for every p-value, those below `alpha` marked.
fn strip(p_values: &[f64], alpha: f64) -> String {
    let path = |is_low: bool| -> String {
        let strokes = p_values.iter().filter(|p| (**p < alpha) == is_low);
        strokes.map(|p| format!("M{:.1} 1v14", 2.0 + p * 216.0)).collect()
    };
    format!(
        "<svg class=\"strip\" viewBox=\"0 0 220 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect x=\"0.5\" y=\"0.5\" width=\"219\" height=\"15\" rx=\"3\"/>\
         <path d=\"{}\"/><path class=\"low\" d=\"{}\"/></svg>",
        path(false),
        path(true)
    )
}

/// The values of tests with several results, or over several sequences.
fn every_value(results: &Results) -> String {
    let has_many = |rows: &&[Row]| {
        let is_many = rows.len() > 1 || rows.iter().any(|row| row.second_level.is_some());
        is_many && rows.iter().any(Row::applies)
    };
    let mut text = String::new();
    for rows in results.tests().filter(has_many) {
        let Some(first) = rows.first() else { continue };
        let _ = write!(text, "<h3>{}</h3>\n<ul class=\"values\">\n", escape(first.info.name));
        for row in rows {
            let _ = writeln!(
                text,
                "<li><span>{}</span><span>{}</span></li>",
                escape(&row.variant),
                escape(&row.value())
            );
        }
        text += "</ul>\n";
    }
    if text.is_empty() { text } else { format!("<h2>Every value</h2>\n{text}") }
}

fn explanations(results: &Results) -> String {
    let mut text = "<h2>What each test computes, sees and misses</h2>\n<div class=\"tests\">\n".to_owned();
    for info in results.tests().filter_map(|rows| rows.first()).map(|row| row.info) {
        let minimum = format!("{} bits", info.minimum_bits);
        let _ = write!(text, "<section>\n<h3>{}</h3>\n<dl>\n", escape(info.name));
        for (name, value) in [
            ("Statistic", info.statistic),
            ("Null", info.null),
            ("Sees", info.sees),
            ("Misses", info.misses),
            ("Needs", &minimum),
            ("Source", info.source),
        ] {
            let _ = writeln!(text, "<dt>{name}</dt><dd>{}</dd>", escape(value));
        }
        text += "</dl>\n</section>\n";
    }
    text + "</div>\n"
}
