//! What a source's first samples say about it: the lowest of three bounds of SP 800-90B §6.3 on 1,024 samples.

use openentropy_core::MinEntropy;
use zeroize::Zeroizing;

/// Samples looked at.
const SAMPLES: usize = 1024;
/// Upper end of the 99 % confidence interval, in standard deviations (SP 800-90B §6.3.1).
const Z_ALPHA: f64 = 2.575_829_303_548_901;
/// Lags of the lag predictor (§6.3.8).
const LAGS: usize = 128;
/// Length of the sequences whose probability the Markov estimate bounds (§6.3.3).
const MARKOV_STEPS: f64 = 128.0;
/// Timing sources are credited with a third of what assessments find.
const SAFETY_FACTOR: f64 = 3.0;

/// The first samples, until there are enough; then what they support.
#[derive(Default)]
pub(crate) struct StartWindow {
    samples: Zeroizing<Vec<u8>>,
    supported: Option<MinEntropy>,
}

impl StartWindow {
    /// Takes the next samples, as long as the window is open.
    pub(crate) fn see(&mut self, samples: &[u8]) {
        if self.supported.is_some() {
            return;
        }
        let missing = SAMPLES - self.samples.len();
        self.samples.extend(samples.iter().take(missing));
        if self.samples.len() == SAMPLES {
            let lowest = most_common_value(&self.samples).min(markov(&self.samples)).min(lag(&self.samples));
            let millibits = (lowest * 1000.0 / SAFETY_FACTOR) as u32;
            self.supported = Some(MinEntropy::at_most(millibits));
            self.samples = Zeroizing::default();
        }
    }

    /// A third of the lowest bound; nothing while the window is open.
    pub(crate) fn supported(&self) -> MinEntropy {
        self.supported.unwrap_or(MinEntropy::ZERO)
    }
}

/// Bits for a probability seen `hits` times in `trials`, at the upper end of its confidence interval.
fn bits(hits: usize, trials: usize) -> f64 {
    let p = hits as f64 / trials as f64;
    let upper = p + Z_ALPHA * (p * (1.0 - p) / (trials as f64 - 1.0)).sqrt();
    -upper.min(1.0).log2()
}

/// §6.3.1: the share of the commonest sample.
fn most_common_value(samples: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for &sample in samples {
        counts[usize::from(sample)] += 1;
    }
    bits(counts.into_iter().max().unwrap_or(0), samples.len())
}

/// §6.3.3 on the bit string, most significant bit first, times the eight bits of a sample.
fn markov(samples: &[u8]) -> f64 {
    let mut ones = 0_u32;
    let mut pairs = [[0_u32; 2]; 2];
    let mut last = None;
    for bit in samples.iter().flat_map(|sample| (0..8).rev().map(move |at| usize::from(sample >> at & 1))) {
        ones += bit as u32;
        if let Some(last) = last.replace(bit) {
            let from: &mut [u32; 2] = &mut pairs[last];
            from[bit] += 1;
        }
    }
    let total = samples.len() as f64 * 8.0;
    let first = [1.0 - f64::from(ones) / total, f64::from(ones) / total].map(f64::log2);
    let step = pairs.map(|[zero, one]| {
        let all = f64::from(zero + one).max(1.0);
        [f64::from(zero) / all, f64::from(one) / all].map(f64::log2)
    });
    let likeliest = [
        first[0] + 127.0 * step[0][0],
        first[0] + 64.0 * step[0][1] + 63.0 * step[1][0],
        first[0] + step[0][1] + 126.0 * step[1][1],
        first[1] + step[1][0] + 126.0 * step[0][0],
        first[1] + 64.0 * step[1][0] + 63.0 * step[0][1],
        first[1] + 127.0 * step[1][1],
    ]
    .into_iter()
    .fold(f64::NEG_INFINITY, f64::max);
    8.0 * (-likeliest / MARKOV_STEPS).min(1.0)
}

/// §6.3.8: how often the lag that has been right most often is right again.
fn lag(samples: &[u8]) -> f64 {
    let mut score = [0_u32; LAGS];
    let mut winner = 0;
    let mut hits = 0;
    for (at, &sample) in samples.iter().enumerate().skip(1) {
        let earlier = |lag: usize| at.checked_sub(lag + 1).and_then(|then| samples.get(then));
        hits += usize::from(earlier(winner) == Some(&sample));
        for lag in 0..LAGS.min(at) {
            if earlier(lag) == Some(&sample) {
                score[lag] += 1;
                if score[lag] >= score[winner] {
                    winner = lag;
                }
            }
        }
    }
    bits(hits, samples.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::fs;
    use std::path::Path;

    fn support(mut sample: impl FnMut(usize) -> u8) -> u16 {
        let mut window = StartWindow::default();
        let samples: Vec<u8> = (0..SAMPLES).map(&mut sample).collect();
        assert_eq!(window.supported(), MinEntropy::ZERO);
        window.see(&samples[..700]);
        assert_eq!(window.supported(), MinEntropy::ZERO);
        window.see(&samples[700..]);
        window.see(&[0; 100]);
        window.supported().millibits()
    }

    #[test]
    fn patterns_support_nothing() {
        assert_eq!(support(|_| 7), 0);
        assert_eq!(support(|at| (at % 2) as u8), 0);
        assert_eq!(support(|at| (at % 100) as u8), 0);
    }

    #[test]
    fn noise_supports_a_third_of_its_entropy_at_most() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut noise = move |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as u8
        };
        let full = support(&mut noise);
        let two_bits = support(|at| noise(at) & 3);
        assert!((1600..=2667).contains(&full), "{full}");
        // The Markov bound counts the six bits that stand still, too, and takes them for memory.
        assert!((300..=667).contains(&two_bits), "{two_bits}");
    }

    /// The reference tool's figures for 10,000 samples of eight bits.
    #[test]
    fn the_bounds_agree_with_the_reference_tool() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/sp800-90b");
        let samples = fs::read(folder.join("rand8_short.w8.bin")).unwrap();
        let expected: Value =
            serde_json::from_slice(&fs::read(folder.join("expected_non_iid.json")).unwrap()).unwrap();
        let estimators = &expected["rand8_short"]["estimators"];
        let literal = &estimators["literal"];
        let close = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-9, "{ours} {theirs}");
        close(most_common_value(&samples), literal["most_common_value"]["min_entropy"].as_f64().unwrap());
        close(markov(&samples), 8.0 * estimators["bitstring"]["markov"]["min_entropy"].as_f64().unwrap());
        close(lag(&samples), -literal["lag"]["p_global_upper"].as_f64().unwrap().log2());
    }
}
