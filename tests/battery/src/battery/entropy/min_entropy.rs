//! Min-entropy: the count of the most common byte.

use crate::battery::frequency::byte_counts;
use crate::special::ln_gamma;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "min_entropy",
    group: "Entropy",
    minimum_bits: 5 * 256 * 8,
    statistic: "-log2 of the share of the most common byte value, in bits per byte; judged by its count c",
    null: "1 - (1 - b)^256, b the exact binomial probability that one value occurs c times or more; one-sided: a \
           low maximum is shannon_entropy's. As the counts sum to a constant the true probability lies between this \
           and 256 b: higher by at most 0.005, and below 0.02 by less than a thousandth of itself. Discrete",
    sees: "a single byte value that is much too likely, such as a stuck or default reading",
    misses: "bias spread over many values, which byte_frequency sees, and the order of the bytes",
    source: "Mallows, Biometrika 55 (1968); Joag-Dev and Proschan, Annals of Statistics 11 (1983)",
};

/// Count of the most common byte; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    if (bits.len() as u64) < INFO.minimum_bits {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let total = bits.bytes().len() as u64;
    let most = byte_counts(bits).into_iter().max().unwrap_or(0);
    let statistic = (total as f64 / most as f64).log2();
    Outcome::p_value(statistic, some_value_at_least(most, total))
}

/// Probability that any of 256 equally likely values occurs `count` times or more among `total`.
fn some_value_at_least(count: u64, total: u64) -> f64 {
    let one = one_value_at_least(count, total).min(1.0);
    -(256.0 * (-one).ln_1p()).exp_m1()
}

/// Probability that one of 256 equally likely values occurs `count` times or more among `total`.
///
/// `count` is at least the expectation, as the largest count is, so that the terms decrease from the first.
fn one_value_at_least(count: u64, total: u64) -> f64 {
    let (most, all) = (count as f64, total as f64);
    let ln_ways = ln_gamma(all + 1.0) - ln_gamma(most + 1.0) - ln_gamma(all - most + 1.0);
    let mut term = (ln_ways - most * 256f64.ln() + (all - most) * (-1.0 / 256.0f64).ln_1p()).exp();
    let mut sum = 0.0;
    for more in count..=total {
        sum += term;
        term *= (total - more) as f64 / ((more + 1) as f64 * 255.0);
        if term <= sum * f64::EPSILON {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{one_value_at_least, some_value_at_least, test};
    use crate::{Bits, Outcome};

    fn close(value: f64, exact: f64, relative: f64) {
        assert!((value - exact).abs() <= relative * exact, "{value} against {exact}");
    }

    /// Binomial tails summed with 40 digits.
    #[test]
    fn binomial_tails() {
        close(one_value_at_least(16, 1280), 6.598_516_071_968_788e-5, 1e-10);
        close(one_value_at_least(58, 8192), 2.200_405_163_927_472e-5, 1e-10);
    }

    /// The exact distribution of the maximum: truncated Poisson variables convolved (Levin 1981), in double precision.
    #[test]
    fn the_exact_probability_is_near() {
        for (count, total, exact) in [
            (14, 1280, 0.160_164_127_175),
            (16, 1280, 0.016_764_616_371),
            (18, 1280, 0.001_301_212_150),
            (50, 8192, 0.388_083_419_917),
            (58, 8192, 0.005_618_629_483),
            (62, 8192, 0.000_407_007_202),
        ] {
            let p = some_value_at_least(count, total);
            assert!(p <= exact && exact - p < 0.005, "{count} of {total}: {p} against {exact}");
            close(p, exact, if exact < 0.02 { 1e-3 } else { 0.01 });
        }
    }

    #[test]
    fn a_default_reading_stands_out_and_an_even_spread_does_not() {
        let mut bytes: Vec<u8> = (0..8192u32).map(|i| (i * 167 / 8) as u8).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() > 0.99);
        bytes[..64].fill(0xFF);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
        assert_eq!(test(&Bits::new(&[7; 4096])), Outcome::p_value(0.0, 0.0));
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(10_240));
    }
}
