//! What is counted on the way.

use super::Figures;
use crate::special::chi_square_upper;

/// What is a unit of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A byte, 0 to 255.
    Byte,
    /// A bit, the most significant of each byte first.
    Bit,
}

/// Bytes of a point for π: two numbers of 24 bits, big endian.
const POINT: usize = 6;
/// Square of the radius: a number on the circle itself counts as inside.
const RADIUS_SQUARED: u64 = 0xFF_FFFF * 0xFF_FFFF;

/// Counts a stream of any length in bounded memory; exact integers until the end.
#[derive(Clone, Debug)]
pub struct Tally {
    unit: Unit,
    counts: [u64; 256],
    /// Sum of the products of neighbouring units.
    products: u128,
    first: Option<u8>,
    last: u8,
    point: [u8; POINT],
    filled: usize,
    points: u64,
    inside: u64,
}

impl Tally {
    /// An empty tally.
    pub fn new(unit: Unit) -> Self {
        Self {
            unit,
            counts: [0; 256],
            products: 0,
            first: None,
            last: 0,
            point: [0; POINT],
            filled: 0,
            points: 0,
            inside: 0,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.counts[usize::from(byte)] += 1;
            let pairs = match self.unit {
                Unit::Byte => u128::from(byte) * u128::from(self.last),
                Unit::Bit => u128::from((byte & (byte >> 1 | self.last << 7)).count_ones()),
            };
            match self.first {
                Some(_) => self.products += pairs,
                None => self.begin(byte),
            }
            self.last = byte;
            self.point[self.filled] = byte;
            self.filled += 1;
            if self.filled == POINT {
                self.count_point();
            }
        }
    }

    /// Number of units so far.
    pub fn samples(&self) -> u64 {
        let bytes: u64 = self.counts.iter().sum();
        match self.unit {
            Unit::Byte => bytes,
            Unit::Bit => bytes * 8,
        }
    }

    /// The figures of what was counted; `None` if nothing was.
    pub fn figures(&self) -> Option<Figures> {
        let first = self.first?;
        let ones: u64 = (0u64..).zip(&self.counts).map(|(byte, n)| u64::from(byte.count_ones()) * n).sum();
        let counts = match self.unit {
            Unit::Byte => self.counts.to_vec(),
            Unit::Bit => vec![self.samples() - ones, ones],
        };
        let total = self.samples();
        let n = total as f64;
        let moment = |power: u32| {
            (0u128..).zip(&counts).map(|(unit, &count)| unit.pow(power) * u128::from(count)).sum::<u128>()
        };
        let (sum, squares) = (moment(1), moment(2));
        let around = match self.unit {
            Unit::Byte => u128::from(first) * u128::from(self.last),
            Unit::Bit => u128::from(first >> 7 & self.last & 1),
        };
        let entropy = counts.iter().filter(|&&count| count > 0).map(|&count| {
            let share = count as f64 / n;
            -share * share.log2()
        });
        let entropy = entropy.sum::<f64>().max(0.0);
        let width = (counts.len() as f64).log2();
        let expected = n / counts.len() as f64;
        let chi_square = counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
        Some(Figures {
            entropy,
            compression_percent: 100.0 * (width - entropy) / width,
            chi_square,
            chi_square_p: chi_square_upper(chi_square, counts.len() as f64 - 1.0),
            mean: sum as f64 / n,
            monte_carlo_pi: (self.points > 0).then(|| 4.0 * self.inside as f64 / self.points as f64),
            serial_correlation: correlation(u128::from(total), sum, squares, self.products + around),
        })
    }

    fn begin(&mut self, byte: u8) {
        self.first = Some(byte);
        if self.unit == Unit::Bit {
            self.products = u128::from((byte & byte >> 1).count_ones());
        }
    }

    fn count_point(&mut self) {
        let [a, b, c, d, e, f] = self.point.map(u64::from);
        let (x, y) = (a << 16 | b << 8 | c, d << 16 | e << 8 | f);
        self.points += 1;
        self.inside += u64::from(x * x + y * y <= RADIUS_SQUARED);
        self.filled = 0;
    }
}

/// `(n·Σuv - (Σu)²) / (n·Σu² - (Σu)²)` in exact integers up to the division; `None` if the units are all equal.
fn correlation(n: u128, sum: u128, squares: u128, products: u128) -> Option<f64> {
    let square = sum * sum;
    let variance = n * squares - square;
    let together = n * products;
    let difference = together.abs_diff(square) as f64;
    (variance > 0).then(|| if together < square { -difference } else { difference } / variance as f64)
}

#[cfg(test)]
mod tests {
    use super::{Tally, Unit};
    use crate::test_streams::Good;

    fn figures(unit: Unit, bytes: &[u8]) -> super::Figures {
        let mut tally = Tally::new(unit);
        bytes.chunks(7).for_each(|piece| tally.update(piece));
        tally.figures().unwrap()
    }

    #[test]
    fn four_bytes_by_hand() {
        let f = figures(Unit::Byte, &[1, 3, 1, 3]);
        assert_eq!((f.entropy, f.mean, f.monte_carlo_pi), (1.0, 2.0, None));
        // n = 4, Σu = 8, Σu² = 20, Σuv = 12 around the end: (48 - 64) / (80 - 64).
        assert_eq!(f.serial_correlation, Some(-1.0));
        // Two cells with 2 where 1/64 is expected, 254 empty ones.
        let expected = 4.0 / 256.0;
        assert!(
            (f.chi_square - (2.0 * (2.0f64 - expected).powi(2) / expected + 254.0 * expected)).abs() < 1e-9
        );
        assert_eq!(f.compression_percent, 87.5);
    }

    #[test]
    fn bits_are_the_same_figures_over_single_bits() {
        let bytes = Good::ChaCha20.bytes(5, 1001);
        let bits: Vec<u8> = crate::Bits::new(&bytes).iter().collect();
        let (as_bits, as_bytes) = (figures(Unit::Bit, &bytes), figures(Unit::Byte, &bits));
        assert_eq!(as_bits.mean, as_bytes.mean);
        assert_eq!(as_bits.serial_correlation, as_bytes.serial_correlation);
        assert!((as_bits.entropy - as_bytes.entropy).abs() < 1e-15);
        assert!((as_bits.entropy - 1.0).abs() < 1e-3 && as_bits.compression_percent < 0.1);
    }

    #[test]
    fn points_on_the_circle_are_inside() {
        let edge = [0xFF, 0xFF, 0xFF, 0, 0, 0];
        assert_eq!(figures(Unit::Byte, &edge).monte_carlo_pi, Some(4.0));
        let beyond = [0xFF, 0xFF, 0xFF, 0, 0, 1];
        assert_eq!(figures(Unit::Byte, &beyond).monte_carlo_pi, Some(0.0));
    }

    #[test]
    fn nothing_gives_no_figures_and_equal_bytes_no_correlation() {
        assert!(Tally::new(Unit::Byte).figures().is_none());
        assert_eq!(figures(Unit::Byte, &[9; 100]).serial_correlation, None);
        assert_eq!(figures(Unit::Bit, &[0; 100]).serial_correlation, None);
    }
}
