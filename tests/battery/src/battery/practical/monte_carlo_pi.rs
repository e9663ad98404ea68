//! Monte Carlo π: how many points of the unit square lie inside the quarter circle.

use crate::battery::distribution::null::binomial_two_sided;
use crate::{Bits, Info, Outcome};

/// Length of a coordinate in bits.
const COORDINATE: u32 = 16;

/// Cells inside, of the 2^32 that a point can fall into: those whose middle (x + ½, y + ½) lies within 2^16 of the origin.
const INSIDE: u64 = 3_373_259_477;

/// What the test computes.
pub static INFO: Info = Info {
    name: "monte_carlo_pi",
    group: "Practical",
    minimum_bits: 8000,
    statistic: "4·k/n: k of the n points inside the circle, a point being two 16-bit words",
    null: "k is exactly binomial with the probability 3373259477/2^32 of the cells inside, counted; the p-value is twice \
           the smaller exact tail, so at most as small as nominal",
    sees: "pairs of samples both low or both high too often: offset, clipping, correlation of neighbours",
    misses: "most faults: only one figure of the joint distribution of two words is looked at",
    source: "ent's figure of that name (Walker 2008), with an exact law in place of a tolerance",
};

/// Tests the share of points inside, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::practical::monte_carlo_pi};
///
/// let outcome = monte_carlo_pi::test(&Bits::new(&[0x00; 1000]));
/// assert_eq!(outcome.statistic(), Some(4.0), "all at the origin");
/// assert!(outcome.p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let points = bits.len() / (2 * COORDINATE as usize);
    if points == 0 {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let inside = (0..points).filter(|index| {
        let point = bits.window(index * 2 * COORDINATE as usize, 2 * COORDINATE);
        within(point >> COORDINATE, point & 0xFFFF, COORDINATE)
    });
    let inside = inside.count() as u64;
    let probability = INSIDE as f64 / 2f64.powi(2 * COORDINATE as i32);
    let pi = 4.0 * inside as f64 / points as f64;
    Outcome::p_value(pi, binomial_two_sided(inside, points as u64, probability))
}

/// Whether the middle of cell (x, y) lies within 2^`width` of the origin.
fn within(x: u64, y: u64, width: u32) -> bool {
    let (x, y) = (2 * x + 1, 2 * y + 1);
    x * x + y * y < 1 << (2 * width + 2)
}

#[cfg(test)]
mod tests {
    use super::{COORDINATE, INSIDE, test, within};
    use crate::Bits;

    /// Column by column, going down from the last cell that was inside.
    #[test]
    fn cells_inside_are_counted() {
        let count = |width: u32| {
            let mut height = 1u64 << width;
            let column = |x: u64| {
                while height > 0 && !within(x, height - 1, width) {
                    height -= 1;
                }
                height
            };
            (0..1 << width).map(column).sum::<u64>()
        };
        let all = |width: u32| (0..1 << width).flat_map(move |x| (0..1 << width).map(move |y| (x, y)));
        assert_eq!(count(8), all(8).filter(|&(x, y)| within(x, y, 8)).count() as u64);
        assert_eq!(count(COORDINATE), INSIDE);
        assert!((INSIDE as f64 / 2f64.powi(30) - core::f64::consts::PI).abs() < 1e-6);
    }

    /// Ten points, q = 1 - π/4: nine inside have the lower tail 1 - (1-q)^10 and the upper (1-q)^10 + 10·q·(1-q)^9;
    /// none inside has q^10.
    #[test]
    fn small_numbers_by_hand() {
        let mut points = [0u8; 40];
        points[..4].fill(0xFF);
        let outcome = test(&Bits::new(&points));
        let within = core::f64::consts::FRAC_PI_4;
        let by_hand = 2.0 * (within.powi(10) + 10.0 * (1.0 - within) * within.powi(9));
        assert_eq!(outcome.statistic(), Some(3.6));
        assert!((outcome.p().unwrap() / by_hand - 1.0).abs() < 1e-6, "{outcome:?}");
        let outcome = test(&Bits::new(&[0xFF; 40]));
        let by_hand = 2.0 * (1.0 - within).powi(10);
        assert!((outcome.p().unwrap() / by_hand - 1.0).abs() < 1e-6, "{outcome:?}");
    }
}
