//! Change points of the mean.

use super::cumulative::{MIN_SEGMENT, Split, Sums};
use super::level;
use crate::Reason;

/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;
/// Most change points that are looked for.
const MAX_CHANGES: usize = 100;

/// A place where the mean changes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ChangePoint {
    /// The first sample after the change.
    pub offset: usize,
    /// Mean from the change point before, or the beginning.
    pub mean_before: f64,
    /// Mean to the change point after, or the end.
    pub mean_after: f64,
    /// `mean_after` − `mean_before`.
    pub magnitude: f64,
    /// Size of the cumulative sum there, in standard deviations times √n; `None` where the samples vary nowhere else.
    pub significance: Option<f64>,
    /// p-value in the stretch from the change point before to the one after.
    pub p_value: f64,
    /// The same, times how often this stretch would fit into the series: held against the level as well.
    pub p_adjusted: f64,
}

/// What [`change_points`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ChangePoints {
    /// The change points, in order.
    pub change_points: Vec<ChangePoint>,
    /// Number of segments they leave.
    pub n_segments: usize,
    /// p-value of the whole series against no change at all.
    pub p_value: f64,
    /// Whether 100 change points were found and the search was given up.
    pub truncated: bool,
    /// Number of samples looked at.
    pub samples: usize,
}

/// Where the mean changes, by seeded segmentation at family-wise level `alpha`.
///
/// In a stretch of n samples with sums S_k, D_k = S_k − (k/n) S_n. T = max |D_k| / (s √n), s being the standard
/// deviation about the two means before and after the maximum. The whole series is looked at, its halves overlapping
/// by half (three), their halves (seven), and so on down to 64 samples. Of the stretches with a small enough p-value
/// the shortest gives the first change point, the place of its maximum; those that hold this place are set aside, and
/// so on. At the end each point is placed and tested again between its neighbours, and dropped if it no longer holds.
///
/// Null: independent samples of one distribution. Then T tends to the largest deviation of a Brownian bridge, P(T >
/// x) = 2 Σ (−1)^(j+1) exp(−2 j² x²); the maximum over n points falls short of it by 0.583/√n on the mean, which is
/// put back. The level is shared evenly among the scales, and within a scale among its stretches, so that a series
/// without changes yields any with probability `alpha` at most. Dependence within the series looks like change: a
/// rejection says that one of the two is there.
///
/// Minimum 64 samples, and for a segment too; the first 1,048,576 are used, and the search ends at 100 change points.
/// Cost O(n log n), and O(n) for each point that is dropped.
///
/// Sources: Kovács and others, Biometrika 110 (2023) 249 (seeded segmentation); Csörgő and Horváth, Limit Theorems in
/// Change-Point Analysis, 1997, §2.1; Siegmund, Sequential Analysis, 1985, ch. X.
///
/// # Errors
/// [`Reason::Parameter`] unless 0 < `alpha` < 1; [`Reason::TooFew`] below 64 samples; [`Reason::Constant`] if all are
/// equal.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let steps: Vec<u8> = (0..3000u32).map(|i| [100, 140, 90][i as usize / 1000] + (i * i % 7) as u8).collect();
/// let found = temporal::change_points(&steps, 0.01)?;
/// let offsets: Vec<usize> = found.change_points.iter().map(|change| change.offset).collect();
/// assert_eq!(offsets, [1000, 2000]);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn change_points(samples: &[u8], alpha: f64) -> Result<ChangePoints, Reason> {
    let alpha = level(alpha)?;
    if samples.len() < MIN_SEGMENT {
        return Err(Reason::TooFew { what: "samples", have: samples.len() as u64, need: MIN_SEGMENT as u64 });
    }
    let sums = Sums::of(&samples[..samples.len().min(MAX_SAMPLES)]);
    let whole = sums.split(0, sums.len()).ok_or(Reason::Constant)?;
    let places = search(&sums, alpha);
    let truncated = places.len() >= MAX_CHANGES;
    let change_points = confirm(&sums, places, alpha);
    Ok(ChangePoints {
        n_segments: change_points.len() + 1,
        change_points,
        p_value: whole.p,
        truncated,
        samples: sums.len(),
    })
}

/// A stretch with a split.
struct Stretch {
    start: usize,
    end: usize,
    split: Split,
}

/// Places found, in order.
fn search(sums: &Sums, alpha: f64) -> Vec<usize> {
    let mut open = significant(sums, alpha);
    open.sort_by(|a, b| (a.end - a.start).cmp(&(b.end - b.start)).then(a.split.p.total_cmp(&b.split.p)));
    let mut places = Vec::new();
    while let Some(place) = open.first().map(|stretch| stretch.split.place) {
        places.push(place);
        open.retain(|stretch| !(stretch.start..stretch.end).contains(&place));
        if places.len() == MAX_CHANGES {
            break;
        }
    }
    places.sort_unstable();
    places
}

