//! What the four predictors share: the tally of hits and the entropy that follows from it.

use super::bound::{min_entropy, upper_bound};

/// Significance of the bounds: a run this long, or no hit at all, has probability 1 %.
const CONFIDENCE: f64 = 0.99;
/// Steps of the fixed-point iteration for the root of the run-length equation.
const ROOT_STEPS: usize = 65;
/// Bisection steps: enough to exhaust an `f64`.
const HALVINGS: usize = 64;

/// How well a predictor did (SP 800-90B §6.3.7 to §6.3.10, last steps).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Number of predictions tried.
    pub predictions: usize,
    /// Number of correct ones.
    pub correct: usize,
    /// Longest run of correct ones, plus one.
    pub run: usize,
    /// Upper 99 % bound of the share of correct predictions.
    pub p_global: f64,
    /// Probability of a hit that makes the longest run unsurprising, where it exceeds `p_global` and guessing.
    pub p_local: Option<f64>,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Hits and misses, in order.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    predictions: usize,
    correct: usize,
    current: usize,
    longest: usize,
}

impl Tally {
    pub(super) fn record(&mut self, hit: bool) {
        self.predictions += 1;
        self.correct += usize::from(hit);
        self.current = if hit { self.current + 1 } else { 0 };
        self.longest = self.longest.max(self.current);
    }

    /// Turns the tally into an estimate for an alphabet of `alphabet` symbols; `None` below two predictions.
    pub(super) fn finish(self, alphabet: usize) -> Option<Prediction> {
        let Self { predictions, correct, longest, .. } = self;
        if predictions < 2 {
            return None;
        }
        let run = longest + 1;
        let p_global = match correct {
            0 => 1.0 - (1.0 - CONFIDENCE).powf(1.0 / predictions as f64),
            _ => upper_bound(correct as f64 / predictions as f64, predictions),
        };
        let floor = p_global.max(1.0 / alphabet as f64);
        let p_local = local_bound(floor, predictions as f64, run as f64);
        let min_entropy = min_entropy(p_local.unwrap_or(floor));
        Some(Prediction { predictions, correct, run, p_global, p_local, min_entropy })
    }
}

/// The probability above `floor` at which no run of `run` hits among `n` trials has probability 0.99.
fn local_bound(floor: f64, n: f64, run: f64) -> Option<f64> {
    let target = CONFIDENCE.ln();
    if floor >= 1.0 || ln_no_run(floor, n, run) <= target {
        return None;
    }
    let (mut low, mut high) = (floor, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        *(if ln_no_run(middle, n, run) > target { &mut low } else { &mut high }) = middle;
    }
    Some(0.5 * (low + high))
}

/// Logarithm of the probability of no run of `run` hits in `n` trials of probability `p` (Feller, chapter XIII).
///
/// The root `x` is close to one, so everything is written in `x - 1`.
fn ln_no_run(p: f64, n: f64, run: f64) -> f64 {
    let q = 1.0 - p;
    let start = run * p.ln() + q.ln();
    let mut excess = 0.0f64;
    for _ in 0..ROOT_STEPS {
        let next = (start + (run + 1.0) * excess.ln_1p()).exp();
        if next == excess {
            break;
        }
        excess = next;
    }
    // Where hits are so likely that the root is 1/p itself, the numerator is zero up to rounding.
    let numerator = (-p * excess / q).max(-1.0).ln_1p();
    numerator - (-run * excess).ln_1p() - (n + 1.0) * excess.ln_1p()
}

#[cfg(test)]
mod tests {
    use super::{Tally, ln_no_run};

    /// Probability of no run of `run` hits in `n` trials, by stepping through the length of the current run.
    fn no_run_by_recurrence(p: f64, n: usize, run: usize) -> f64 {
        let mut state = vec![0.0; run];
        state[0] = 1.0;
        for _ in 0..n {
            let miss = (1.0 - p) * state.iter().sum::<f64>();
            for length in (1..run).rev() {
                state[length] = p * state[length - 1];
            }
            state[0] = miss;
        }
        state.iter().sum()
    }

    #[test]
    fn run_probability_follows_the_recurrence() {
        for (p, n, run) in [(0.5, 10_000, 20), (0.3, 5_000, 9), (0.9, 5_000, 120), (0.01, 100_000, 3)] {
            let exact = no_run_by_recurrence(p, n, run);
            let asymptotic = ln_no_run(p, n as f64, run as f64).exp();
            assert!((exact - asymptotic).abs() < 1e-6, "{p} {n} {run}: {exact} against {asymptotic}");
        }
    }

    #[test]
    fn no_hit_is_bounded_by_one_percent() {
        let mut tally = Tally::default();
        (0..1000).for_each(|_| tally.record(false));
        let prediction = tally.finish(256).unwrap();
        assert!(((1.0 - prediction.p_global).powi(1000) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn always_right_leaves_no_entropy() {
        let mut tally = Tally::default();
        (0..1000).for_each(|_| tally.record(true));
        let prediction = tally.finish(2).unwrap();
        assert_eq!((prediction.run, prediction.min_entropy), (1001, 0.0));
    }

    #[test]
    fn one_long_run_outweighs_the_average() {
        let mut tally = Tally::default();
        (0..10_000).for_each(|i| tally.record((5_000..5_100).contains(&i)));
        let prediction = tally.finish(2).unwrap();
        assert!(prediction.p_global < 0.02);
        assert!(prediction.p_local.unwrap() > 0.8);
    }
}
