//! Procedure A: T0 once, then T1 to T5 on 257 sections of 20,000 bits.

use super::{Attempt, Tested, info};
use crate::fips140::{BLOCK_BITS, BLOCK_BYTES, Block, Limits};
use crate::{Bits, Info};

/// Words of T0, and their width in bits.
const WORDS: usize = 1 << 16;
const WORD_BITS: usize = 48;
/// Sections of T1 to T5.
const ROUNDS: usize = 257;
/// Bits that the procedure takes.
pub(super) const BITS: u64 = (WORDS * WORD_BITS + ROUNDS * BLOCK_BITS) as u64;
/// Shifts that T5 tries, and bits that it compares.
const SHIFTS: usize = 5000;

const GROUP: (&str, u64) = ("AIS 31 procedure A", BITS);
const ROUNDS_NULL: &str = "limits that a section of good bits leaves once in about a million";

static T0: Info = info(
    "T0",
    GROUP,
    "how many of 65,536 words of 48 bits occurred before",
    "one or more with probability 2^-17",
    "a short period, a generator restarted from the same state",
    "everything else",
);
static T1: Info = info(
    "T1",
    GROUP,
    "sections with fewer than 9655 or more than 10,345 ones (monobit)",
    ROUNDS_NULL,
    "bias",
    "any order",
);
static T2: Info = info(
    "T2",
    GROUP,
    "sections with a poker statistic outside 1.03 to 57.4",
    ROUNDS_NULL,
    "uneven nibbles",
    "dependence beyond four bits",
);
static T3: Info = info(
    "T3",
    GROUP,
    "sections in which runs of one of twelve kinds are too few or too many",
    ROUNDS_NULL,
    "neighbouring bits that depend on each other",
    "dependence between distant bits",
);
static T4: Info = info(
    "T4",
    GROUP,
    "sections with a run of 34 or more equal bits",
    ROUNDS_NULL,
    "stuck phases",
    "everything else",
);
static T5: Info = info(
    "T5",
    GROUP,
    "sections whose most striking shift, chosen in one half, is striking in the other (autocorrelation)",
    ROUNDS_NULL,
    "periods up to 5000 bits",
    "dependence on several bits at once",
);

pub(super) static TESTS: [&Info; 6] = [&T0, &T1, &T2, &T3, &T4, &T5];

pub(super) fn attempt(bits: &Bits<'_>) -> Result<Attempt, u64> {
    if (bits.len() as u64) < BITS {
        return Err(BITS);
    }
    let repeated = repeated_words(bits);
    let mut failures = [0; 5];
    for round in 0..ROUNDS {
        let section = bits.section(WORDS * WORD_BITS + round * BLOCK_BITS, BLOCK_BITS);
        for (count, failed) in failures.iter_mut().zip(failed(&section)) {
            *count += usize::from(failed);
        }
    }
    let mut tests = vec![Tested { statistic: repeated as f64, failures: usize::from(repeated > 0) }];
    tests.extend(failures.map(|failures| Tested { statistic: failures as f64, failures }));
    Ok(Attempt { tests, used: BITS as usize })
}

/// How many of the words of T0 occurred before.
fn repeated_words(bits: &Bits<'_>) -> usize {
    let mut words: Vec<u64> =
        (0..WORDS).map(|word| bits.window(word * WORD_BITS, WORD_BITS as u32)).collect();
    words.sort_unstable();
    words.dedup();
    WORDS - words.len()
}

/// Which of T1 to T5 a section fails.
fn failed(section: &Bits<'_>) -> [bool; 5] {
    let Some(bytes) = section.bytes().first_chunk::<BLOCK_BYTES>() else {
        unreachable!("a section is a block");
    };
    let [t1, t2, t3, t4] = Limits::FIPS_140_1.failed(&Block::of(bytes));
    [t1, t2, t3, t4, autocorrelated(section)]
}

/// T5: the shift that stands out most in the first half is tried on the second.
fn autocorrelated(section: &Bits<'_>) -> bool {
    let half = BLOCK_BITS / 2;
    let striking = |&shift: &usize| differences(section, 0, shift).abs_diff(SHIFTS / 2);
    // Of several shifts that stand out equally, the first.
    let shift = (1..=SHIFTS).rev().max_by_key(striking).unwrap_or(1);
    !(2327..=2673).contains(&differences(section, half, shift))
}

/// How many of 5000 bits from `first` on differ from the bit `shift` later.
fn differences(section: &Bits<'_>, first: usize, shift: usize) -> usize {
    let whole = SHIFTS / 64 * 64;
    let differ = |at: usize| section.word(first + at) ^ section.word(first + at + shift);
    let words: u32 = (0..whole).step_by(64).map(|at| differ(at).count_ones()).sum();
    let rest = differ(whole) >> (64 - SHIFTS % 64);
    (words + rest.count_ones()) as usize
}

#[cfg(test)]
mod tests {
    use super::{BITS, Bits, attempt, autocorrelated, differences};
    use crate::test_streams::Good;

    #[test]
    fn differences_are_counted_bit_by_bit() {
        let bytes = Good::ChaCha20.bytes(1, 2500);
        let bits = Bits::new(&bytes);
        for (first, shift) in [(0, 1), (0, 5000), (10_000, 63), (10_000, 64), (10_000, 4999)] {
            let by_definition = (first..first + 5000).filter(|&j| bits.get(j) != bits.get(j + shift)).count();
            assert_eq!(differences(&bits, first, shift), by_definition);
        }
    }

    #[test]
    fn a_hidden_period_fails_t5_only() {
        let mut bytes = Good::AesCtr.bytes(1, BITS as usize / 8);
        let mut section = bytes[393_216..393_216 + 2500].to_vec();
        // Every bit repeats the one 1001 earlier, but for one in four.
        for index in 1001..20_000 {
            let source = index - 1001;
            let bit = section[source / 8] >> (7 - source % 8) & 1;
            if index % 4 != 0 {
                section[index / 8] = section[index / 8] & !(128 >> (index % 8)) | bit << (7 - index % 8);
            }
        }
        assert!(autocorrelated(&Bits::new(&section)));
        bytes[393_216..393_216 + 2500].copy_from_slice(&section);
        let tests = attempt(&Bits::new(&bytes)).ok().unwrap().tests;
        assert_eq!(tests.iter().map(|test| test.failures).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_repeated_word_fails_t0() {
        let mut bytes = Good::AesCtr.bytes(2, BITS as usize / 8);
        bytes.copy_within(600..606, 120_000);
        let tests = attempt(&Bits::new(&bytes)).ok().unwrap().tests;
        assert_eq!((tests[0].statistic, tests[0].failures), (1.0, 1));
    }
}
