//! Which frequencies the bits hold.

use super::chart::{Axes, range_of};
use super::{Plot, quantile_for, text};
use openentropy_tests::Bits;
use realfft::RealFftPlanner;

/// Bits in a segment; the periodograms of all segments are averaged.
const SEGMENT: usize = 1024;
/// Fewest segments that are worth a picture.
const FEWEST: usize = 4;
/// Segments that are looked at; see the other plots.
const MOST: usize = 1 << 13;
/// No level is drawn below.
const FLOOR: f64 = 1e-6;

/// Averaged periodogram of the bits, white noise being 1.
pub(crate) struct Spectrum {
    /// Power from the lowest frequency above zero on; empty for constant or very short data.
    power: Vec<f64>,
    segments: usize,
}

impl Spectrum {
    /// Averages up to 8192 segments of 1024 bits.
    pub(crate) fn new(bits: &Bits<'_>) -> Self {
        let segments = (bits.len() / SEGMENT).min(MOST);
        let ones: usize = bits.section(0, segments * SEGMENT).ones();
        let mean = ones as f64 / (segments * SEGMENT).max(1) as f64;
        let scale = SEGMENT as f64 * mean * (1.0 - mean) * segments as f64;
        if segments < FEWEST || scale <= 0.0 {
            return Self { power: Vec::new(), segments };
        }
        let transform = RealFftPlanner::<f64>::new().plan_fft_forward(SEGMENT);
        let (mut input, mut output) = (transform.make_input_vec(), transform.make_output_vec());
        let mut power = vec![0.0; SEGMENT / 2 - 1];
        for segment in 0..segments {
            for (place, value) in (segment * SEGMENT..).zip(&mut input) {
                *value = f64::from(bits.get(place)) - mean;
            }
            transform
                .process(&mut input, &mut output)
                .unwrap_or_else(|_| unreachable!("both vectors were made for this transform"));
            for (sum, value) in power.iter_mut().zip(output.iter().skip(1)) {
                *sum += value.norm_sqr() / scale;
            }
        }
        Self { power, segments }
    }

    /// Between which levels in dB white noise lies, with 99 % at all frequencies together.
    ///
    /// A level is a sum of squares with two degrees of freedom per segment; its quantile by Wilson and Hilferty (1931).
    fn band(&self) -> (f64, f64) {
        let spread = 2.0 / (9.0 * 2.0 * self.segments.max(1) as f64);
        let level = |z: f64| decibel((1.0 - spread + z * spread.sqrt()).max(0.0).powi(3));
        let z = quantile_for(SEGMENT / 2);
        (level(-z), level(z))
    }

    fn levels(&self) -> impl Iterator<Item = f64> {
        self.power.iter().map(|power| decibel(*power))
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.levels().zip(1..).map(|(level, index)| (f64::from(index) / SEGMENT as f64, level))
    }
}

fn decibel(power: f64) -> f64 {
    10.0 * power.max(FLOOR).log10()
}

impl Plot for Spectrum {
    fn title(&self) -> &'static str {
        "Spectrum of the bits"
    }

    fn caption(&self) -> String {
        let Some((frequency, level)) = self.points().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return format!(
                "The bits are all the same, or fewer than {}: there is no spectrum.",
                FEWEST * SEGMENT
            );
        };
        let (low, high) = self.band();
        let outside = self.levels().filter(|level| !(low..=high).contains(level)).count();
        format!(
            "Mean periodogram of {} segments of {SEGMENT} bits; white noise is 0 dB. Highest: {level:+.2} dB at {frequency:.4} cycles per bit; {outside} of {} \
             frequencies outside the band of {low:.2} to {high:+.2} dB, in which good data keep all with 99 %.",
            self.segments,
            self.power.len()
        )
    }

    fn svg(&self) -> String {
        let (low, high) = self.band();
        let axes = Axes {
            label: "spectrum of the bits",
            x: 0.0..0.5,
            x_name: "cycles per bit",
            y: range_of(self.levels(), low..high),
            y_name: "dB against white noise",
            band: (low, high),
            expected: 0.0,
        };
        axes.svg(|plane| {
            plane.line(self.points())?;
            plane.dots(self.points().filter(|point| !(low..=high).contains(&point.1)))
        })
    }

    fn text(&self) -> String {
        let (low, high) = self.band();
        let range = range_of(self.levels(), low..high);
        // The highest of eight neighbours stands for them: a line in the spectrum must not vanish.
        let peaks = self.power.chunks(8).map(|chunk| decibel(chunk.iter().copied().fold(0.0, f64::max)));
        let peaks: Vec<f64> = peaks.collect();
        if peaks.is_empty() { String::new() } else { format!("0 {} 1/2\n", text::sparkline(peaks, &range)) }
    }
}

#[cfg(test)]
mod tests {
    use super::Spectrum;
    use crate::plot::Plot;
    use openentropy_tests::Bits;

    #[test]
    fn a_period_is_a_line() {
        let bytes: Vec<u8> = (0u32..4096).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect();
        let plot = Spectrum::new(&Bits::new(&bytes));
        let (frequency, level) = plot.points().max_by(|a, b| a.1.total_cmp(&b.1)).expect("a spectrum");
        assert!((frequency * 8.0).fract() == 0.0 && level > 10.0, "{frequency}: {level}");
    }

    #[test]
    fn no_spectrum_is_said() {
        for data in [&[][..], &[0x0F; 100], &[0xFF; 4096]] {
            let plot = Spectrum::new(&Bits::new(data));
            assert!(
                plot.power.is_empty() && plot.caption().contains("no spectrum") && plot.text().is_empty()
            );
            assert!(plot.svg().contains("</svg>"));
        }
    }

    #[test]
    fn the_band_of_many_segments_is_narrow() {
        // Of a chi-square with 2000 degrees of freedom, quantiles by 40-digit arithmetic at 0.01 / 1022 on either side.
        let plot = Spectrum { power: Vec::new(), segments: 1000 };
        let (low, high) = plot.band();
        assert!((high - 0.5721).abs() < 2e-3 && (low + 0.6014).abs() < 2e-3, "{low} {high}");
    }
}
