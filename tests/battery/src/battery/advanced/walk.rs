//! The random walk that steps up for a one and down for a zero.

use crate::Bits;

/// Where the walk of a sequence goes; it starts at 0.
#[derive(Debug, PartialEq)]
pub(super) struct Walk {
    /// Its last height.
    pub end: i64,
    /// Its greatest height, at least 0.
    pub highest: i64,
    /// Its least height, at most 0.
    pub lowest: i64,
    /// How often it comes back to 0.
    pub returns: u64,
}

impl Walk {
    pub(super) fn of(bits: &Bits<'_>) -> Self {
        let mut walk = Self { end: 0, highest: 0, lowest: 0, returns: 0 };
        for bit in bits.iter() {
            walk.end += 2 * i64::from(bit) - 1;
            walk.highest = walk.highest.max(walk.end);
            walk.lowest = walk.lowest.min(walk.end);
            walk.returns += u64::from(walk.end == 0);
        }
        walk
    }
}

/// Positive terms that start at 1 and continue by their ratios, `ratio(i)` from the i-th to the next, until there is no
/// next or they have become negligible.
pub(super) fn terms(ratio: impl Fn(u64) -> Option<f64>) -> Vec<f64> {
    let mut terms = vec![1.0];
    let mut last = 1.0;
    while let Some(ratio) = ratio(terms.len() as u64 - 1) {
        last *= ratio;
        if last < 1e-290 {
            break;
        }
        terms.push(last);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::Walk;
    use crate::Bits;

    #[test]
    fn a_short_walk_by_hand() {
        // 0 1 0 -1 -2 -1 0 1 2 3
        let bits = Bits::from_ascii(b"100011111").unwrap();
        assert_eq!(Walk::of(&bits), Walk { end: 3, highest: 3, lowest: -2, returns: 2 });
        assert_eq!(Walk::of(&Bits::new(&[])), Walk { end: 0, highest: 0, lowest: 0, returns: 0 });
    }
}
