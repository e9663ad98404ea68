//! The five figures of `ent`: entropy, chi-square, arithmetic mean, Monte Carlo π, serial correlation.
//!
//! They describe; only the chi-square decides, by its p-value. Shannon entropy, the mean and
//! π of a counter are perfect.
//!
//! ```
//! use openentropy_tests::ent::{Tally, Unit};
//!
//! let mut tally = Tally::new(Unit::Byte);
//! tally.update(b"any bytes, in any number of pieces");
//! let figures = tally.figures().ok_or("no bytes")?;
//! assert!(figures.entropy < 5.0 && figures.chi_square_p < 1e-6);
//! # Ok::<(), &str>(())
//! ```

mod figures;
mod tally;

pub use figures::Figures;
pub use tally::{Tally, Unit};

use crate::{Finding, Info, Outcome};

const SOURCE: &str =
    "ent, a pseudorandom number sequence test program (Walker 2008); Knuth, volume 2, 3.3.1 and 3.3.2";

const fn info(name: &'static str, statistic: &'static str, sees: &'static str, misses: &'static str) -> Info {
    Info {
        name,
        group: "ent",
        minimum_bits: 48,
        statistic,
        null: "none is used: a figure that describes",
        sees,
        misses,
        source: SOURCE,
    }
}

static ENTROPY: Info = info(
    "Entropy",
    "Shannon entropy of the bytes' frequencies in bits per byte",
    "values that are rare or missing",
    "any order: a counter has 8 bits",
);
static CHI_SQUARE: Info = Info {
    minimum_bits: 256 * 5 * 8,
    null: "chi-square with 255 degrees of freedom, asymptotically; applied from five expected bytes per value on",
    ..info(
        "ChiSquare",
        "chi-square of the 256 byte counts",
        "values too frequent or too rare",
        "any order, and counts that are too even: a counter's p-value is one",
    )
};
static MEAN: Info =
    info("Mean", "mean of the bytes, 127.5 for good ones", "bias of the high bits", "any order");
static MONTE_CARLO_PI: Info = info(
    "MonteCarloPi",
    "four times the share of points in a quarter circle, a point being two numbers of 24 bits",
    "gross unevenness of bytes or of pairs of numbers",
    "almost everything else",
);
static SERIAL_CORRELATION: Info = info(
    "SerialCorrelation",
    "correlation of each byte with the next, the last with the first",
    "slow changes, counters",
    "dependence that is not linear, or on more distant bytes",
);

/// The five figures of `bytes` as findings.
pub fn run(bytes: &[u8]) -> Vec<Finding> {
    let mut tally = Tally::new(Unit::Byte);
    tally.update(bytes);
    findings(&tally)
}

/// The five figures of a tally of bytes as findings.
pub fn findings(tally: &Tally) -> Vec<Finding> {
    let figures = tally.figures();
    let described = |info: &'static Info, figure: Option<f64>| {
        let outcome = figure.map(|statistic| Outcome::Described { statistic });
        Finding::single(info, outcome.unwrap_or(Outcome::too_short(info.minimum_bits)))
    };
    let chi_square = match figures {
        Some(f) if tally.samples() * 8 >= CHI_SQUARE.minimum_bits => {
            Outcome::p_value(f.chi_square, f.chi_square_p)
        }
        _ => Outcome::too_short(CHI_SQUARE.minimum_bits),
    };
    vec![
        described(&ENTROPY, figures.map(|f| f.entropy)),
        Finding::single(&CHI_SQUARE, chi_square),
        described(&MEAN, figures.map(|f| f.mean)),
        described(&MONTE_CARLO_PI, figures.and_then(|f| f.monte_carlo_pi)),
        match figures {
            Some(f) if f.serial_correlation.is_none() => {
                Finding::single(&SERIAL_CORRELATION, Outcome::NotApplicable(crate::Reason::Constant))
            }
            _ => described(&SERIAL_CORRELATION, figures.and_then(|f| f.serial_correlation)),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::test_streams::Good;
    use crate::{Outcome, Reason};

    #[test]
    fn good_bytes_are_near_the_ideal_figures() {
        for good in Good::ALL {
            let figures: Vec<f64> =
                run(&good.bytes(1, 1_000_000)).iter().map(|f| f.outcome.statistic().unwrap()).collect();
            // Six standard deviations of each, and more.
            assert!(figures[0] > 7.9997 && (figures[1] - 255.0).abs() < 140.0, "{good:?} {figures:?}");
            assert!((figures[2] - 127.5).abs() < 0.45 && (figures[3] - core::f64::consts::PI).abs() < 0.025);
            assert!(figures[4].abs() < 0.006);
        }
    }

    #[test]
    fn short_and_constant_input_is_said() {
        assert!(run(&[]).iter().all(|f| matches!(f.outcome, Outcome::NotApplicable(_))));
        let findings = run(&[7; 5000]);
        assert_eq!(findings[4].outcome, Outcome::NotApplicable(Reason::Constant));
        assert_eq!(findings[0].outcome, Outcome::Described { statistic: 0.0 });
        assert!(findings[1].outcome.p().unwrap() < 1e-300);
    }
}
