//! The scoreboard that picks, among sub-predictors, whom to believe next.

use super::blocks::BLOCK;

/// Scores of `N` sub-predictors and the current winner (SP 800-90B §6.3.7 to §6.3.9).
///
/// Works by blocks of 64 positions. Only a sub-predictor that could reach the winner's score within the block is
/// followed position by position; the points of the others are counted at once.
pub(super) struct Scoreboard<const N: usize> {
    scores: [u32; N],
    winner: usize,
}

impl<const N: usize> Scoreboard<N> {
    pub(super) const fn new() -> Self {
        const { assert!(N > 0) }
        Self { scores: [0; N], winner: 0 }
    }

    /// Says at which positions of a block the winner of the moment was right, given where each sub-predictor was:
    /// bit 63 of its word for the first position, and so on.
    ///
    /// After each position every sub-predictor that was right gets a point; in index order, whoever
    /// reaches the winner's score takes over.
    pub(super) fn judge(&mut self, right: &[u64; N]) -> u64 {
        let points = right.map(u64::count_ones);
        let to_reach = self.scores[self.winner];
        let reaches = |(score, points): (&u32, &u32)| score + points >= to_reach;
        let contenders = self.scores.iter().zip(&points).filter(|&pair| reaches(pair)).count();
        let hits = if contenders > 1 { self.contest(right, to_reach) } else { right[self.winner] };
        for (score, points) in self.scores.iter_mut().zip(points) {
            *score += points;
        }
        hits
    }

    /// Follows everyone who can get `to_reach` points within the block; leaves the scores as they were.
    #[cold]
    fn contest(&mut self, right: &[u64; N], to_reach: u32) -> u64 {
        let mut contenders = [(0, 0); N];
        let mut count = 0;
        let mut place = 0;
        for (index, (&score, word)) in self.scores.iter().zip(right).enumerate() {
            if score + word.count_ones() >= to_reach {
                if index == self.winner {
                    place = count;
                }
                contenders[count] = (score, index);
                count += 1;
            }
        }
        let contenders = &mut contenders[..count];
        let mut hits = 0;
        for shift in (0..BLOCK).rev() {
            hits = hits << 1 | right[contenders[place].1] >> shift & 1;
            for index in 0..count {
                let (score, who) = &mut contenders[index];
                *score += (right[*who] >> shift & 1) as u32;
                let (score, gained) = (*score, right[*who] >> shift & 1 == 1);
                if gained && score >= contenders[place].0 {
                    place = index;
                }
            }
        }
        self.winner = contenders[place].1;
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Scoreboard};

    #[test]
    fn equals_scoring_one_by_one() {
        // Who is right changes in long phases, so that the lead changes hands within and between blocks.
        let mut board = Scoreboard::<128>::new();
        let (mut scores, mut winner, mut state) = ([0u32; 128], 0, 1u128);
        let mut leads = 0;
        for block in 0..900u32 {
            let mut right = [0u64; 128];
            let mut hits = 0u64;
            for position in 0..BLOCK {
                state = state.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(1);
                let phase = u128::MAX >> 64 << (block / 110 * 16 % 128);
                let correct = (state ^ state >> 64) & (phase | state << 33);
                hits = hits << 1 | (correct >> winner & 1) as u64;
                let before = winner;
                for index in (0..128).filter(|index| correct >> index & 1 == 1) {
                    right[index] |= 1 << (63 - position);
                    scores[index] += 1;
                    if scores[index] >= scores[winner] {
                        winner = index;
                    }
                }
                leads += u32::from(winner != before);
            }
            assert_eq!(board.judge(&right), hits, "block {block}");
        }
        assert!(leads > 100, "{leads} changes of the lead");
    }
}
