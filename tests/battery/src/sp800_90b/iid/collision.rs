//! Collisions (SP 800-90B §5.1.7 and §5.1.8).

/// How many samples it takes until a value comes twice, starting anew after each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Collisions {
    samples: u64,
    number: u64,
    /// The most samples it took.
    pub(super) longest: u64,
}

impl Collisions {
    /// Looks for collisions from the start; samples after the last are not counted.
    ///
    /// Sees values that come back sooner or later than chance would have them: repetition, and counters.
    pub(super) fn of(samples: impl Iterator<Item = u8>) -> Self {
        // For each value the place after it where it came last: seen again if that is in the present stretch.
        let mut after = [0u32; 256];
        let (mut start, mut found) = (0, Self::default());
        for (place, sample) in (0u32..).zip(samples) {
            let last = &mut after[usize::from(sample)];
            if *last > start {
                let taken = place + 1 - start;
                start = place + 1;
                found.number += 1;
                found.longest = found.longest.max(u64::from(taken));
            }
            *last = place + 1;
        }
        found.samples = u64::from(start);
        found
    }

    /// Samples per collision; 0 without any.
    ///
    /// Equal averages are equal numbers, as division rounds correctly, and different ones differ: two fractions of
    /// terms up to 2^26 lie further apart than doubles do.
    pub(super) fn average(&self) -> f64 {
        if self.number == 0 { 0.0 } else { self.samples as f64 / self.number as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::Collisions;

    #[test]
    fn the_example_of_the_standard() {
        // §5.1.7: 2 1 1 | 2 0 1 0 | 1 1 | 2: three, four and two samples.
        let found = Collisions::of([2, 1, 1, 2, 0, 1, 0, 1, 1, 2].into_iter());
        assert_eq!((found.number, found.samples, found.longest), (3, 9, 4));
        assert_eq!(found.average(), 3.0);
    }

    #[test]
    fn different_samples_do_not_collide() {
        let found = Collisions::of(0..=255);
        assert_eq!((found.average(), found.longest), (0.0, 0));
    }
}
