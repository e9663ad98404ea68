//! Moments at which several streams are unusual at once.

use super::aligned;
use crate::Correction;
use crate::Reason;
use crate::analysis::chaos::surrogate::Surrogate;
use crate::analysis::temporal::level;
use crate::analysis::temporal::summary::mean;

/// Fewest windows.
const MIN_WINDOWS: usize = 20;
/// Most windows.
const MAX_WINDOWS: usize = 4096;
/// Fewest samples to a window.
const MIN_WINDOW: usize = 16;
/// Share of a stream's windows that count as deviating: those whose means are furthest from its own.
const SHARE: f64 = 0.1;
/// Number of orders of the windows behind the p-value of the whole.
const SURROGATES: u64 = 999;

/// A window in which several streams deviate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GlobalEvent {
    /// Its first sample.
    pub offset: usize,
    /// Number of streams that deviate.
    pub n_streams_affected: usize,
    /// Mean distance of their window means from their overall means, in units of the samples.
    pub mean_deviation: f64,
    /// Probability of that many or more, if the streams are independent.
    pub p_value: f64,
    /// The same, corrected for all windows (Holm).
    pub p_adjusted: f64,
}

/// What [`global_events`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GlobalEvents {
    /// Windows rejected at the level, in order.
    pub events: Vec<GlobalEvent>,
    /// Number of them.
    pub n_events: usize,
    /// Events over windows.
    pub event_rate: f64,
    /// Number of windows in which k streams deviate, k = 0, 1, ….
    pub windows_by_streams: Vec<u64>,
    /// The same to expect of independent streams.
    pub expected_windows: Vec<f64>,
    /// p-value of the number of coinciding pairs in all windows together, a rank among 999 orders of the windows.
    pub p_value: f64,
    /// Number of windows.
    pub windows: usize,
    /// Samples to a window.
    pub window_size: usize,
}

/// Windows in which more streams deviate at once than chance brings, at family-wise level `alpha`.
///
/// Each stream is cut into windows of `window_size` samples. Of its windows, the tenth whose means lie furthest from
/// its overall mean count as deviating (more, where several are equally far). The number of streams that deviate in a
/// window is held against the sum of independent trials, one for each stream with the share of its windows that
/// deviate: binomial where the shares are equal.
///
/// Null: the streams are independent of each other, and the windows of each are exchangeable. The p-value of a window
/// is then the exact tail. The whole is tested by the number of pairs of streams that deviate in the same window,
/// against 999 orders of each stream's windows: (1 + number with at least as many) / 1000.
///
/// At least two streams, 20 windows of 16 samples; the first 4096 windows are used. With few streams no single window
/// can be rejected: k streams reach at least 10^−k. Cost O(k n + 999 k windows).
///
/// Source: the sum of unequal trials: Hodges and Le Cam, Ann. Math. Stat. 31 (1960) 737; Holm 1979 ([`Correction`]).
///
/// # Errors
/// [`Reason::Parameter`] for windows below 16 samples or unless 0 < `alpha` < 1; [`Reason::TooFew`] below two
/// streams, or 20 windows in common; [`Reason::Constant`] if the windows of no two streams differ.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let sample = |k: u32, i: u32| if i / 32 == 40 { 250 } else { ((i * i + k * i) % 251) as u8 };
/// let streams: Vec<Vec<u8>> = (1..9).map(|k| (0..3200).map(|i| sample(k, i)).collect()).collect();
/// let views: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
/// let found = synchrony::global_events(&views, 32, 0.001)?;
/// assert!(found.events.iter().any(|event| event.offset == 40 * 32 && event.n_streams_affected == 8));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn global_events(streams: &[&[u8]], window_size: usize, alpha: f64) -> Result<GlobalEvents, Reason> {
    let alpha = level(alpha)?;
    if window_size < MIN_WINDOW {
        return Err(Reason::Parameter("a window has at least 16 samples"));
    }
    let least = window_size.saturating_mul(MIN_WINDOWS);
    let streams = aligned(streams, least, window_size.saturating_mul(MAX_WINDOWS))?;
    let deviations: Vec<Deviations> =
        streams.iter().filter_map(|stream| Deviations::of(stream, window_size)).collect();
    if deviations.len() < 2 {
        return Err(Reason::Constant);
    }
    let windows = streams[0].len() / window_size;
    let distribution = distribution(&deviations, windows);
    let affected = counts(&deviations, windows);
    let tail = |count: usize| distribution[count..].iter().sum::<f64>().min(1.0);
    let p_values: Vec<f64> = affected.iter().map(|&count| tail(count)).collect();
    let adjusted = Correction::Holm.adjust(&p_values);
    let event = |window: usize| GlobalEvent {
        offset: window * window_size,
        n_streams_affected: affected[window],
        mean_deviation: mean_deviation(&deviations, window),
        p_value: p_values[window],
        p_adjusted: adjusted[window],
    };
    let events: Vec<GlobalEvent> =
        (0..windows).filter(|&window| adjusted[window] <= alpha).map(event).collect();
    let mut windows_by_streams = vec![0; deviations.len() + 1];
    affected.iter().for_each(|&count| windows_by_streams[count] += 1);
    Ok(GlobalEvents {
        n_events: events.len(),
        event_rate: events.len() as f64 / windows as f64,
        events,
        windows_by_streams,
        expected_windows: distribution.iter().map(|share| share * windows as f64).collect(),
        p_value: coincidences_p_value(&deviations, &affected),
        windows,
        window_size,
    })
}

