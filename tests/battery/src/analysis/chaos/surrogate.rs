//! Surrogates: series with the same values in an order drawn by a generator of fixed seed.

use crate::split_mix::SplitMix;

/// Where the generator starts: the first 64 bits of the fraction of √2. Surrogate `index` starts that many steps of
/// another odd constant further, so that each is the same whichever thread computes it.
const SEED: u64 = 0x6A09_E667_F3BC_C908;

/// The generator of a surrogate: no part of any claim.
pub(in crate::analysis) struct Surrogate(SplitMix);

impl Surrogate {
    /// The generator of surrogate number `index`.
    pub(in crate::analysis) fn new(index: u64) -> Self {
        Self(SplitMix(SEED.wrapping_add(index.wrapping_mul(0xD134_2543_DE82_EF95))))
    }

    pub(in crate::analysis) fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// Brings `values` into an order drawn evenly from all (Fisher and Yates), but for 2⁻⁶⁴ per draw.
    pub(in crate::analysis) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let drawn = (u128::from(self.next()) * (last as u128 + 1)) >> 64;
            values.swap(last, drawn as usize);
        }
    }
}

/// The p-value of `observed` among surrogates, both sides: (1 + number at least as far from the centre) / (1 +
/// number).
///
/// The centre is the mean of all, the observed one included: under the null every order of them is equally likely,
/// and so is every rank of the distance.
pub(super) fn two_sided(observed: f64, surrogates: &[f64]) -> f64 {
    let number = surrogates.len() as f64 + 1.0;
    let centre = (surrogates.iter().sum::<f64>() + observed) / number;
    // Equal figures may differ in their last digits.
    let distance = (observed - centre).abs() * (1.0 - 1e-12);
    let further = surrogates.iter().filter(|&surrogate| (surrogate - centre).abs() >= distance).count();
    (1.0 + further as f64) / number
}

/// Mean and standard deviation of surrogates' figures.
pub(super) fn mean_and_deviation(figures: &[f64]) -> (f64, f64) {
    let number = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / number;
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    (mean, (squares / (number - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::{Surrogate, two_sided};

    /// 24 orders, 24,000 shuffles: chi-square with 23 degrees of freedom exceeds 80 with probability 3e-8.
    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::HashMap::new();
        for index in 0..24_000 {
            let mut values = [0, 1, 2, 3];
            Surrogate::new(index).shuffle(&mut values);
            *counts.entry(values).or_insert(0) += 1;
        }
        let chi_square: f64 =
            counts.values().map(|&count| (f64::from(count) - 1000.0).powi(2) / 1000.0).sum();
        assert!(counts.len() == 24 && chi_square < 80.0, "{chi_square}");
    }

    #[test]
    fn p_values_are_ranks() {
        assert_eq!(two_sided(9.0, &[1.0, 2.0, 3.0]), 0.25);
        assert_eq!(two_sided(2.0, &[1.0, 2.0, 3.0]), 1.0);
        assert_eq!(two_sided(0.5, &[0.5; 9]), 1.0);
    }
}
