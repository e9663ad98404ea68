//! Directional runs, and runs about the median (SP 800-90B §5.1.2 to §5.1.6).

/// Runs of equal signs in a sequence of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs {
    /// Number of runs.
    pub(super) number: u64,
    /// Length of the longest.
    pub(super) longest: u64,
    /// Number of the commoner sign.
    pub(super) commoner: u64,
}

/// Runs of the directions between neighbouring samples: down, or not down (§5.1.2, §5.1.3, §5.1.4).
///
/// Sees trends, oscillation, and samples that are filtered or correlated with their neighbours; the commoner sign
/// sees saw-teeth, which rise slowly and fall at once.
pub(super) fn directional(samples: &[u8]) -> Runs {
    runs(samples.iter().zip(samples.iter().skip(1)).map(|(here, next)| here > next))
}

/// Runs of samples below the median, and of others (§5.1.5, §5.1.6).
///
/// Sees values that stick to one side, or alternate: a level that wanders, and slow or fast oscillation.
pub(super) fn about(median: Median, samples: &[u8]) -> Runs {
    runs(samples.iter().map(|&sample| sample < median.at_least))
}

fn runs(signs: impl Iterator<Item = bool>) -> Runs {
    let (mut number, mut longest, mut run) = (0, 0, 0);
    let (mut set, mut all) = (0, 0);
    let mut previous = None;
    for sign in signs {
        let same = previous == Some(sign);
        number += u64::from(!same);
        run = if same { run + 1 } else { 1 };
        longest = longest.max(run);
        set += u64::from(sign);
        all += 1;
        previous = Some(sign);
    }
    Runs { number, longest, commoner: set.max(all - set) }
}

/// What parts samples below the median from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Median {
    /// The smallest whole number that is not below it: a sample is below both or neither.
    at_least: u8,
}

impl Median {
    /// The median of samples that occur `counts` times each; of an even number, the mean of the two in the middle.
    pub(super) fn new(counts: &[usize; 256]) -> Self {
        let len: usize = counts.iter().sum();
        let at = |place: usize| {
            let mut before = 0;
            counts
                .iter()
                .take_while(|count| {
                    before += **count;
                    before <= place
                })
                .count()
        };
        let middle = at(len.saturating_sub(1) / 2) + at(len / 2);
        Self { at_least: middle.div_ceil(2).min(255) as u8 }
    }

    /// Of two values, the larger: 0.5 where they are 0 and 1.
    pub(super) fn between_two(larger: u8) -> Self {
        Self { at_least: larger }
    }
}

#[cfg(test)]
mod tests {
    use super::{Median, Runs, about, directional};

    fn median(samples: &[u8]) -> Median {
        let mut counts = [0; 256];
        for &sample in samples {
            counts[usize::from(sample)] += 1;
        }
        Median::new(&counts)
    }

    #[test]
    fn the_examples_of_the_standard() {
        // §5.1.2 to §5.1.4: six rises, two falls, two rises.
        let samples = [2, 2, 2, 5, 7, 7, 9, 3, 1, 4, 4];
        assert_eq!(directional(&samples), Runs { number: 3, longest: 6, commoner: 8 });
        // §5.1.5, §5.1.6: the median is 9; one below, two not, one below, two not, one below.
        let samples = [5, 15, 12, 1, 13, 9, 4];
        assert_eq!(about(median(&samples), &samples), Runs { number: 5, longest: 2, commoner: 4 });
    }

    #[test]
    fn single_samples_have_no_direction() {
        assert_eq!(directional(&[3]), Runs::default());
        assert_eq!(directional(&[]), Runs::default());
    }

    #[test]
    fn the_median_of_an_even_number_lies_in_the_middle() {
        assert_eq!(median(&[1, 2, 3, 4]), Median { at_least: 3 });
        assert_eq!(median(&[1, 2, 4, 5]), Median { at_least: 3 });
        assert_eq!(median(&[1, 2, 2, 5]), Median { at_least: 2 });
        assert_eq!(median(&[9, 1, 4]), Median { at_least: 4 });
        assert_eq!(median(&[255; 4]), Median { at_least: 255 });
    }
}