/// How far each window of a stream lies from its mean, and which of them count.
struct Deviations {
    distances: Vec<f64>,
    deviating: Vec<bool>,
}

impl Deviations {
    /// `None` where the windows do not differ.
    fn of(stream: &[u8], window_size: usize) -> Option<Self> {
        let whole = mean(stream);
        let distances: Vec<f64> =
            stream.chunks_exact(window_size).map(|window| (mean(window) - whole).abs()).collect();
        let mut sorted = distances.clone();
        sorted.sort_by(f64::total_cmp);
        let number = (SHARE * sorted.len() as f64) as usize;
        let furthest = sorted[sorted.len() - number.max(1)];
        let deviating: Vec<bool> = distances.iter().map(|&distance| distance >= furthest).collect();
        let all = deviating.iter().all(|&deviating| deviating);
        (!all).then_some(Self { distances, deviating })
    }

    fn share(&self) -> f64 {
        self.deviating.iter().filter(|&&deviating| deviating).count() as f64 / self.deviating.len() as f64
    }
}

/// Probabilities that 0, 1, 2, … of the streams deviate in a window.
fn distribution(streams: &[Deviations], windows: usize) -> Vec<f64> {
    debug_assert!(streams.iter().all(|stream| stream.deviating.len() == windows));
    let mut distribution = vec![1.0];
    for share in streams.iter().map(Deviations::share) {
        distribution.push(0.0);
        for count in (0..distribution.len()).rev() {
            let one_more = if count > 0 { distribution[count - 1] * share } else { 0.0 };
            distribution[count] = distribution[count] * (1.0 - share) + one_more;
        }
    }
    distribution
}

/// Number of streams that deviate in each window.
fn counts(streams: &[Deviations], windows: usize) -> Vec<usize> {
    (0..windows).map(|window| streams.iter().filter(|stream| stream.deviating[window]).count()).collect()
}

fn mean_deviation(streams: &[Deviations], window: usize) -> f64 {
    let affected: Vec<f64> = streams
        .iter()
        .filter(|stream| stream.deviating[window])
        .map(|stream| stream.distances[window])
        .collect();
    affected.iter().sum::<f64>() / affected.len().max(1) as f64
}

fn coincidences(counts: &[usize]) -> usize {
    counts.iter().map(|count| count * count.saturating_sub(1) / 2).sum()
}

