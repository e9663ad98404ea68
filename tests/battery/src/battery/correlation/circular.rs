//! Serial correlation of bytes on a circle, standardised by its moments over all orders of the same bytes.

/// Z = (C - E)/√V of C = Σ x_i·x_{i+lag}, the indices taken modulo their number and the bytes from their mean.
///
/// E and V are the moments of C over all permutations of the bytes, so that they hold for bytes of any
/// distribution; they are the same for every lag. `None` if all bytes are equal, or there are fewer than
/// `2·lag + 2` of them.
///
/// Source: Wald and Wolfowitz 1943, Annals of Mathematical Statistics 14, 378–388.
pub(super) fn z(bytes: &[u8], lag: usize) -> Option<f64> {
    if bytes.len() < 2 * lag + 2 {
        return None;
    }
    let n = bytes.len() as f64;
    let products =
        |a: &[u8], b: &[u8]| -> u64 { a.iter().zip(b).map(|(&a, &b)| u64::from(a) * u64::from(b)).sum() };
    let (first, rest) = bytes.split_at(lag);
    let products = products(bytes, rest) + products(&bytes[bytes.len() - lag..], first);

    let mut counts = [0u64; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let moment = |power: i32, about: f64| -> f64 {
        counts
            .iter()
            .zip(0u32..)
            .map(|(&count, value)| count as f64 * (f64::from(value) - about).powi(power))
            .sum()
    };
    let mean = moment(1, 0.0) / n;
    let (s2, s4) = (moment(2, mean), moment(4, mean));
    let expected = -s2 / (n - 1.0);
    let variance =
        (s2 * s2 - s4) / (n - 1.0) + (s2 * s2 - 2.0 * s4) / ((n - 1.0) * (n - 2.0)) - expected * expected;
    let correlation = products as f64 - n * mean * mean;
    (variance > 0.0).then(|| (correlation - expected) / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::z;

    /// All 720 orders of six bytes: their mean is 0 and their variance 1.
    #[test]
    fn moments_are_those_of_all_orders() {
        let bytes = [3, 3, 250, 17, 90, 91];
        for lag in 1..=2 {
            let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
            orders(&mut bytes.clone(), 0, &mut |order| {
                let z = z(order, lag).unwrap();
                (sum, squares, count) = (sum + z, squares + z * z, count + 1.0);
            });
            assert_eq!(count, 720.0);
            assert!((sum / count).abs() < 1e-9 && (squares / count - 1.0).abs() < 1e-9, "lag {lag}");
        }
    }

    fn orders(bytes: &mut [u8], fixed: usize, hear: &mut impl FnMut(&[u8])) {
        if fixed == bytes.len() {
            return hear(bytes);
        }
        for next in fixed..bytes.len() {
            bytes.swap(fixed, next);
            orders(bytes, fixed + 1, hear);
            bytes.swap(fixed, next);
        }
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        assert_eq!(z(&[7; 100], 1), None);
        assert_eq!(z(&[1, 2, 3], 1), None);
        assert_eq!(z(&[], 1), None);
    }
}
