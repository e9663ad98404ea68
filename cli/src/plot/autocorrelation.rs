//! How much a bit tells about the one some places later.

use super::chart::{Axes, range_of};
use super::{Plot, quantile_for, text};
use openentropy_tests::Bits;

const MOST_LAGS: usize = 128;
/// Bits that are looked at; beyond, the picture no longer changes visibly and only takes time.
const MOST_BITS: usize = 1 << 23;

/// Correlation of the bits with themselves at lags 1 to 128.
pub(crate) struct Autocorrelation {
    /// From lag 1 on; empty for constant or very short data.
    values: Vec<f64>,
    bits: usize,
}

impl Autocorrelation {
    /// Correlates the first 2^23 bits.
    pub(crate) fn new(bits: &Bits<'_>) -> Self {
        let len = bits.len().min(MOST_BITS);
        let ones: u32 =
            (0..len).step_by(64).map(|start| head(bits.word(start), len - start).count_ones()).sum();
        let mean = 1.0 - 2.0 * f64::from(ones) / len.max(1) as f64;
        let variance = 1.0 - mean * mean;
        let lags = if variance > 0.0 { MOST_LAGS.min(len / 4) } else { 0 };
        let values = (1..=lags).map(|lag| {
            let pairs = len - lag;
            let differ: u32 = (0..pairs)
                .step_by(64)
                .map(|start| head(bits.word(start) ^ bits.word(start + lag), pairs - start).count_ones())
                .sum();
            (1.0 - 2.0 * f64::from(differ) / pairs as f64 - mean * mean) / variance
        });
        Self { values: values.collect(), bits: len }
    }

    fn band(&self) -> f64 {
        quantile_for(MOST_LAGS) / (self.bits.max(1) as f64).sqrt()
    }
}

/// The first `len` bits of a word.
const fn head(word: u64, len: usize) -> u64 {
    if len < 64 { word & !(u64::MAX >> len) } else { word }
}

impl Plot for Autocorrelation {
    fn title(&self) -> &'static str {
        "Autocorrelation of the bits"
    }

    fn caption(&self) -> String {
        let indexed = self.values.iter().zip(1..);
        let Some((value, lag)) = indexed.max_by(|a, b| a.0.abs().total_cmp(&b.0.abs())) else {
            return "The bits are too few or all the same: there is nothing to correlate.".to_owned();
        };
        let band = self.band();
        let outside = self.values.iter().filter(|value| value.abs() > band).count();
        format!(
            "Correlation of each bit with the one 1 to {} places later, over {} bits. Farthest from 0: {value:+.5} at lag {lag}; {outside} lags \
             outside the band of ±{band:.5}, in which good data keep all lags with 99 %.",
            self.values.len(),
            self.bits
        )
    }

    fn svg(&self) -> String {
        let (band, end) = (self.band(), self.values.len().max(1) as f64 + 0.5);
        let axes = Axes {
            label: "autocorrelation of the bits by lag",
            x: 0.5..end,
            x_name: "lag in bits",
            y: range_of(self.values.iter().copied(), -band..band),
            y_name: "correlation",
            band: (-band, band),
            expected: 0.0,
        };
        axes.svg(|plane| {
            plane.bars(
                0.0,
                self.values.iter().zip(1..).map(|(value, lag)| {
                    let lag = f64::from(lag);
                    (lag - 0.35..lag + 0.35, *value, value.abs() > band)
                }),
            )
        })
    }

    fn text(&self) -> String {
        let range = range_of(self.values.iter().copied(), -self.band()..self.band());
        let rows = self.values.chunks(64).zip((1..).step_by(64));
        rows.map(|(row, first)| format!("lag {first:>3} {}\n", text::sparkline(row.iter().copied(), &range)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Autocorrelation;
    use crate::plot::Plot;
    use openentropy_tests::Bits;

    #[test]
    fn a_period_shows_at_its_lag() {
        let plot = Autocorrelation::new(&Bits::new(&[0b1100_0101; 1000]));
        assert!((plot.values[7] - 1.0).abs() < 1e-2 && plot.values[0].abs() < 0.6);
        assert!(plot.caption().contains("at lag "), "{}", plot.caption());
        assert_eq!(plot.text().lines().count(), 2);
    }

    #[test]
    fn alternating_bits_are_opposite_at_odd_lags() {
        let plot = Autocorrelation::new(&Bits::new(&[0b0101_0101; 1000]));
        assert_eq!(&plot.values[..3], [-1.0, 1.0, -1.0]);
    }

    #[test]
    fn nothing_to_correlate_is_said() {
        for data in [&[][..], &[0xFF; 100]] {
            let plot = Autocorrelation::new(&Bits::new(data));
            assert!(plot.values.is_empty() && plot.caption().contains("nothing"));
            assert!(plot.svg().contains("</svg>"));
        }
    }
}
