//! How many p-values lie in each twentieth of 0 to 1.

use super::chart::{Axes, range_of};
use super::{Plot, quantile_for, text};

const BINS: usize = 20;
/// Chance that one bin of independent tests leaves the band: 1 % for all.
const OUTSIDE: f64 = 0.01 / BINS as f64;
/// Most p-values for which the band is computed exactly.
const EXACT: u32 = 5000;

/// Histogram of p-values.
pub(crate) struct PValues {
    counts: [u32; BINS],
    total: u32,
}

impl PValues {
    /// Sorts p-values into bins.
    pub(crate) fn new(p_values: impl IntoIterator<Item = f64>) -> Self {
        let mut plot = Self { counts: [0; BINS], total: 0 };
        for p in p_values {
            plot.counts[((p * BINS as f64) as usize).min(BINS - 1)] += 1;
            plot.total += 1;
        }
        plot
    }

    fn expected(&self) -> f64 {
        f64::from(self.total) / BINS as f64
    }

    /// Between which counts a bin of independent tests lies, with 99 % for all bins together.
    fn band(&self) -> (f64, f64) {
        let share = 1.0 / BINS as f64;
        let reach = quantile_for(BINS) * (f64::from(self.total) * share * (1.0 - share)).sqrt();
        if self.total > EXACT {
            return ((self.expected() - reach).max(0.0).floor(), (self.expected() + reach).ceil());
        }
        // Binomial probabilities one after the other, and how many of them lie below each bound.
        let total = f64::from(self.total);
        let mut probability = (1.0 - share).powf(total);
        let (mut below, mut low, mut high) = (0.0, 0, 0);
        for count in 0..=self.total {
            below += probability;
            if below <= OUTSIDE / 2.0 {
                low = count + 1;
            }
            high = count;
            if 1.0 - below <= OUTSIDE / 2.0 {
                break;
            }
            probability *= f64::from(self.total - count) / f64::from(count + 1) * share / (1.0 - share);
        }
        (f64::from(low), f64::from(high))
    }
}

impl Plot for PValues {
    fn title(&self) -> &'static str {
        "P-values"
    }

    fn caption(&self) -> String {
        let (low, high) = self.band();
        format!(
            "{} p-values in {BINS} bins. Good data spread them evenly: {:.1} to a bin, and between {low} and {high} to every bin (the band) with 99 % \
             if tests are independent. A pile at 0 is failure; piles elsewhere come of tests that share data, or whose statistic has few values.",
            self.total,
            self.expected()
        )
    }

    fn svg(&self) -> String {
        let counts = || self.counts.iter().map(|count| f64::from(*count));
        let (low, high) = self.band();
        let axes = Axes {
            label: "histogram of p-values",
            x: 0.0..1.0,
            x_name: "p-value",
            y: 0.0..range_of(counts(), 0.0..high.max(1.0)).end,
            y_name: "results",
            band: (low, high),
            expected: self.expected(),
        };
        let width = 1.0 / BINS as f64;
        axes.svg(|plane| {
            plane.bars(
                0.0,
                counts().enumerate().map(|(bin, count)| {
                    let start = bin as f64 * width;
                    (start + 0.1 * width..start + 0.9 * width, count, count < low || count > high)
                }),
            )
        })
    }

    fn text(&self) -> String {
        let most = self.counts.iter().max().copied().map_or(1.0, f64::from);
        let line = |(bin, count): (usize, &u32)| {
            let start = bin as f64 / BINS as f64;
            format!("{start:.2} {:<40} {count}\n", text::bar(f64::from(*count), most, 40))
        };
        self.counts.iter().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{BINS, PValues};
    use crate::plot::Plot;

    #[test]
    fn the_band_is_binomial() {
        // By 40-digit arithmetic; of 10, four or more have probability 1.0e-3 and five or more 6.4e-5, with 2.5e-4 allowed a side.
        let band = |total| PValues { counts: [0; BINS], total }.band();
        assert_eq!([band(0), band(10), band(188)], [(0.0, 0.0), (0.0, 4.0), (1.0, 21.0)]);
        let (low, high) = band(5001);
        assert!((195..200).contains(&(low as u32)) && (300..305).contains(&(high as u32)), "{low} {high}");
    }

    #[test]
    fn both_ends_have_a_bin() {
        let plot = PValues::new([0.0, 0.049, 0.05, 1.0]);
        assert_eq!((plot.counts[0], plot.counts[1], plot.counts[BINS - 1], plot.total), (2, 1, 1, 4));
        assert_eq!(plot.text().lines().count(), BINS);
        assert!(plot.svg().starts_with("<svg ") && PValues::new([]).svg().ends_with("</svg>\n"));
    }
}
