//! The scoreboard that picks, among sub-predictors, whom to believe next.

/// Scores of `N` sub-predictors and the current winner (SP 800-90B §6.3.7 to §6.3.9).
pub(super) struct Scoreboard<const N: usize> {
    scores: [u32; N],
    winner: usize,
}

impl<const N: usize> Scoreboard<N> {
    pub(super) const fn new() -> Self {
        const { assert!(N > 0 && N <= 128) }
        Self { scores: [0; N], winner: 0 }
    }

    /// Says whether the current winner is among the `correct` ones (bit `i` for sub-predictor `i`), then
    /// gives each of them a point; in index order, whoever reaches the winner's score takes over.
    pub(super) fn judge(&mut self, correct: u128) -> bool {
        let hit = correct >> self.winner & 1 == 1;
        let mut left = correct;
        while left != 0 {
            let index = left.trailing_zeros() as usize;
            left &= left - 1;
            self.scores[index] += 1;
            if self.scores[index] >= self.scores[self.winner] {
                self.winner = index;
            }
        }
        hit
    }
}
