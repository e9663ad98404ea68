//! The predictors against plain transcriptions of the standard's steps, on data that fills their tables.

use std::collections::HashMap;

use openentropy_tests::sp800_90b::{Estimate, Sequence, lag, lz78y, multi_mcw, multi_mmc};

const DEPTH: usize = 16;

/// Symbols whose frequencies and successors differ, so that ties, misses and take-overs all occur.
fn symbols(alphabet: u64, length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut previous = 0;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let draw = state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
            // Every other symbol or so follows from the one before.
            previous = if draw & 1 == 0 { (previous * 5 + 1) % alphabet } else { (draw >> 1) % alphabet };
            previous as u8
        })
        .collect()
}

/// Correct predictions, in number and in the longest run plus one.
#[derive(Debug, Default, PartialEq)]
struct Hits {
    correct: usize,
    current: usize,
    longest: usize,
}

impl Hits {
    fn record(&mut self, hit: bool) {
        self.correct += usize::from(hit);
        self.current = if hit { self.current + 1 } else { 0 };
        self.longest = self.longest.max(self.current);
    }

    fn report(&self) -> (usize, usize) {
        (self.correct, self.longest + 1)
    }
}

/// Steps 3 of §6.3.7 to §6.3.9: score what each sub-predictor said, and let the best take over.
fn score(said: &[Option<u8>], symbol: u8, scores: &mut [u32], winner: &mut usize) -> bool {
    let hit = said[*winner] == Some(symbol);
    for (index, guess) in said.iter().enumerate() {
        if *guess == Some(symbol) {
            scores[index] += 1;
            if scores[index] >= scores[*winner] {
                *winner = index;
            }
        }
    }
    hit
}

type Counts = HashMap<Vec<u8>, HashMap<u8, u32>>;

fn most_frequent(counts: &HashMap<u8, u32>) -> Option<(u8, u32)> {
    counts.iter().map(|(&symbol, &count)| (count, symbol)).max().map(|(count, symbol)| (symbol, count))
}

fn multi_mcw_by_definition(s: &[u8]) -> (usize, usize) {
    let (mut scores, mut winner, mut hits) = ([0; 4], 0, Hits::default());
    for i in 63..s.len() {
        let said = [63, 255, 1023, 4095].map(|window: usize| {
            let recent = &s[i.checked_sub(window)?..i];
            let mut rank = [(0, None); 256];
            for (at, &symbol) in recent.iter().enumerate() {
                let (count, last) = &mut rank[usize::from(symbol)];
                (*count, *last) = (*count + 1, Some(at));
            }
            (0..=255).max_by_key(|&symbol| rank[usize::from(symbol)])
        });
        hits.record(score(&said, s[i], &mut scores, &mut winner));
    }
    hits.report()
}

fn lag_by_definition(s: &[u8]) -> (usize, usize) {
    let (mut scores, mut winner, mut hits) = ([0; 128], 0, Hits::default());
    for i in 1..s.len() {
        let said: Vec<Option<u8>> = (1..=128).map(|lag| Some(s[i.checked_sub(lag)?])).collect();
        hits.record(score(&said, s[i], &mut scores, &mut winner));
    }
    hits.report()
}

fn multi_mmc_by_definition(s: &[u8]) -> (usize, usize) {
    let (mut scores, mut winner, mut hits) = ([0; DEPTH], 0, Hits::default());
    let mut models = vec![Counts::new(); DEPTH + 1];
    let mut pairs = [0; DEPTH + 1];
    for i in 2..s.len() {
        for d in 1..=DEPTH.min(i - 1) {
            let (context, next) = (&s[i - 1 - d..i - 1], s[i - 1]);
            if let Some(count) = models[d].get_mut(context).and_then(|counts| counts.get_mut(&next)) {
                *count += 1;
            } else if pairs[d] < 100_000 {
                models[d].entry(context.to_vec()).or_default().insert(next, 1);
                pairs[d] += 1;
            }
        }
        let mut said = [None; DEPTH];
        for d in 1..=DEPTH.min(i) {
            let Some(counts) = models[d].get(&s[i - d..i]) else { break };
            said[d - 1] = most_frequent(counts).map(|(symbol, _)| symbol);
        }
        hits.record(score(&said, s[i], &mut scores, &mut winner));
    }
    hits.report()
}

fn lz78y_by_definition(s: &[u8]) -> (usize, usize) {
    let mut hits = Hits::default();
    let mut dictionary = Counts::new();
    for i in DEPTH + 1..s.len() {
        for j in (1..=DEPTH).rev() {
            let (context, next) = (&s[i - 1 - j..i - 1], s[i - 1]);
            if let Some(counts) = dictionary.get_mut(context) {
                *counts.entry(next).or_default() += 1;
            } else if dictionary.len() < 65_536 {
                dictionary.insert(context.to_vec(), HashMap::from([(next, 1)]));
            }
        }
        let mut best = (0, 0);
        for j in (1..=DEPTH).rev() {
            if let Some((symbol, count)) = dictionary.get(&s[i - j..i]).and_then(most_frequent)
                && count > best.1
            {
                best = (symbol, count);
            }
        }
        hits.record(best.1 > 0 && best.0 == s[i]);
    }
    hits.report()
}

/// Bits, a few symbols and all bytes.
fn sequences(length: usize) -> impl Iterator<Item = Sequence> {
    [(2, 1), (3, 2), (37, 3), (256, 4)].into_iter().map(move |(alphabet, seed)| {
        let sequence = Sequence::literal(&symbols(alphabet, length, seed), 8);
        sequence.expect("bytes fit eight bits")
    })
}

#[test]
fn multi_mcw_follows_the_standard() {
    for sequence in sequences(6_000) {
        let fast = multi_mcw::estimate(&sequence).map(|p| (p.correct, p.run));
        assert_eq!(fast, Some(multi_mcw_by_definition(sequence.symbols())), "k = {}", sequence.alphabet());
    }
}

#[test]
fn lag_follows_the_standard() {
    for sequence in sequences(20_000) {
        let fast = lag::estimate(&sequence).map(|p| (p.correct, p.run));
        assert_eq!(fast, Some(lag_by_definition(sequence.symbols())), "k = {}", sequence.alphabet());
    }
}

#[test]
fn multi_mmc_follows_the_standard_beyond_its_limit() {
    // Bits would not fill a table before a million: the known answers do that.
    for sequence in sequences(105_000).skip(1) {
        let fast = multi_mmc::estimate(&sequence).map(|p| (p.correct, p.run));
        assert_eq!(fast, Some(multi_mmc_by_definition(sequence.symbols())), "k = {}", sequence.alphabet());
    }
}

#[test]
fn lz78y_follows_the_standard_beyond_its_limit() {
    for sequence in sequences(30_000) {
        let fast = lz78y::estimate(&sequence).map(|p| (p.correct, p.run));
        assert_eq!(fast, Some(lz78y_by_definition(sequence.symbols())), "k = {}", sequence.alphabet());
    }
}

#[test]
fn short_data_leaves_out_what_cannot_be_computed() {
    for length in 2..200 {
        for alphabet in [2, 5] {
            let sequence = Sequence::literal(&symbols(alphabet, length, 9), 8).expect("bytes fit eight bits");
            for estimate in Estimate::all(&sequence) {
                let most = (sequence.alphabet() as f64).log2() + 1e-12;
                let figure = estimate.min_entropy();
                assert!((0.0..=most).contains(&figure), "{} of {length}: {figure}", estimate.name());
            }
        }
    }
}
