//! Do earlier samples foretell later ones?

use crate::{
    MinEntropy,
    health::{Level, Levels, Symbol},
};
use zeroize::Zeroize;

/// Samples in a window of the lag test, those that fill the history included.
const WINDOW: u32 = 1 << 17;

/// The cutoffs of the lag test for one claim: `local` for right guesses in a row, `global` for right guesses in a window.
///
/// ```
/// use openentropy_core::{MinEntropy, health::LagCutoffs};
/// let third = LagCutoffs::of(MinEntropy::from_millibits(333).unwrap()).unwrap();
/// assert_eq!((third.local.intermittent, third.global.intermittent), (111, 104_761));
/// assert!(LagCutoffs::of(MinEntropy::ZERO).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct LagCutoffs {
    /// Right guesses in a row.
    pub local: Levels<u16>,
    /// Right guesses in a window of 2^17 samples.
    pub global: Levels<u32>,
}

impl LagCutoffs {
    /// The rows of the table: the claim, as 1/rate of a bit, for oversampling rates 1 to 20.
    ///
    /// Alpha is 2^-22 for intermittent and 2^-44 for permanent failures. With p = 2^(-1/rate), the chance of a right guess, and
    /// n = 2^17 - 8 guesses: `local` is the shortest run that n guesses contain with a probability of at most alpha, `global` is
    /// critbinom(n, p, 1 - alpha). Computed with 60 digits; the intermittent rows are jitterentropy's; the tests recompute all.
    const ROWS: [Self; 20] = [
        Self::row(38, 60, 66_443, 66_876),
        Self::row(75, 119, 93_504, 93_896),
        Self::row(111, 177, 104_761, 105_108),
        Self::row(146, 234, 110_875, 111_188),
        Self::row(181, 291, 114_707, 114_993),
        Self::row(215, 347, 117_330, 117_596),
        Self::row(250, 404, 119_237, 119_486),
        Self::row(284, 460, 120_686, 120_920),
        Self::row(318, 516, 121_823, 122_045),
        Self::row(351, 571, 122_739, 122_951),
        Self::row(385, 627, 123_493, 123_696),
        Self::row(419, 683, 124_124, 124_318),
        Self::row(452, 738, 124_660, 124_847),
        Self::row(485, 793, 125_120, 125_301),
        Self::row(518, 848, 125_520, 125_695),
        Self::row(551, 903, 125_871, 126_041),
        Self::row(584, 958, 126_181, 126_346),
        Self::row(617, 1013, 126_457, 126_617),
        Self::row(650, 1068, 126_704, 126_860),
        Self::row(683, 1123, 126_926, 127_079),
    ];

    /// The cutoffs for `claim`, rounded down to a row, or `None` for zero.
    ///
    /// A row stands for 1000/rate millibits, fractions dropped: 333 is the claim of rate 3. Above a bit it is the first row: a right
    /// guess is then rarer than the row takes it to be, so that false alarms stay below alpha, and a period is caught all the same.
    #[must_use]
    pub fn of(claim: MinEntropy) -> Option<Self> {
        let claim = u32::from(claim.millibits());
        // rate is the least with 1000 / rate < claim + 1, in products: no division for a Cortex-M0
        let row = (1..=20).position(|rate| 1000 < (claim + 1) * rate)?;
        Self::ROWS.get(row).copied()
    }

    const fn row(local: u16, local_permanent: u16, global: u32, global_permanent: u32) -> Self {
        Self {
            local: Levels { intermittent: local, permanent: local_permanent },
            global: Levels { intermittent: global, permanent: global_permanent },
        }
    }
}

/// The lag test: guesses each sample to equal the one some steps before, by whichever step guessed best in this window.
///
/// It catches periods, which the other two tests overlook, up to `HISTORY`: 8 as in jitterentropy, 128 on hosts. The predictor is
/// jitterentropy's (`jent_lag_insert`), after the lag estimator of SP 800-90B §6.3.8: the first samples of a window fill the history;
/// then a step replaces the best one when its score is larger, the shortest of several. A window starts from nothing.
/// Of a step that has fallen 255 right guesses behind, no more is remembered: it comes back sooner than in jitterentropy.
///
/// ```
/// use openentropy_core::{MinEntropy, health::{Lag, LagCutoffs, Level}};
/// let mut lag = Lag::<8>::new();
/// lag.set_cutoffs(LagCutoffs::of(MinEntropy::from_millibits(1000).unwrap()));
/// let alarm = (0..64).find_map(|i| lag.test(&[i % 5]));
/// assert_eq!(alarm, Some(Level::Intermittent));
/// ```
pub struct Lag<const HISTORY: usize = 8, T: Symbol = u8> {
    cutoffs: Option<LagCutoffs>,
    /// The last samples, the oldest first.
    history: [T; HISTORY],
    /// By how many right guesses each place in the history is behind the best one; 255 and more count as 255.
    behind: [u8; HISTORY],
    /// The place to guess from; the last place is one step back.
    best: u8,
    seen: u32,
    run: u32,
    right: u32,
}

