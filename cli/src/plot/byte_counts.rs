//! How often each byte value occurs.

use super::chart::{Axes, range_of};
use super::{Plot, quantile_for, text};
use openentropy_tests::Bits;

/// Histogram of bytes.
pub(crate) struct ByteCounts {
    counts: [u64; 256],
    total: u64,
}

impl ByteCounts {
    /// Counts the complete bytes of `bits`.
    pub(crate) fn new(bits: &Bits<'_>) -> Self {
        let mut counts = [0; 256];
        for byte in bits.bytes() {
            counts[usize::from(*byte)] += 1;
        }
        Self { counts, total: bits.bytes().len() as u64 }
    }

    fn expected(&self) -> f64 {
        self.total as f64 / 256.0
    }

    /// Each count's distance from the expected one, in standard deviations.
    fn deviations(&self) -> impl Iterator<Item = f64> {
        let deviation = (self.expected() * (255.0 / 256.0)).sqrt().max(f64::MIN_POSITIVE);
        self.counts.iter().map(move |count| (*count as f64 - self.expected()) / deviation)
    }
}

impl Plot for ByteCounts {
    fn title(&self) -> &'static str {
        "Byte values"
    }

    fn caption(&self) -> String {
        let indexed = || self.counts.iter().zip(0..256u32);
        let (least, most) = (indexed().min(), indexed().max());
        let (least, most) = (least.unwrap_or((&0, 0)), most.unwrap_or((&0, 0)));
        let missing = self.counts.iter().filter(|count| **count == 0).count();
        format!(
            "{} bytes, {:.1} expected of each value. Rarest: {:#04x} ({} times); most frequent: {:#04x} ({} times); {missing} values never. \
             Drawn is each count's distance from the expected one in standard deviations; of good data all 256 stay in the band with 99 %.",
            self.total,
            self.expected(),
            least.1,
            least.0,
            most.1,
            most.0
        )
    }

    fn svg(&self) -> String {
        let band = quantile_for(256);
        let axes = Axes {
            label: "counts of the 256 byte values against the expected count",
            x: 0.0..256.0,
            x_name: "byte value",
            y: range_of(self.deviations(), -band..band),
            y_name: "standard deviations",
            band: (-band, band),
            expected: 0.0,
        };
        axes.svg(|plane| {
            plane.bars(
                0.0,
                self.deviations().enumerate().map(|(value, height)| {
                    (value as f64 + 0.1..value as f64 + 0.9, height, height.abs() > band)
                }),
            )
        })
    }

    fn text(&self) -> String {
        let rows = self.counts.chunks(16).map(|chunk| chunk.iter().sum::<u64>());
        let rows: Vec<u64> = rows.collect();
        let most = rows.iter().max().copied().unwrap_or(1) as f64;
        let line = |(high, count): (usize, &u64)| {
            format!("{high:x}0-{high:x}f {:<40} {count}\n", text::bar(*count as f64, most, 40))
        };
        rows.iter().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::ByteCounts;
    use crate::plot::Plot;
    use openentropy_tests::Bits;

    #[test]
    fn counts_are_held_against_the_expected_one() {
        let bytes: Vec<u8> = (0..=255).chain([7; 256]).collect();
        let plot = ByteCounts::new(&Bits::new(&bytes));
        let deviations: Vec<f64> = plot.deviations().collect();
        assert!((deviations[7] - 255.0 / (2.0 * 255.0 / 256.0f64).sqrt()).abs() < 1e-9);
        assert!(
            plot.caption().contains("most frequent: 0x07 (257 times); 0 values never"),
            "{}",
            plot.caption()
        );
        assert_eq!(plot.text().lines().count(), 16);
        assert!(ByteCounts::new(&Bits::new(&[])).svg().contains("</svg>"), "no bytes are no failure");
    }
}
