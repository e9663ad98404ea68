//! The scoreboard that picks, among sub-predictors, whom to believe next.

/// Judgements between two settlements: as many as the counters of pending points can hold.
const PERIOD: u32 = (1 << PLANES) - 1;
const PLANES: usize = 8;

/// Scores of `N` sub-predictors and the current winner (SP 800-90B §6.3.7 to §6.3.9).
///
/// Only a sub-predictor within reach of the winner can take over, so only those are scored one by
/// one; the points of the others are counted for all of them at once and settled from time to time.
pub(super) struct Scoreboard<const N: usize> {
    scores: [u32; N],
    winner: usize,
    /// Who could reach the winner's score before the next settlement: bit `i` for sub-predictor `i`.
    contenders: u128,
    /// Points of the others since the last settlement: bit `i` of plane `p` is worth `2^p` to sub-predictor `i`.
    pending: [u128; PLANES],
    judged: u32,
}

impl<const N: usize> Scoreboard<N> {
    pub(super) const fn new() -> Self {
        const { assert!(N > 0 && N <= 128) }
        Self { scores: [0; N], winner: 0, contenders: u128::MAX, pending: [0; PLANES], judged: 0 }
    }

    /// Says whether the current winner is among the `correct` ones (bit `i` for sub-predictor `i`), then
    /// gives each of them a point; in index order, whoever reaches the winner's score takes over.
    pub(super) fn judge(&mut self, correct: u128) -> bool {
        let hit = correct >> self.winner & 1 == 1;
        let mut left = correct & self.contenders;
        while left != 0 {
            let index = left.trailing_zeros() as usize;
            left &= left - 1;
            self.scores[index] += 1;
            if self.scores[index] >= self.scores[self.winner] {
                self.winner = index;
            }
        }
        let mut carry = correct & !self.contenders;
        for plane in &mut self.pending {
            (*plane, carry) = (*plane ^ carry, *plane & carry);
        }
        self.judged += 1;
        if self.judged == PERIOD {
            self.settle();
        }
        hit
    }

    fn settle(&mut self) {
        for (index, score) in self.scores.iter_mut().enumerate() {
            for (place, plane) in self.pending.iter().enumerate() {
                *score += ((plane >> index & 1) as u32) << place;
            }
        }
        self.pending = [0; PLANES];
        self.judged = 0;
        let within_reach = self.scores[self.winner].saturating_sub(PERIOD);
        self.contenders = 0;
        for (index, &score) in self.scores.iter().enumerate() {
            self.contenders |= u128::from(score >= within_reach) << index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scoreboard;

    #[test]
    fn equals_scoring_one_by_one() {
        // Who is right changes in long phases, so that the lead changes hands across settlements.
        let mut board = Scoreboard::<128>::new();
        let (mut scores, mut winner, mut state) = ([0u32; 128], 0, 1u128);
        let mut leads = 0;
        for step in 0..60_000u32 {
            state = state.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(1);
            let phase = u128::MAX >> 64 << (step / 7000 * 16 % 128);
            let correct = (state ^ state >> 64) & (phase | state << 33);
            assert_eq!(board.judge(correct), correct >> winner & 1 == 1, "step {step}");
            let before = winner;
            for index in (0..128).filter(|index| correct >> index & 1 == 1) {
                scores[index] += 1;
                if scores[index] >= scores[winner] {
                    winner = index;
                }
            }
            leads += u32::from(winner != before);
        }
        assert!(leads > 100, "{leads} changes of the lead");
    }
}
