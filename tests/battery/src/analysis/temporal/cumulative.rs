//! Cumulative sums of a series, and where they lie furthest from a straight line.

/// Fewest samples of a segment that is tested.
pub(super) const MIN_SEGMENT: usize = 64;
/// What the maximum of a bridge known at n points falls short of the continuous one's, times √n: −ζ(½)/√(2π), for
/// normal steps (Siegmund 1985).
const OVERSHOOT: f64 = 0.582_597_157_939_010_7;

/// Sums of the samples, and of their squares, up to each place.
pub(super) struct Sums {
    values: Vec<u64>,
    squares: Vec<u64>,
}

/// The best split of a stretch.
pub(super) struct Split {
    pub(super) place: usize,
    /// In standard deviations times √n; `None` where the samples vary nowhere but here.
    pub(super) statistic: Option<f64>,
    pub(super) p: f64,
}

impl Sums {
    pub(super) fn of(samples: &[u8]) -> Self {
        let running = |power: u32| {
            let sums = samples.iter().scan(0, |sum, &sample| {
                *sum += u64::from(sample).pow(power);
                Some(*sum)
            });
            core::iter::once(0).chain(sums).collect()
        };
        Self { values: running(1), squares: running(2) }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len() - 1
    }

    pub(super) fn mean(&self, start: usize, end: usize) -> f64 {
        (self.values[end] - self.values[start]) as f64 / (end - start) as f64
    }

    /// Sum of squared deviations from the mean.
    fn spread(&self, start: usize, end: usize) -> f64 {
        let (n, sum) = ((end - start) as u128, u128::from(self.values[end] - self.values[start]));
        // Exact in whole numbers: 0 where nothing varies.
        (n * u128::from(self.squares[end] - self.squares[start]) - sum * sum) as f64 / n as f64
    }

    /// The best split of the stretch; `None` if it is too short, or does not vary.
    pub(super) fn split(&self, start: usize, end: usize) -> Option<Split> {
        let n = end - start;
        if n < MIN_SEGMENT {
            return None;
        }
        let total = i128::from(self.values[end] - self.values[start]);
        let deviation = |place: usize| {
            let sum = i128::from(self.values[place] - self.values[start]);
            (sum * n as i128 - (place - start) as i128 * total).unsigned_abs()
        };
        // The first of equal maxima.
        let place = (start + 1..end).rev().max_by_key(|&place| deviation(place))?;
        let largest = deviation(place) as f64 / n as f64;
        if largest == 0.0 {
            return None;
        }
        let within = (self.spread(start, place) + self.spread(place, end)) / (n - 2) as f64;
        let root = (n as f64).sqrt();
        let statistic = (within > 0.0).then(|| largest / (within.sqrt() * root));
        Some(Split { place, statistic, p: statistic.map_or(0.0, |x| bridge_exceeds(x + OVERSHOOT / root)) })
    }
}

/// P(sup |B| > x) for a Brownian bridge B (Kolmogorov).
fn bridge_exceeds(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0; // to 1e-12
    }
    let term = |j: i32| {
        let sign = if j % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(j * j) * x * x).exp()
    };
    (1..=40).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kolmogorov's table: 1.2238 at 10 %, 1.3581 at 5 %, 1.6276 at 1 %.
    #[test]
    fn the_bridge() {
        for (x, p) in [(1.2238, 0.1), (1.3581, 0.05), (1.6276, 0.01)] {
            assert!((bridge_exceeds(x) - p).abs() < 5e-5);
        }
        assert!((bridge_exceeds(0.2) - 1.0).abs() < 1e-10);
    }

    /// 0, 0, 0 and 3, 3, 3, …: the sums lie furthest below the line at the step.
    #[test]
    fn the_first_of_equal_maxima_is_the_place() {
        let step: Vec<u8> = (0..100).map(|i| if i < 40 { 0 } else { 3 }).collect();
        let split = Sums::of(&step).split(0, 100).unwrap();
        assert_eq!((split.place, split.statistic, split.p), (40, None, 0.0));
        assert!(Sums::of(&step).split(40, 100).is_none() && Sums::of(&step).split(0, 63).is_none());
        let two = [[0u8; 50], [9; 50], [0; 50]].concat();
        assert_eq!(Sums::of(&two).split(0, 150).unwrap().place, 50);
    }
}
