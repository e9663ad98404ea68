//! Equal spacings between birthdays in a year of 2^32 days.

use crate::Outcome;
use crate::special::poisson_at_least;
use crate::threads;

/// Number of birthdays in a group.
pub(in crate::battery) const BIRTHDAYS: usize = 4096;

/// Tests `groups` groups of [`BIRTHDAYS`], which `birthday` gives by their number in all groups together.
pub(in crate::battery) fn test(groups: usize, birthday: impl Fn(usize) -> u32 + Sync + Send) -> Outcome {
    let repeats = |group: usize| {
        let days = group * BIRTHDAYS..(group + 1) * BIRTHDAYS;
        equal_spacings(days.map(&birthday).collect())
    };
    let repeats: u64 = threads::map((0..groups).collect(), repeats).into_iter().sum();
    let mean = groups as f64 * expected(BIRTHDAYS as f64, 2f64.powi(32));
    Outcome::p_value(repeats as f64, poisson_at_least(repeats, mean))
}

/// Mean number of equal spacings between `m` birthdays in a circular year of `d` days.
///
/// Two given spacings are equal with probability (m-1)/2d, and there are m(m-1)/2 pairs of them. Three equal
/// ones are counted twice, not three times: m³/6 triples with probability m²/3d² = (16/3)·λ²/m⁴ each.
fn expected(m: f64, d: f64) -> f64 {
    let lambda = m.powi(3) / (4.0 * d);
    m * (m - 1.0).powi(2) / (4.0 * d) - 8.0 * lambda * lambda / (9.0 * m)
}

/// How many spacings, in ascending order, equal the one before; the year is a circle.
fn equal_spacings(mut days: Vec<u32>) -> u64 {
    days.sort_unstable();
    let Some(&first) = days.first() else { return 0 };
    let next = days.iter().skip(1).chain([&first]);
    let mut spacings: Vec<u32> = days.iter().zip(next).map(|(day, next)| next.wrapping_sub(*day)).collect();
    spacings.sort_unstable();
    spacings.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64
}

#[cfg(test)]
mod tests {
    use super::{equal_spacings, expected};

    #[test]
    fn spacings_by_hand() {
        // In order 1 3 5 8 13: spacings 2 2 3 5 and back round the year to 1, a long one.
        assert_eq!(equal_spacings(vec![5, 1, 13, 3, 8]), 1);
        assert_eq!(equal_spacings(vec![4, 4, 4, 4]), 3, "four of them 0, wrapping round included");
        assert_eq!(equal_spacings(vec![]), 0);
    }

    /// 400,000 groups of 128 in 2^16 days had 7.4622 ± 0.0045 on average (numpy's PCG64, circular spacings),
    /// of 128 in 2^18 days 1.9409 ± 0.0022.
    #[test]
    fn the_mean_is_that_of_a_simulation() {
        assert!((expected(128.0, 65_536.0) - 7.4622).abs() < 0.04);
        assert!((expected(128.0, 262_144.0) - 1.9409).abs() < 0.007);
        assert!((expected(4096.0, 2f64.powi(32)) - 3.9946).abs() < 1e-3);
    }
}
