//! Samples of two sources paired by their times.

/// A sample, and when it was taken on the steady clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamped {
    pub(super) ns: u64,
    pub(super) sample: u8,
}

/// Pairs: sample i of the one was taken nearest to sample i of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aligned {
    pub(super) samples: [Vec<u8>; 2],
    /// The most that the times of a pair differ, in nanoseconds.
    pub(super) tolerance_ns: u64,
}

/// Pairs each sample of the slower stream with the nearest one of the other that is still free, where their times differ by no more than the
/// slower one's mean interval. Both are in the order of time; each sample is used at most once.
pub(super) fn align(one: &[Stamped], other: &[Stamped]) -> Aligned {
    let [slow, fast] = if one.len() <= other.len() { [one, other] } else { [other, one] };
    let tolerance_ns = mean_interval(slow);
    let mut pairs = [Vec::new(), Vec::new()];
    let mut free = 0;
    for sample in slow {
        let distance = |place: usize| fast.get(place).map(|other| other.ns.abs_diff(sample.ns));
        let Some(mut nearest) = distance(free) else { break };
        while let Some(next) = distance(free + 1).filter(|next| *next <= nearest) {
            (free, nearest) = (free + 1, next);
        }
        if nearest <= tolerance_ns {
            pairs[0].push(sample.sample);
            pairs[1].push(fast[free].sample);
            free += 1;
        }
    }
    if one.len() > other.len() {
        pairs.swap(0, 1);
    }
    Aligned { samples: pairs, tolerance_ns }
}

fn mean_interval(stream: &[Stamped]) -> u64 {
    match stream {
        [first, .., last] => last.ns.abs_diff(first.ns) / (stream.len() as u64 - 1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(times: &[u64], first: u8) -> Vec<Stamped> {
        times.iter().zip(first..).map(|(&ns, sample)| Stamped { ns, sample }).collect()
    }

    #[test]
    fn each_sample_finds_the_nearest_and_is_used_once() {
        let slow = stream(&[100, 200, 300], 0);
        let fast = stream(&[10, 90, 120, 190, 191, 215, 299, 301], 10);
        let aligned = align(&slow, &fast);
        assert_eq!(aligned, Aligned { samples: [vec![0, 1, 2], vec![11, 14, 17]], tolerance_ns: 100 });
        let swapped = align(&fast, &slow);
        assert_eq!(swapped.samples, [vec![11, 14, 17], vec![0, 1, 2]]);
    }

    #[test]
    fn what_lies_too_far_off_is_left_out() {
        // A gap of the faster stream: nothing within 100 ns of 300 and 400.
        let slow = stream(&[100, 200, 300, 400, 500], 0);
        let fast = stream(&[100, 101, 199, 195_000, 195_001], 10);
        assert_eq!(align(&slow, &fast).samples, [vec![0, 1], vec![10, 12]]);
        // Two samples at one time do not share a partner.
        let slow = stream(&[100, 100, 200], 0);
        let fast = stream(&[100, 160, 170, 180], 10);
        assert_eq!(align(&slow, &fast).samples, [vec![0, 2], vec![10, 13]]);
    }

    #[test]
    fn nothing_pairs_with_nothing() {
        let none = Aligned { samples: [vec![], vec![]], tolerance_ns: 0 };
        assert_eq!(align(&[], &stream(&[1, 2], 0)), none);
        assert_eq!(align(&[], &[]), none);
    }
}
