//! The sentences that every form of the results shares.

use super::results::{About, Judgement, Results};

/// What passing does not mean.
const CAUTION: &str =
    "Passing shows no entropy: the output of a generator whose seed is known passes as well.";

/// What failing means.
const FAILURE_CAUTION: &str = "Good data would fail with at most the probability of that level: these are not independent unbiased bits.";

impl About {
    /// What was tested, and how.
    pub(super) fn summary(&self) -> String {
        let sequences = match self.sequences {
            1 => String::new(),
            number => format!(" in {number} sequences of {}", grouped(self.bits / number as u64)),
        };
        let constants = match self.suite {
            "sp800-22" | "all" => format!(", {} class probabilities", self.constants),
            _ => String::new(),
        };
        format!("{} bits{sequences}, suite {}{constants}", grouped(self.bits), self.suite)
    }
}

impl Results {
    /// The verdict in three words.
    pub(super) fn verdict_head(&self) -> &'static str {
        match self.judgement() {
            Judgement::Pass => "the data pass",
            Judgement::Fail => "the data FAIL",
            Judgement::None => "none",
        }
    }

    /// Why that is the verdict.
    pub(super) fn verdict_words(&self) -> String {
        let alpha = self.verdict.alpha;
        if self.judgement() == Judgement::None {
            return "no test that decides applies to these data".to_owned();
        }
        let mut names: Vec<&str> =
            self.rows.iter().filter(|row| row.is_rejected).map(|row| row.info.name).collect();
        let results = names.len();
        names.dedup();
        match results {
            0 => format!("no result is rejected at level {alpha} for all together"),
            1 => format!("{} is rejected at level {alpha} for all together", names[0]),
            _ => format!(
                "{results} results are rejected at level {alpha} for all together: {}",
                names.join(", ")
            ),
        }
    }

    /// What the verdict does not mean.
    pub(super) fn caution(&self) -> &'static str {
        if self.verdict.passes() { CAUTION } else { FAILURE_CAUTION }
    }

    /// How many p-values are low, and how many good data give.
    pub(super) fn count_words(&self) -> Option<String> {
        let verdict = &self.verdict;
        let judged = if self.about.sequences > 1 { "p-values of criteria" } else { "p-values" };
        (verdict.tested > 0).then(|| {
            format!(
                "{} of {} {judged} below {}; good data give {:.1} on average, and {} to {} with 99 % where tests are independent",
                verdict.failures, verdict.tested, verdict.alpha, verdict.expected, verdict.band.0, verdict.band.1
            )
        })
    }

    /// What the standard's own criteria mark over several sequences, and how much of it is chance.
    pub(super) fn mark_words(&self) -> Option<String> {
        let level = self.second_level()?;
        Some(format!(
            "The criteria of SP 800-22, 4.2 (share of passes, uniformity from 55 sequences on) mark {} of {} results; good data give {:.1} on average",
            level.marked, level.criteria, level.expected
        ))
    }
}

/// A statistic with six figures that count.
pub(super) fn figure(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.5e}");
    }
    let digits = if size < 1.0 { 6 } else { 5_usize.saturating_sub(size.log10() as usize) };
    format!("{value:.digits$}")
}

/// A p-value with six digits, or as a power of ten where they would all be 0.
pub(super) fn p_value(p: f64) -> String {
    if p == 0.0 {
        return "<1e-300".to_owned();
    }
    if p < 1e-5 { format!("{p:.1e}") } else { format!("{p:.6}") }
}

/// A number with its digits in threes.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let separate = |(index, digit): (usize, char)| {
        let comma = (index > 0 && (digits.len() - index).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(separate).collect()
}

#[cfg(test)]
mod tests {
    use super::{figure, grouped, p_value};

    #[test]
    fn long_numbers_are_cut_into_threes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn figures_keep_what_counts() {
        let texts = [0.0, 7.998_123_4, 127.512_34, 1e12, 0.000_012_3, -3.5].map(figure);
        assert_eq!(texts, ["0", "7.99812", "127.512", "1.00000e12", "1.23000e-5", "-3.50000"]);
        assert_eq!([p_value(0.0), p_value(1e-9), p_value(0.578_211)], ["<1e-300", "1.0e-9", "0.578211"]);
    }
}
