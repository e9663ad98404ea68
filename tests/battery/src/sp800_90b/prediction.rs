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
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
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

    /// Records the first `predictions`, at most 64, of `hits`; bit 63 is the first, those beyond must be zero.
    pub(super) fn record_block(&mut self, hits: u64, predictions: usize) {
        let first_run = self.current + hits.leading_ones() as usize;
        if predictions < 64 || first_run > self.longest || has_run(hits, self.longest) {
            (0..predictions).for_each(|index| self.record(hits << index >> 63 == 1));
            return;
        }
        self.predictions += predictions;
        self.correct += hits.count_ones() as usize;
        self.current = if hits == u64::MAX { first_run } else { hits.trailing_ones() as usize };
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

/// Whether there are more than `length` ones in a row.
fn has_run(word: u64, length: usize) -> bool {
    if length >= 64 {
        return false;
    }
    // Each step leaves a one where so many ones begin, up to twice as many as before.
    let (mut starts, mut run) = (word, 1);
    while run <= length && starts != 0 {
        let step = run.min(length + 1 - run);
        starts &= starts << step;
        run += step;
    }
    starts != 0
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
    fn blocks_are_recorded_like_single_hits() {
        let (mut blocks, mut single) = (Tally::default(), Tally::default());
        let mut state = 1u64;
        for round in 0..500u32 {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            // Ever fewer misses, so that runs grow from a few to several blocks.
            let word = (0..round / 60)
                .fold(state ^ state >> 32, |word, shift| word | state.rotate_left(7 * shift + 3));
            blocks.record_block(word, 64);
            (0..64).for_each(|index| single.record(word << index >> 63 == 1));
            assert_eq!(
                (blocks.correct, blocks.current, blocks.longest),
                (single.correct, single.current, single.longest)
            );
        }
        assert!(single.longest > 64, "{}", single.longest);
        blocks.record_block(0b101 << 61, 3);
        assert_eq!((blocks.predictions, blocks.current), (32_003, 1));
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
