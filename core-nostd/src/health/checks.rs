//! The tests of one source, set up once its facts are known.

use crate::{
    Independence, MinEntropy, SourceInfo, Width,
    health::{AdaptiveProportion, Alphas, HealthTest, LagTest, Level, RepetitionCount, Window},
    samples::WindowCredit,
};

/// What a source said of itself, and its two standard tests.
pub(super) struct Checks {
    independence: Independence,
    width: Width,
    repetition: RepetitionCount,
    proportion: AdaptiveProportion,
}

impl Checks {
    pub(super) fn new(info: &SourceInfo, claim: MinEntropy, alphas: Alphas) -> Self {
        let window = Window::of(info.width);
        Self {
            independence: info.independence,
            width: info.width,
            repetition: RepetitionCount::new(alphas.repetition(claim)),
            proportion: AdaptiveProportion::new(window, alphas.proportion(claim, window)),
        }
    }

    pub(super) const fn independence(&self) -> Independence {
        self.independence
    }

    /// Takes the cutoffs for another claim; run and window go on.
    pub(super) fn set_claim(&mut self, claim: MinEntropy, alphas: Alphas) {
        let window = self.proportion.window();
        self.repetition.set_cutoffs(alphas.repetition(claim));
        self.proportion.set_cutoffs(alphas.proportion(claim, window));
    }

    /// Whether no sample is wider than the source says.
    pub(super) fn fits(&self, samples: &[u8]) -> bool {
        let used = samples.iter().fold(0, |used, sample| used | sample);
        u32::from(used) >> self.width.bits() == 0
    }

    /// What the next `samples` samples pay at `claim` each, split where windows close; the first lies in window number `window`.
    pub(super) fn credit(&self, samples: usize, claim: MinEntropy, window: u32) -> WindowCredit {
        let samples = u32::try_from(samples).unwrap_or(u32::MAX);
        let kind = self.proportion.window();
        let until_closing = match self.proportion.left() {
            0 => kind.len(),
            left => left,
        };
        let (closes, open) = match samples.checked_sub(until_closing) {
            None => (0, samples),
            Some(after) => (1 + (after >> kind.log2()), after & (kind.len() - 1)),
        };
        let pays = |samples: u32| samples.saturating_mul(u32::from(claim.millibits()));
        WindowCredit { window, closes, closed: pays(samples - open), open: pays(open) }
    }

    /// Feeds every test all samples, and returns the gravest alarm with the first test that raised it.
    pub(super) fn run(&mut self, samples: &[u8], lag: &mut impl LagTest) -> Option<(Level, HealthTest)> {
        let raised = [
            (self.repetition.test(samples), HealthTest::RepetitionCount),
            (self.proportion.test(samples), HealthTest::AdaptiveProportion),
            (lag.test(samples), HealthTest::Lag),
        ];
        let mut worst = None;
        for (level, test) in raised {
            if level > worst.map(|(level, _)| level) {
                worst = level.map(|level| (level, test));
            }
        }
        worst
    }
}
