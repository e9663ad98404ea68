//! Birthday spacings in three dimensions: whether three successive words lie on a lattice.

use crate::battery::advanced::spacings::{self, BIRTHDAYS};
use crate::{Bits, Info, Outcome};

/// Length of a point in bits: three words of 16.
const POINT: usize = 48;

/// What the test computes.
pub static INFO: Info = Info {
    name: "birthday_spacings_3d",
    group: "Further",
    minimum_bits: (BIRTHDAYS * POINT) as u64,
    statistic: "equal spacings between 4096 birthdays in a year of 2^32 days, a birthday being the leading 11, 11 and 10 bits of \
                three 16-bit words; the sum over all such groups",
    null: "as that of birthday_spacings: Poisson with 3.9946 a group; the p-value is P(at least as many), and the statistic \
           an integer, so that it is at most as small as nominal",
    sees: "triples of words on few planes: RANDU and its kin, feedback with three taps, interpolated samples",
    misses: "too few equal spacings; lattices that show only in more than three dimensions",
    source: "L'Ecuyer and Simard 2001, Mathematics and Computers in Simulation 55 (in t dimensions)",
};

/// Tests whether spacings between triples repeat too often.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::birthday_spacings_3d};
///
/// let step = |x: &u32| Some(x.wrapping_mul(65_539) & 0x7FFF_FFFF);
/// let randu = core::iter::successors(Some(1), step).flat_map(|x| ((x >> 15) as u16).to_be_bytes());
/// let bytes: Vec<u8> = randu.take(24_576).collect();
/// assert!(birthday_spacings_3d::test(&Bits::new(&bytes)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    match bits.len() / (BIRTHDAYS * POINT) {
        0 => Outcome::too_short(INFO.minimum_bits),
        groups => spacings::test(groups, |birthday| day(bits.window(birthday * POINT, POINT as u32))),
    }
}

/// The leading 11, 11 and 10 bits of the three words of a point.
fn day(point: u64) -> u32 {
    let (x, y, z) = (point >> 37, point >> 21 & 0x7FF, point >> 6 & 0x3FF);
    (x << 21 | y << 10 | z) as u32
}

#[cfg(test)]
mod tests {
    use super::{day, test};
    use crate::Bits;

    #[test]
    fn a_day_is_made_of_the_leading_bits() {
        assert_eq!(day(0xFFE0_0000_0000), 0xFFE0_0000);
        assert_eq!(day(0x001F_FFE0_0000), 0x001F_FC00);
        assert_eq!(day(0x0000_001F_FFC0), 0x0000_03FF);
        assert_eq!(day(0x001F_001F_003F), 0, "what follows them is left out");
    }

    /// numpy's sorting counts 5550 equal spacings in 16 groups of RANDU from the seed 1 on, where 64 are expected.
    #[test]
    fn randu_has_a_known_number_of_equal_spacings() {
        let words = core::iter::successors(Some(65_539u32), |x| Some(x.wrapping_mul(65_539) & 0x7FFF_FFFF));
        let bytes: Vec<u8> =
            words.take(3 * 16 * 4096).flat_map(|x| ((x >> 15) as u16).to_be_bytes()).collect();
        assert_eq!(test(&Bits::new(&bytes)).statistic(), Some(5550.0));
    }
}
