//! Mean and variance of the bytes.

use crate::{Bits, Info, Outcome};

/// Mean of a uniform byte.
const MEAN: f64 = 127.5;
/// Its variance, (256² - 1)/12.
const VARIANCE: f64 = 5461.25;
/// Its fourth central moment, (256² - 1)(3·256² - 7)/240.
const FOURTH: f64 = 65_535.0 * 196_601.0 / 240.0;

/// What the test computes.
pub static INFO: Info = Info {
    name: "mean_variance",
    group: "Practical",
    minimum_bits: 8000,
    statistic: "z_m² + z_v²: Σ(x - 127.5) and Σ((x - 127.5)² - 5461.25) over the bytes, each by its standard deviation",
    null: "mean and variance of both sums are exact, with the kurtosis of uniform bytes; they are uncorrelated because the \
           third central moment is 0, and jointly normal in the limit, hence independent: chi-square with 2 degrees",
    sees: "offset, gain and clipping of eight-bit samples; bias of the leading bits",
    misses: "any dependence between bytes; distributions with the right first two moments",
    source: "moments of the discrete uniform distribution; central limit theorem",
};

/// Tests mean and variance together.
///
/// ```
/// use openentropy_tests::{Bits, battery::practical::mean_variance};
///
/// let narrow: Vec<u8> = (0u32..2000).map(|i| 64 + (i * 37 % 128) as u8).collect();
/// assert!(mean_variance::test(&Bits::new(&narrow)).p() < Some(1e-9), "half of the range");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    if bytes.is_empty() {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let n = bytes.len() as f64;
    let value = |&byte: &u8| u64::from(byte);
    let sum = bytes.iter().map(value).sum::<u64>() as f64;
    let squares = bytes.iter().map(|byte| value(byte) * value(byte)).sum::<u64>() as f64;
    let mean = (sum - n * MEAN) / (n * VARIANCE).sqrt();
    let about_mean = squares - 2.0 * MEAN * sum + n * MEAN * MEAN;
    let variance = (about_mean - n * VARIANCE) / (n * (FOURTH - VARIANCE * VARIANCE)).sqrt();
    let statistic = mean * mean + variance * variance;
    Outcome::p_value(statistic, (-statistic / 2.0).exp())
}

#[cfg(test)]
mod tests {
    use super::{FOURTH, MEAN, VARIANCE, test};
    use crate::Bits;

    #[test]
    fn moments_are_those_of_all_bytes() {
        let moment = |power| (0..256).map(|x| (f64::from(x) - MEAN).powi(power)).sum::<f64>() / 256.0;
        assert_eq!(moment(1), 0.0);
        assert_eq!(moment(2), VARIANCE);
        assert_eq!(moment(3), 0.0);
        assert!((moment(4) - FOURTH).abs() < 1e-6);
    }

    #[test]
    fn all_bytes_in_equal_numbers_have_both() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5 * 256).collect();
        let outcome = test(&Bits::new(&bytes));
        assert!(outcome.statistic().unwrap() < 1e-18 && outcome.p().unwrap() > 1.0 - 1e-12);
    }

    /// 127 and 128 in turn: the mean is right, and each square falls short by 5461: z_v² = n·5461²/(FOURTH - VARIANCE²).
    #[test]
    fn too_narrow_values_fail_by_the_variance_alone() {
        let bytes: Vec<u8> = [127, 128].repeat(500);
        let expected = 1000.0 * 5461.0f64.powi(2) / (FOURTH - VARIANCE * VARIANCE);
        let outcome = test(&Bits::new(&bytes));
        assert!((outcome.statistic().unwrap() - expected).abs() < 1e-6);
        assert!(outcome.p().unwrap() < 1e-200);
    }
}
