//! The report for people.

use super::Report;
use super::facts::{Facts, Instance};
use super::histogram::occupied;
use super::live::{Figures, Live};
use crate::plot::bar;
use crate::select;
use core::fmt::Write as _;
use openentropy_host::FoundSource;

/// Characters of the longest bar.
const BAR: usize = 40;

/// One line.
pub(super) fn line(report: &Report, chosen: &FoundSource) -> String {
    let name = report.facts.name;
    match (&report.live, &report.error) {
        (Some(live), _) => format!("{name}: {}, start-up {}\n", rate(live), live.start_up),
        (None, Some(error)) => format!("{name}: {error}\n"),
        (None, None) if chosen.is_ready() => format!("{name}: ready\n"),
        (None, None) => format!("{}\n", select::reason(chosen)),
    }
}

/// Everything.
pub(super) fn page(report: &Report) -> String {
    let mut page = facts(&report.facts);
    for instance in &report.instances {
        page += &standing(instance, report.instances.len() > 1);
    }
    if let Some(live) = &report.live {
        page += &seen(live, report.instances.len() > 1);
    }
    if let Some(error) = &report.error {
        let _ = writeln!(page, "\nnot sampled: {error}"); // writing to a string cannot fail
    }
    page
}

fn facts(facts: &Facts) -> String {
    let aliases = match facts.aliases {
        [] => String::new(),
        aliases => format!(" (also {})", aliases.join(", ")),
    };
    let class = match (facts.divisor, facts.class) {
        (Some(divisor), class) => format!("{class}: an assessment is divided by {divisor}"),
        (None, "–") => "none: never paid".to_owned(),
        (None, class) => format!("{class}: never paid on an assessment alone"),
    };
    let needs = match facts.requirement {
        "none" => String::new(),
        requirement => format!(", needs {requirement}"),
    };
    let used = match (facts.default, facts.opt_in) {
        (true, _) => "by default",
        (false, true) => "only where it is named",
        (false, false) => "where it is named, or by --all",
    };
    let Facts { name, description, physics, category, group, platform, width, .. } = facts;
    format!(
        "{name}{aliases}\n\n\
         read         {description}; {width} bits\n\
         physics      {physics}\n\
         category     {category}\n\
         group        {group}; of a group only the best source pays\n\
         class        {class}\n\
         platform     {platform}{needs}\n\
         used         {used}\n"
    )
}

fn standing(instance: &Instance, is_one_of_several: bool) -> String {
    let heading = match is_one_of_several {
        true => format!("instance {}", instance.instance),
        false => "here".to_owned(),
    };
    let device = instance.device.as_ref().map(|device| format!("device       {device}\n"));
    let reason = remark(", ", &instance.reason);
    let sampled = remark(": ", instance.sampled);
    let digitisation = instance.digitisation.zip(instance.digitisation_version);
    let digitisation = digitisation.map(|(rule, version)| format!("digitisation {rule} {version}\n"));
    let digitisation = digitisation.unwrap_or_default();
    format!(
        "\n{heading}\n{}\
         access       {}{reason}\n\
         virtualised  {}{sampled}\n\
         {digitisation}\
         claim        {}\n",
        device.unwrap_or_default(),
        instance.access,
        instance.virtualised,
        instance.worth.sentence()
    )
}

/// A remark behind its mark, where there is one.
fn remark(mark: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{mark}{text}") }
}

fn seen(live: &Live, is_one_of_several: bool) -> String {
    let of = if is_one_of_several { format!(" of instance {}", live.instance) } else { String::new() };
    let driver = live.driver.as_ref().map(|driver| format!("driver       {driver}\n"));
    let reason = live.start_up_reason.as_ref().map(|reason| format!(": {reason}"));
    let mut text = format!(
        "\na look{of}\n{}\
         sample       {} bits by {} {}\n\
         start-up     {}{}\n\
         claim        {}\n\
         samples      {}\n",
        driver.unwrap_or_default(),
        live.sample_bits,
        live.digitisation,
        live.digitisation_version,
        live.start_up,
        reason.unwrap_or_default(),
        live.worth.sentence(),
        rate(live)
    );
    if let Some(figures) = &live.figures {
        text += &estimate(live, figures);
    }
    text
}

/// How many samples there were, and how fast.
fn rate(live: &Live) -> String {
    let error = live.error.map(|error| format!("; then {error}"));
    format!(
        "{} in {:.3} s, {:.0} a second{}",
        live.samples,
        live.seconds,
        live.samples_per_second,
        error.unwrap_or_default()
    )
}

fn estimate(live: &Live, figures: &Figures) -> String {
    let mut text = format!(
        "values       {} distinct; {:#04x} is the most common, {:.2} % of all\n\
         min-entropy  at most {:.3} bits per sample: estimate over {} samples, not a claim\n\n",
        figures.distinct_values,
        figures.most_common_value,
        figures.most_common_share * 100.0,
        figures.min_entropy_estimate,
        live.samples
    );
    let most = live.histogram.iter().map(|bin| bin.count).max().unwrap_or(0);
    for bin in occupied(&live.histogram) {
        let values = match bin.low == bin.high {
            true => format!("{:#04x}", bin.low),
            false => format!("{:#04x} to {:#04x}", bin.low, bin.high),
        };
        let share = bin.count as f64 / live.samples as f64 * 100.0;
        let drawn = bar(bin.count as f64, most as f64, BAR);
        let _ = writeln!(text, "{values:<13}{share:>6.2} %  {drawn}"); // writing to a string cannot fail
    }
    text
}
