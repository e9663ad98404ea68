//! Mutual information.

use super::pair;
use crate::analysis::temporal::summary::entropy_of;
use crate::special::chi_square_upper;
use crate::{Reason, threads};

/// Fewest samples in common.
const MIN_SAMPLES: usize = 256;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;
/// Most samples that are shifted.
const MAX_SHIFTED: usize = 1 << 16;
/// Number of circular shifts.
const SHIFTS: usize = 199;
/// Smallest expectation of a cell with which chi-square is used.
const MIN_EXPECTED: f64 = 5.0;

/// What the p-value stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Null {
    /// Pearson's chi-square of independence, which assumes that each stream's samples are independent of each other.
    ChiSquare,
    /// 199 circular shifts of one stream against the other.
    CircularShift,
}

/// What [`mutual_information`] finds, in bits per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MutualInformation {
    /// Corrected by Miller and Madow; below 0 by chance.
    pub mutual_information: f64,
    /// As counted (plug-in): above 0 for independent streams too.
    pub plug_in: f64,
    /// `mutual_information` over the smaller of the two entropies, within 0 to 1; `None` where a stream does not
    /// vary.
    pub normalized_mi: Option<f64>,
    /// Plug-in entropy of the first stream's bins.
    pub entropy_a: f64,
    /// Plug-in entropy of the second stream's bins.
    pub entropy_b: f64,
    /// Plug-in entropy of pairs of bins.
    pub joint_entropy: f64,
    /// Bits of a sample that make its bin, from the most significant on.
    pub bits: u32,
    /// p-value of independence; `None` where a stream does not vary.
    pub p_value: Option<f64>,
    /// What it stands on.
    pub null: Null,
    /// Number of samples looked at.
    pub samples: usize,
}

/// The mutual information of two aligned streams, their samples cut to the most significant `bits` bits.
///
/// I = H(a) + H(b) − H(a, b), each H as counted; with K_a, K_b, K_ab bins that occur, the Miller–Madow correction
/// adds (K_a + K_b − K_ab − 1) / (2 n ln 2). Without it two independent streams of 5000 bytes share more than 3 bits
/// in 8.
///
/// Null: the streams are independent of each other. Where every cell expects at least 5 samples, the p-value is that
/// of Pearson's chi-square with (K_a − 1)(K_b − 1) degrees of freedom, for streams whose own samples are independent.
/// Elsewhere it is a rank among 199 circular shifts of the second stream, evenly spaced over its length, for streams
/// whose statistics do not change in time: (1 + number of shifts with at least this information) / 200. `bits` = 4
/// suits some thousand samples, 8 a million.
///
/// `bits` 1 to 8, minimum 256 samples; the first 1,048,576 are used, of shifts 65,536. Cost O(n + 4^bits), with
/// shifts O(199 (n + 4^bits)) on several cores.
///
/// Sources: Miller, in Information Theory in Psychology, 1955, p. 95 (correction); Cochran, Biometrics 10 (1954) 417
/// (chi-square).
///
/// # Errors
/// [`Reason::Parameter`] for other `bits`; [`Reason::TooFew`] below 256 samples in common.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let a: Vec<u8> = (0..4096u32).map(|i| (i * 7) as u8).collect();
/// let found = synchrony::mutual_information(&a, &a, 4)?;
/// assert_eq!(found.plug_in, found.entropy_a, "a stream knows all about itself");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn mutual_information(a: &[u8], b: &[u8], bits: u32) -> Result<MutualInformation, Reason> {
    if !(1..=8).contains(&bits) {
        return Err(Reason::Parameter("a bin is made by 1 to 8 bits"));
    }
    let (a, b) = pair(a, b, MIN_SAMPLES, MAX_SAMPLES)?;
    let table = Table::of(a, b, bits);
    let plug_in = table.information();
    let entropies = [entropy_of(&table.rows), entropy_of(&table.columns)];
    let occur = |counts: &[u64]| counts.iter().filter(|&&count| count > 0).count() as f64;
    let (rows, columns) = (occur(&table.rows), occur(&table.columns));
    let correction =
        (rows + columns - occur(&table.cells) - 1.0) / (2.0 * a.len() as f64 * core::f64::consts::LN_2);
    let least = entropies[0].min(entropies[1]);
    let (null, p_value) = if rows.min(columns) < 2.0 {
        (Null::ChiSquare, None)
    } else if table.smallest_expectation() >= MIN_EXPECTED {
        (Null::ChiSquare, Some(chi_square_upper(table.chi_square(), (rows - 1.0) * (columns - 1.0))))
    } else {
        (Null::CircularShift, Some(among_shifts(a, b, bits)))
    };
    Ok(MutualInformation {
        mutual_information: plug_in + correction,
        plug_in,
        normalized_mi: (least > 0.0).then(|| ((plug_in + correction) / least).clamp(0.0, 1.0)),
        entropy_a: entropies[0],
        entropy_b: entropies[1],
        joint_entropy: entropy_of(&table.cells),
        bits,
        p_value,
        null,
        samples: a.len(),
    })
}

/// How often each pair of bins occurs.
pub(super) struct Table {
    cells: Vec<u64>,
    rows: Vec<u64>,
    columns: Vec<u64>,
    total: f64,
}