/// The rank of the number of coinciding pairs among orders of the windows, each stream's drawn by itself.
fn coincidences_p_value(streams: &[Deviations], affected: &[usize]) -> f64 {
    let observed = coincidences(affected);
    let mut orders: Vec<Vec<bool>> = streams.iter().map(|stream| stream.deviating.clone()).collect();
    let mut counts = vec![0; affected.len()];
    let mut as_many = 0;
    for index in 0..SURROGATES {
        let mut generator = Surrogate::new(index);
        counts.fill(0);
        for order in &mut orders {
            generator.shuffle(order);
            counts.iter_mut().zip(order).for_each(|(count, deviating)| *count += usize::from(*deviating));
        }
        as_many += u64::from(coincidences(&counts) >= observed);
    }
    (1.0 + as_many as f64) / (1.0 + SURROGATES as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_no_smaller_than_uniform;
    use crate::test_streams::Good;

    fn found(seed: u64, streams: u64, alpha: f64) -> GlobalEvents {
        let streams: Vec<Vec<u8>> =
            (0..streams).map(|k| Good::ALL[k as usize % 3].bytes(seed * 1000 + k, 100 * 32)).collect();
        let views: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        global_events(&views, 32, alpha).unwrap()
    }

    /// Three streams of which a tenth deviates: binomial, 0.729, 0.243, 0.027, 0.001.
    #[test]
    fn equal_shares_are_binomial() {
        let stream = || Deviations { distances: vec![0.0; 10], deviating: (0..10).map(|i| i == 3).collect() };
        let distribution = distribution(&[stream(), stream(), stream()], 10);
        for (share, exact) in distribution.iter().zip([0.729, 0.243, 0.027, 0.001]) {
            assert!((share - exact).abs() < 1e-12);
        }
        assert_eq!(coincidences(&[0, 1, 2, 3]), 4);
    }

    #[test]
    fn p_values_of_good_streams_are_valid() {
        let found: Vec<GlobalEvents> = (0..500).map(|seed| found(seed, 6, 0.05)).collect();
        let p_values: Vec<f64> = found.iter().map(|found| found.p_value).collect();
        assert_no_smaller_than_uniform(&p_values);
        assert!(p_values.iter().filter(|&&p| p <= 0.1).count() > 15, "valid, and of use");
        // Binomial with mean 25 at most: more than 47 with probability 2e-5.
        assert!(found.iter().filter(|found| found.n_events > 0).count() <= 47);
        let sums = found[0].expected_windows.iter().sum::<f64>();
        assert!((sums - 100.0).abs() < 1e-9 && found[0].windows_by_streams.iter().sum::<u64>() == 100);
    }

    #[test]
    fn a_moment_that_moves_all_is_found() {
        let mut streams: Vec<Vec<u8>> = (0..8).map(|seed| Good::ChaCha20.bytes(seed, 6400)).collect();
        streams.iter_mut().for_each(|stream| stream[3200..3264].fill(240));
        let views: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        let found = global_events(&views, 64, 0.001).unwrap();
        let [event] = found.events[..] else { panic!("{found:?}") };
        assert_eq!((event.offset, event.n_streams_affected), (3200, 8));
        assert!(event.mean_deviation > 90.0 && found.p_value <= 0.01);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(global_events(&[&[1; 400], &[2; 400]], 16, 0.01), Err(Reason::Constant));
        assert!(matches!(global_events(&[&[1; 400]], 16, 0.01), Err(Reason::TooFew { what: "streams", .. })));
        assert!(matches!(global_events(&[&[1; 400], &[1; 300]], 16, 0.01), Err(Reason::TooFew { .. })));
        assert!(matches!(global_events(&[], usize::MAX, 0.01), Err(Reason::TooFew { .. })));
        assert!(matches!(global_events(&[], 15, 0.01), Err(Reason::Parameter(_))));
    }
}
