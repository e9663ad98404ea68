//! How long each next timer of a source runs: a fixed pattern that never locks to a tick.

/// Shortest wait.
const SHORTEST_NS: u64 = 50_000;
/// What each next wait is longer, a length that no timer's period divides.
const SPREAD_NS: u64 = 1_618;
/// Waits after which the pattern begins again.
const PATTERN: u64 = 32;

/// The pattern: 50 µs, and from 0 to 31 times 1.618 µs more.
#[derive(Default)]
pub(super) struct Waits(u64);

impl Waits {
    /// The next wait in nanoseconds.
    pub(super) const fn next_ns(&mut self) -> u64 {
        let wait = SHORTEST_NS + self.0 * SPREAD_NS;
        self.0 = (self.0 + 1) % PATTERN;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_doubles_the_wait_and_begins_again() {
        let mut waits = Waits::default();
        let first: Vec<_> = (0..PATTERN).map(|_| waits.next_ns()).collect();
        let second: Vec<_> = (0..PATTERN).map(|_| waits.next_ns()).collect();
        assert_eq!(first, second);
        assert_eq!((first[0], first[1], first[31]), (50_000, 51_618, 100_158));
    }
}
