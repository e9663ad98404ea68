//! Runs: the number of runs of equal bits, given the number of ones.

use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, Reason, sp800_22};

/// What the test computes.
///
/// SP 800-22's runs test answers 0 wherever the share of ones is four standard deviations from a half, which
/// happens to one good sequence in 16,000; the distribution given the number of ones needs no such rule.
pub static INFO: Info = Info {
    name: "runs",
    group: "Runs",
    minimum_bits: 100,
    statistic: "number of runs of equal bits, from its mean given the number of ones, in standard deviations",
    null: "standard normal, two-sided; mean and variance given the number of ones are exact for every order of the \
           bits being as likely as any other, whatever the share of ones",
    sees: "bits that stick to their predecessor, or avoid it: slow and fast oscillation",
    misses: "bias of the bits, and dependence further back than one bit",
    source: "Wald and Wolfowitz 1940; SP 800-22 Rev. 1a, section 2.3",
};

/// Number of runs given the number of ones; see [`INFO`]. Bits that are all the same have no order to judge.
pub fn test(bits: &Bits<'_>) -> Outcome {
    let Some(runs) = sp800_22::runs::test(bits).statistic() else {
        return Outcome::too_short(INFO.minimum_bits);
    };
    let Some((mean, variance)) = moments(bits.ones() as f64, bits.len() as f64) else {
        return Outcome::NotApplicable(Reason::Constant);
    };
    let deviations = (runs - mean) / variance.sqrt();
    Outcome::p_value(deviations, normal_two_sided(deviations))
}

/// Mean and variance of the number of runs of `all` bits of which `ones` are ones; `None` where it does not vary.
fn moments(ones: f64, all: f64) -> Option<(f64, f64)> {
    let unlike = 2.0 * ones * (all - ones);
    let variance = unlike * (unlike - all) / (all * all * (all - 1.0));
    (variance > 0.0).then_some((1.0 + unlike / all, variance))
}

#[cfg(test)]
mod tests {
    use super::{moments, test};
    use crate::{Bits, Outcome, Reason};

    /// 50 ones before 50 zeros: 2 runs; mean 51, variance 5000 · 4900 / 990,000, by hand.
    #[test]
    fn halves_apart_are_two_runs() {
        let text = [[b'1'; 50], [b'0'; 50]].concat();
        let outcome = test(&Bits::from_ascii(&text).unwrap());
        assert!(
            (outcome.statistic().unwrap() + 49.0 / (5000.0 * 4900.0 / 990_000.0f64).sqrt()).abs() < 1e-12
        );
        assert!(outcome.p().unwrap() < 1e-20);
    }

    /// All arrangements of 12 bits with 5 ones.
    #[test]
    fn mean_and_variance_are_exact() {
        let (mut number, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for word in (0u16..1 << 12).filter(|word| word.count_ones() == 5) {
            let runs = f64::from(1 + ((word ^ word >> 1) & 0x7FF).count_ones());
            (number, sum, squares) = (number + 1.0, sum + runs, squares + runs * runs);
        }
        let (mean, variance) = moments(5.0, 12.0).unwrap();
        assert!((sum / number - mean).abs() < 1e-12);
        assert!((squares / number - mean * mean - variance).abs() < 1e-12);
    }

    #[test]
    fn constant_bits_have_no_order() {
        assert_eq!(test(&Bits::new(&[0xFF; 20])), Outcome::NotApplicable(Reason::Constant));
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(100));
    }
}
