//! Procedure B: T6 to T8, one after the other along the bits.

use super::{Attempt, Tested, info};
use crate::{Bits, Info};

/// Bits of T6a, and successors collected after each prefix by T6b and T7.
const SAMPLE: usize = 100_000;
/// T7's limit: chi-square with one degree of freedom leaves it with probability 1e-4.
const HOMOGENEITY_LIMIT: f64 = 15.13;
/// T8: bytes that fill the dictionary, and bytes counted.
const FILLING: usize = 2560;
const COUNTED: usize = 256_000;
const ENTROPY_LIMIT: f64 = 7.976;

/// Bits that suffice for any source; a good one takes about 6,950,000.
pub(super) const ENOUGH_BITS: u64 =
    (SAMPLE + PATIENCE_QUARTERS * (2 * 2 + 4 * 3 + 8 * 4) * SAMPLE / 4 + 8 * (FILLING + COUNTED)) as u64;

const GROUP: (&str, u64) = ("AIS 31 procedure B", ENOUGH_BITS);
/// How many quarters of the expected number of tuples a prefix may keep its test waiting; T6 passes no bias that needs more.
const PATIENCE_QUARTERS: usize = 5;

static T6: Info = info(
    "T6",
    GROUP,
    "the greater of the bias of a bit over 0.025 and the difference of the chances after zero and after one over 0.02",
    "good bits exceed one with a probability far below 1e-9",
    "bias, dependence on the bit before",
    "dependence on earlier bits",
);
static T7: Info = info(
    "T7",
    GROUP,
    "the greatest of six chi-squares that compare what follows two prefixes that differ in their first bit only",
    "each is chi-square with one degree of freedom and exceeds 15.13 with probability 1e-4",
    "dependence on the last two and three bits",
    "dependence on more distant bits",
);
static T8: Info = info(
    "T8",
    GROUP,
    "Coron's entropy of bytes, from the distances of equal ones",
    "mean 8 bits per byte; good bytes stay above 7.976 but for a probability far below 1e-6",
    "uneven bytes, short periods",
    "dependence beyond a byte",
);

pub(super) static TESTS: [&Info; 3] = [&T6, &T7, &T8];

pub(super) fn attempt(bits: &Bits<'_>) -> Result<Attempt, u64> {
    let mut reader = Reader { bits, at: 0 };
    run(&mut reader).map(|tests| Attempt { tests, used: reader.at }).ok_or(ENOUGH_BITS)
}

fn run(reader: &mut Reader<'_>) -> Option<Vec<Tested>> {
    let t6 = t6(reader)?;
    if t6.statistic >= 1.0 {
        return Some(vec![t6]); // what follows might never find enough of the rarer prefixes
    }
    Some(vec![t6, t7(reader)?, t8(reader)?])
}

fn t6(reader: &mut Reader<'_>) -> Option<Tested> {
    let ones = reader.ones(SAMPLE)?;
    let bias = (ones as f64 / SAMPLE as f64 - 0.5).abs() / 0.025;
    if bias >= 1.0 {
        return Some(Tested { statistic: bias, failures: 1 });
    }
    let share = |ones: usize| ones as f64 / SAMPLE as f64;
    let memory = match &reader.successors(1)?[..] {
        [after_zero, after_one] => (share(*after_zero) - share(*after_one)).abs() / 0.02,
        _ => 1.0 / 0.02, // one of them hardly occurs: each bit follows from the one before
    };
    Some(Tested { statistic: bias.max(memory), failures: usize::from(memory >= 1.0) })
}

fn t7(reader: &mut Reader<'_>) -> Option<Tested> {
    let (mut greatest, mut failures) = (0f64, 0);
    for length in [2, 3] {
        let after = reader.successors(length)?;
        let half = after.len() / 2;
        let mut chi_squares: Vec<f64> =
            (0..half).map(|prefix| homogeneity(after[prefix], after[prefix + half])).collect();
        if after.is_empty() {
            chi_squares.push((2 * SAMPLE) as f64); // as if what follows differed in every case
        }
        greatest = chi_squares.iter().copied().fold(greatest, f64::max);
        failures += chi_squares.iter().filter(|&&x| x > HOMOGENEITY_LIMIT).count();
    }
    Some(Tested { statistic: greatest, failures })
}

fn t8(reader: &mut Reader<'_>) -> Option<Tested> {
    let entropy = reader.entropy()?;
    Some(Tested { statistic: entropy, failures: usize::from(entropy <= ENTROPY_LIMIT) })
}

/// Chi-square of two samples of equal size: ones after the one prefix against ones after the other.
fn homogeneity(a: usize, b: usize) -> f64 {
    let term = |a: usize, b: usize| match a + b {
        0 => 0.0,
        sum => (a.abs_diff(b) as f64).powi(2) / sum as f64,
    };
    term(a, b) + term(SAMPLE - a, SAMPLE - b)
}