/// The stretches, each half as long as those of the scale before and overlapping by half, that a split explains.
fn significant(sums: &Sums, alpha: f64) -> Vec<Stretch> {
    let scales = (sums.len() / MIN_SEGMENT).ilog2() as usize + 1;
    let mut stretches = Vec::new();
    for scale in 0..scales {
        let (length, number) = (sums.len() >> scale, (2 << scale) - 1);
        for index in 0..number {
            let start = index * (sums.len() - length) / (number - 1).max(1);
            let end = start + length;
            let split = sums.split(start, end).filter(|split| split.p * (scales * number) as f64 <= alpha);
            stretches.extend(split.map(|split| Stretch { start, end, split }));
        }
    }
    stretches
}

/// Places and tests each again between its neighbours; one that does not hold is dropped, and the rest seen again.
fn confirm(sums: &Sums, mut places: Vec<usize>, alpha: f64) -> Vec<ChangePoint> {
    loop {
        let mut confirmed = Vec::with_capacity(places.len());
        for index in 0..places.len() {
            let (start, end) = neighbours(sums, &places, index);
            let share = (end - start) as f64 / sums.len() as f64;
            let Some(split) = sums.split(start, end).filter(|split| split.p <= alpha * share) else { break };
            places[index] = split.place;
            confirmed.push((split, share));
        }
        if confirmed.len() < places.len() {
            places.remove(confirmed.len());
            continue;
        }
        let report = |(index, (split, share)): (usize, (Split, f64))| {
            let (start, end) = neighbours(sums, &places, index);
            let (mean_before, mean_after) = (sums.mean(start, split.place), sums.mean(split.place, end));
            ChangePoint {
                offset: split.place,
                mean_before,
                mean_after,
                magnitude: mean_after - mean_before,
                significance: split.statistic,
                p_value: split.p,
                p_adjusted: (split.p / share).min(1.0),
            }
        };
        return confirmed.into_iter().enumerate().map(report).collect();
    }
}

/// The place before, or the beginning, and the place after, or the end.
fn neighbours(sums: &Sums, places: &[usize], index: usize) -> (usize, usize) {
    let start = if index == 0 { 0 } else { places[index - 1] };
    (start, places.get(index + 1).copied().unwrap_or(sums.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    fn offsets(samples: &[u8], alpha: f64) -> Vec<usize> {
        change_points(samples, alpha).unwrap().change_points.iter().map(|change| change.offset).collect()
    }

    #[test]
    fn steps_are_found_where_they_are() {
        let level = [30u8, 80, 20, 90, 40];
        let flat: Vec<u8> = (0..1000).map(|i| level[i / 200]).collect();
        assert_eq!(offsets(&flat, 0.01), [200, 400, 600, 800]);
        let one: Vec<u8> = (0..500).map(|i| if i < 123 { 7 } else { 8 }).collect();
        let found = change_points(&one, 0.01).unwrap();
        let change = found.change_points[0];
        assert_eq!(
            (change.offset, change.magnitude, change.significance, found.n_segments),
            (123, 1.0, None, 2)
        );
        // Noise of standard deviation 4.6 on steps of 60: the place is certain.
        let noise = Good::ChaCha20.bytes(1, 1000);
        let noisy: Vec<u8> = flat.iter().zip(noise).map(|(&flat, noise)| flat + (noise & 15)).collect();
        assert_eq!(offsets(&noisy, 0.001), [200, 400, 600, 800]);
    }

    /// The p-value of the whole is uniform, and at 5 % any change is found in as many streams: of 500, 25 on the
    /// mean, and more than 47 with probability 2e-5.
    #[test]
    fn good_streams_have_no_changes_at_the_stated_rate() {
        let found: Vec<ChangePoints> = (0..500)
            .map(|seed| change_points(&Good::ALL[seed as usize % 3].bytes(seed, 1000), 0.05).unwrap())
            .collect();
        assert_uniform(&found.iter().map(|found| found.p_value).collect::<Vec<_>>());
        let any = found.iter().filter(|found| !found.change_points.is_empty()).count();
        assert!(any <= 47, "{any}");
        let short: Vec<f64> = (0..500)
            .map(|seed| change_points(&Good::AesCtr.bytes(seed, 64), 0.05).unwrap().p_value)
            .collect();
        assert_uniform(&short);
    }

    #[test]
    fn many_changes_end_the_search() {
        let saw: Vec<u8> = (0..40_000u32).map(|i| if i / 100 % 2 == 0 { 0 } else { 200 }).collect();
        let found = change_points(&saw, 0.01).unwrap();
        assert!(found.truncated && found.change_points.len() <= MAX_CHANGES, "{found:?}");
        // Its mean over any long stretch is the same: only short ones show it.
        let fewer = change_points(&saw[..4000], 0.01).unwrap();
        assert!(
            fewer.change_points.len() > 30
                && fewer.change_points.iter().all(|change| change.offset % 100 == 0)
        );
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(change_points(&[5; 100], 0.01), Err(Reason::Constant));
        assert!(matches!(change_points(&[5; 63], 0.01), Err(Reason::TooFew { .. })));
        for alpha in [0.0, 1.0, f64::NAN] {
            assert!(matches!(change_points(&[5; 100], alpha), Err(Reason::Parameter(_))));
        }
    }
}