impl<const HISTORY: usize, T: Symbol> Lag<HISTORY, T> {
    /// The test before its first sample, off until it is given cutoffs.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(HISTORY > 0 && HISTORY < 256, "1 to 255 steps back") };
        Self {
            cutoffs: None,
            history: [T::ZERO; HISTORY],
            behind: [0; HISTORY],
            best: 0,
            seen: 0,
            run: 0,
            right: 0,
        }
    }

    /// Replaces the cutoffs, `None` for off; the window goes on.
    pub const fn set_cutoffs(&mut self, cutoffs: Option<LagCutoffs>) {
        self.cutoffs = cutoffs;
    }

    /// Feeds consecutive samples and returns the gravest alarm that they raised; a run and a window raise each level once.
    pub fn test(&mut self, samples: &[T]) -> Option<Level> {
        let cutoffs = self.cutoffs?;
        let mut worst = None;
        // The first samples have their past in the history, in part; the others in the block itself.
        let mut seam = [self.history; 2];
        seam.as_flattened_mut()
            .iter_mut()
            .skip(HISTORY)
            .zip(samples)
            .for_each(|(slot, sample)| *slot = *sample);
        let seam_len = HISTORY + samples.len().min(HISTORY);
        let seam_used = seam.as_flattened().get(..seam_len).unwrap_or_default();
        for span in seam_used.windows(HISTORY + 1).chain(samples.windows(HISTORY + 1)) {
            if let Some((past, &[sample])) = span.split_first_chunk() {
                worst = worst.max(self.insert(past, sample, cutoffs));
            }
        }
        if let Some(last) = samples.last_chunk().or(seam_used.last_chunk()) {
            self.history = *last;
        }
        seam.as_flattened_mut().iter_mut().for_each(Zeroize::zeroize);
        worst
    }

    fn insert(&mut self, past: &[T; HISTORY], sample: T, cutoffs: LagCutoffs) -> Option<Level> {
        if self.seen == 0 {
            self.behind = [0; HISTORY];
            (self.run, self.right) = (0, 0);
            self.best = (HISTORY - 1) as u8;
        }
        let filled = self.seen >= HISTORY as u32;
        self.seen = (self.seen + 1) & (WINDOW - 1);
        if !filled {
            return None;
        }
        let right = u32::from(past.get(usize::from(self.best)) == Some(&sample));
        let before = (self.run, self.right);
        self.run = (self.run + right) * right;
        self.right += right;
        self.best = score(&mut self.behind, past, sample).unwrap_or(self.best);
        let local = cutoffs.local.reached(before.0, self.run);
        local.max(cutoffs.global.reached(before.1, self.right))
    }
}

/// Scores each place's guess of `sample`, and returns the new best place if one of the best was right.
///
/// Without branches and in bytes, so that compilers make vector code of it: this is the hot loop of a history of 128.
fn score<const HISTORY: usize, T: Symbol>(
    behind: &mut [u8; HISTORY],
    past: &[T; HISTORY],
    sample: T,
) -> Option<u8> {
    let mut ahead = 0;
    for (behind, &past) in behind.iter().zip(past) {
        ahead |= u8::from(past == sample) & u8::from(*behind == 0);
    }
    let mut best = 0;
    for ((behind, &past), place) in behind.iter_mut().zip(past).zip(0..) {
        let right = u8::from(past == sample);
        *behind = behind.saturating_add(ahead & (right ^ 1)) - (right & (ahead ^ 1));
        best = best.max(if *behind == 0 { place } else { 0 });
    }
    (ahead == 1).then_some(best)
}

impl<const HISTORY: usize, T: Symbol> Drop for Lag<HISTORY, T> {
    fn drop(&mut self) {
        self.history.iter_mut().for_each(Zeroize::zeroize);
    }
}

impl<const HISTORY: usize, T: Symbol> Default for Lag<HISTORY, T> {
    fn default() -> Self {
        Self::new()
    }
}

/// No lag test, for targets where its 900 bytes of flash, its 48 of memory or its time are too dear.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "there is nothing in it")]
pub struct NoLag;

/// What [`Tested`](crate::Tested) asks of its lag test: [`Lag`] of any history, or [`NoLag`].
pub trait LagTest: sealed::Sealed {
    /// Forgets everything.
    fn restart(&mut self);
    /// Takes the cutoffs for `claim`.
    fn set_claim(&mut self, claim: MinEntropy);
    /// Whether the test can fail at all.
    fn is_on(&self) -> bool;
    /// Feeds consecutive samples and returns the gravest alarm that they raised.
    fn test(&mut self, samples: &[u8]) -> Option<Level>;
}

impl<const HISTORY: usize> LagTest for Lag<HISTORY> {
    fn restart(&mut self) {
        self.seen = 0;
    }

    fn set_claim(&mut self, claim: MinEntropy) {
        self.set_cutoffs(LagCutoffs::of(claim));
    }

    fn is_on(&self) -> bool {
        self.cutoffs.is_some()
    }

    fn test(&mut self, samples: &[u8]) -> Option<Level> {
        Self::test(self, samples)
    }
}

impl LagTest for NoLag {
    fn restart(&mut self) {}

    fn set_claim(&mut self, _: MinEntropy) {}

    fn is_on(&self) -> bool {
        false
    }

    fn test(&mut self, _: &[u8]) -> Option<Level> {
        None
    }
}

mod sealed {
    pub trait Sealed {}

    impl<const HISTORY: usize> Sealed for super::Lag<HISTORY> {}
    impl Sealed for super::NoLag {}
}