impl Table {
    pub(super) fn of(a: &[u8], b: &[u8], bits: u32) -> Self {
        let bins = 1 << bits;
        let mut cells = vec![0; bins * bins];
        for (a, b) in a.iter().zip(b) {
            cells[usize::from(a >> (8 - bits)) << bits | usize::from(b >> (8 - bits))] += 1;
        }
        let rows = cells.chunks_exact(bins).map(|row| row.iter().sum()).collect();
        let columns = (0..bins).map(|column| cells.iter().skip(column).step_by(bins).sum()).collect();
        Self { cells, rows, columns, total: a.len() as f64 }
    }

    /// Plug-in mutual information in bits; the sum of entropies in the order that gives exactly H(a) where b is a.
    pub(super) fn information(&self) -> f64 {
        (entropy_of(&self.rows) - (entropy_of(&self.cells) - entropy_of(&self.columns))).max(0.0)
    }

    /// Over the rows and columns that occur.
    fn smallest_expectation(&self) -> f64 {
        let least = |counts: &[u64]| {
            counts.iter().copied().filter(|&count| count > 0).min().map_or(0.0, |count| count as f64)
        };
        least(&self.rows) * least(&self.columns) / self.total
    }

    fn chi_square(&self) -> f64 {
        let mut sum = 0.0;
        for (row, cells) in self.rows.iter().zip(self.cells.chunks_exact(self.columns.len())) {
            for (column, &cell) in
                self.columns.iter().zip(cells).filter(|(column, _)| **column > 0 && *row > 0)
            {
                let expected = *row as f64 * *column as f64 / self.total;
                sum += (cell as f64 - expected).powi(2) / expected;
            }
        }
        sum
    }
}

/// The rank of the joint entropy among those of circular shifts: margins stay, so less entropy is more information.
fn among_shifts(a: &[u8], b: &[u8], bits: u32) -> f64 {
    let length = a.len().min(MAX_SHIFTED);
    let (a, b) = (&a[..length], &b[..length]);
    let observed = entropy_of(&Table::of(a, b, bits).cells);
    let shifted = |shift: usize| {
        let place = shift * length / (SHIFTS + 1);
        let moved = [&b[place..], &b[..place]].concat();
        entropy_of(&Table::of(a, &moved, bits).cells)
    };
    let entropies = threads::map((1..=SHIFTS).collect(), shifted);
    let as_low = entropies.iter().filter(|&&entropy| entropy <= observed * (1.0 + 1e-12)).count();
    (1.0 + as_low as f64) / (1.0 + SHIFTS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    fn streams(seed: u64, len: usize) -> (Vec<u8>, Vec<u8>) {
        (Good::ChaCha20.bytes(seed, len), Good::AesCtr.bytes(seed, len))
    }

    /// Cells 3, 1, 1, 3 of eight: H(a) = H(b) = 1, H(a, b) = 2 (3/8 log₂ 8/3) + 2 (1/8) 3 = 1.8113, chi-square 2.
    #[test]
    fn a_table_by_hand() {
        let (a, b) = ([0, 0, 0, 0, 255, 255, 255, 255], [0, 0, 0, 255, 0, 255, 255, 255]);
        let table = Table::of(&a, &b, 1);
        assert_eq!(table.cells, [3, 1, 1, 3]);
        assert!((table.information() - (2.0 - 1.811_278_124_459_132_8)).abs() < 1e-12);
        assert!((table.chi_square() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_stream_knows_all_about_itself_and_its_image() {
        let (a, _) = streams(1, 20_000);
        let image: Vec<u8> = a.iter().map(|a| !a).collect();
        for bits in [1, 4, 8] {
            let found = mutual_information(&a, &image, bits).unwrap();
            assert!(
                (found.plug_in - found.entropy_a).abs() < 1e-9 && found.p_value.unwrap() <= 0.005,
                "{bits}"
            );
        }
    }

    /// 500 pairs of 5000 bytes: plug-in far above 0, corrected near it where cells are well filled.
    #[test]
    fn the_correction_takes_the_bias_out() {
        let found: Vec<MutualInformation> = (0..200)
            .map(|seed| {
                let (a, b) = streams(seed, 5000);
                mutual_information(&a, &b, 4).unwrap()
            })
            .collect();
        let mean = |figure: fn(&MutualInformation) -> f64| found.iter().map(figure).sum::<f64>() / 200.0;
        // 225 degrees of freedom: bias 225 / (2 · 5000 · ln 2) = 0.0325 bits, standard error of the mean 0.0002.
        assert!((mean(|found| found.plug_in) - 0.0325).abs() < 0.002);
        assert!(mean(|found| found.mutual_information).abs() < 0.002);
        let (a, b) = streams(1, 5000);
        assert!(mutual_information(&a, &b, 8).unwrap().plug_in > 3.0, "what counting alone would report");
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        for (bits, len, null) in [(4, 3000, Null::ChiSquare), (5, 512, Null::CircularShift)] {
            let p = |seed| {
                let (a, b) = streams(seed, len);
                let found = mutual_information(&a, &b, bits).unwrap();
                assert_eq!(found.null, null);
                found.p_value.unwrap()
            };
            assert_uniform(&(0..500).map(p).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        let found = mutual_information(&[9; 300], &Good::AesCtr.bytes(1, 300), 4).unwrap();
        assert_eq!((found.p_value, found.normalized_mi, found.plug_in), (None, None, 0.0));
        assert!(matches!(mutual_information(&[9; 255], &[9; 900], 4), Err(Reason::TooFew { have: 255, .. })));
        assert!(matches!(mutual_information(&[9; 300], &[9; 300], 9), Err(Reason::Parameter(_))));
    }
}