/// Takes bits along the sequence, each once.
struct Reader<'a> {
    bits: &'a Bits<'a>,
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, width: u32) -> Option<usize> {
        let at = self.at;
        self.at += width as usize;
        (self.at <= self.bits.len()).then(|| self.bits.window(at, width) as usize)
    }

    fn ones(&mut self, count: usize) -> Option<usize> {
        (0..count).map(|_| self.take(1)).sum()
    }

    /// Cuts tuples of `length` bits and the one after, until 100,000 with every prefix are found: the ones after each.
    ///
    /// Empty if some prefix is too rare.
    fn successors(&mut self, length: u32) -> Option<Vec<usize>> {
        let prefixes = 1 << length;
        let (mut found, mut ones) = (vec![0; prefixes], vec![0; prefixes]);
        let (mut complete, mut tuples) = (0, 0);
        while complete < prefixes {
            tuples += 1;
            if 4 * tuples > PATIENCE_QUARTERS * prefixes * SAMPLE {
                return Some(Vec::new());
            }
            let tuple = self.take(length + 1)?;
            let prefix = tuple >> 1;
            if found[prefix] < SAMPLE {
                found[prefix] += 1;
                ones[prefix] += tuple & 1;
                complete += usize::from(found[prefix] == SAMPLE);
            }
        }
        Some(ones)
    }

    /// Coron's test (1999) for bytes.
    fn entropy(&mut self) -> Option<f64> {
        let mut last = [0usize; 256];
        let mut distances = vec![0u32; FILLING + COUNTED + 1];
        for position in 1..=FILLING + COUNTED {
            let byte = self.take(8)?;
            if position > FILLING {
                distances[position - last[byte]] += 1;
            }
            last[byte] = position;
        }
        // g(i) is the sum of 1/k for k below i, in bits.
        let (mut g, mut sum) = (0.0, 0.0);
        for (distance, &count) in distances.iter().enumerate().skip(1) {
            sum += g * f64::from(count);
            g += 1.0 / distance as f64;
        }
        Some(sum / COUNTED as f64 / core::f64::consts::LN_2)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Reader, attempt, homogeneity};
    use crate::test_streams::Good;

    fn failures(bytes: &[u8]) -> Vec<usize> {
        attempt(&Bits::new(bytes)).ok().unwrap().tests.iter().map(|test| test.failures).collect()
    }

    #[test]
    fn the_printed_limit_is_one_in_ten_thousand() {
        assert!((crate::special::chi_square_upper(super::HOMOGENEITY_LIMIT, 1.0) - 1e-4).abs() < 1e-6);
        // (60,000 - 59,000)² / 119,000 + (40,000 - 41,000)² / 81,000
        assert!((homogeneity(60_000, 59_000) - (1e6 / 119_000.0 + 1e6 / 81_000.0)).abs() < 1e-9);
    }

    #[test]
    fn a_good_stream_takes_as_many_bits_as_expected() {
        let bytes = Good::ChaCha20.bytes(9, 900_000);
        let attempt = attempt(&Bits::new(&bytes)).ok().unwrap();
        assert!((6_900_000..7_100_000).contains(&attempt.used), "{}", attempt.used);
        assert!((attempt.tests[2].statistic - 8.0).abs() < 0.01);
    }

    #[test]
    fn a_coin_that_remembers_three_bits_fails_t7_only() {
        // Where the bit three earlier is one, one of 32 zeros is turned into a one.
        let mut bytes = Good::ChaCha20.bytes(10, 1_000_000);
        let more = Good::AesCtr.bytes(10, 1_000_000 * 5);
        let more = Bits::new(&more);
        for index in 3..8_000_000usize {
            let earlier = bytes[(index - 3) / 8] >> (7 - (index - 3) % 8) & 1;
            if earlier == 1 && more.window(index * 5, 5) == 0 {
                bytes[index / 8] |= 128 >> (index % 8);
            }
        }
        let failures = failures(&bytes);
        assert_eq!((failures[0], failures[2]), (0, 0));
        assert_eq!(failures[1], 4, "all four pairs of prefixes of three bits");
    }

    #[test]
    fn entropy_of_bytes_that_take_four_values() {
        // Equal bytes are a distance apart that is geometric with mean four: two bits.
        let bytes: Vec<u8> = Good::ChaCha20.bytes(11, 2560 + 256_000).iter().map(|byte| byte & 3).collect();
        let entropy = Reader { bits: &Bits::new(&bytes), at: 0 }.entropy().unwrap();
        assert!((entropy - 2.0).abs() < 0.02, "{entropy}");
    }
}
