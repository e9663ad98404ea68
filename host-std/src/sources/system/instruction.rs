//! Words of a processor's generator as samples, with the checks that its errata ask for.

use crate::sys::{Instruction, Machine};
use crate::{Access, Candidate, HostSource, Opened};
use core::hint::spin_loop;
use openentropy_core::{Claim, Digitisation, EntropySource, Raw, SourceError, SourceInfo};
use zeroize::Zeroizing;

/// The eight bytes of a word, lowest first.
pub(super) const WORD_BYTES: Digitisation = Digitisation { name: "word-bytes", version: 1 };
/// Words of the start-up self test.
const SELF_TEST_WORDS: usize = 8;
/// Equal neighbours among them above which the generator is broken.
const MAX_REPEATS: usize = 2;

/// What a source over an [`Instruction`] is made of.
pub(super) struct Generator {
    pub(super) info: &'static SourceInfo,
    pub(super) instruction: Instruction,
    /// Attempts at one word; each may find the generator empty.
    pub(super) attempts: u32,
    /// Why it is absent, when it is.
    pub(super) absent: &'static str,
}

impl Generator {
    pub(super) fn find(&self) -> Vec<Candidate> {
        if !(self.instruction.present)() {
            return vec![Candidate::missing(Access::Absent, self.absent)];
        }
        vec![Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() }]
    }

    /// Opens it, after eight words that must not repeat.
    ///
    /// Old AMD processors answered all ones with success, after a suspend or always; some cloud hosts advertise RNDR and never answer.
    pub(super) fn open(&'static self) -> Result<Opened, SourceError> {
        if !(self.instruction.present)() {
            return Err(SourceError::Absent);
        }
        let mut source = Words { generator: self, word: Zeroizing::new([0; 8]), used: 8, last: None };
        source.self_test()?;
        Ok(Opened { source: Box::new(source), digitisation: WORD_BYTES, claim: Claim::None })
    }

    fn word(&self) -> Result<u64, SourceError> {
        for _ in 0..self.attempts {
            if let Some(word) = (self.instruction.read)() {
                return Ok(word);
            }
            spin_loop();
        }
        Err(SourceError::Timeout)
    }
}

/// An open generator, handing out its words byte by byte.
struct Words {
    generator: &'static Generator,
    word: Zeroizing<[u8; 8]>,
    used: usize,
    last: Option<Zeroizing<u64>>,
}

impl Words {
    fn self_test(&mut self) -> Result<(), SourceError> {
        let mut repeats = 0;
        for _ in 0..SELF_TEST_WORDS {
            let word = self.generator.word()?;
            repeats += usize::from(self.last.as_deref() == Some(&word));
            if word == u64::MAX || repeats > MAX_REPEATS {
                return Err(SourceError::Stuck);
            }
            self.last = Some(Zeroizing::new(word));
        }
        Ok(())
    }

    /// The next word; two equal ones in a row have a chance of 2^-64 and mean a stuck generator.
    fn next_word(&mut self) -> Result<(), SourceError> {
        let word = self.generator.word()?;
        if self.last.as_deref() == Some(&word) || word == u64::MAX {
            return Err(SourceError::Stuck);
        }
        self.last = Some(Zeroizing::new(word));
        *self.word = word.to_le_bytes();
        self.used = 0;
        Ok(())
    }
}

impl EntropySource for Words {
    fn info(&self) -> &SourceInfo {
        self.generator.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                if self.used == self.word.len() {
                    self.next_word()?;
                }
                *slot = self.word[self.used];
                self.used += 1;
            }
            Ok(())
        })
    }
}

impl HostSource for Words {}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, Width, hazmat};

    static INFO: SourceInfo = SourceInfo {
        name: "double",
        description: "an instruction made up",
        physics: "none",
        category: SourceCategory::System,
        platform: Platform::Any,
        requirement: Requirement::CpuFeature,
        width: Width::BYTE,
        independence: Independence::of(Group::Test),
    };

    const fn generator(read: fn() -> Option<u64>, present: fn() -> bool) -> Generator {
        Generator {
            info: &INFO,
            instruction: Instruction { present, read },
            attempts: 10,
            absent: "never was",
        }
    }

    thread_local! {
        static CALLS: Cell<u64> = const { Cell::new(0) };
    }

    fn count() -> u64 {
        CALLS.with(|calls| calls.replace(calls.get() + 1))
    }

    #[test]
    fn broken_instructions_end_in_their_errors() {
        static ONES: Generator = generator(|| Some(u64::MAX), || true);
        static ZEROS: Generator = generator(|| Some(0), || true);
        static EMPTY: Generator = generator(
            || {
                count();
                None
            },
            || true,
        );
        static MISSING: Generator = generator(|| Some(count()), || false);
        assert_eq!(ONES.open().err(), Some(SourceError::Stuck));
        assert_eq!(ZEROS.open().err(), Some(SourceError::Stuck));
        assert_eq!(EMPTY.open().err(), Some(SourceError::Timeout));
        assert_eq!(CALLS.get(), 10);
        assert_eq!(MISSING.open().err(), Some(SourceError::Absent));
        assert_eq!(CALLS.get(), 10);
        assert_eq!(MISSING.find()[0].access, Access::Absent);
    }

    #[test]
    fn words_come_lowest_byte_first_and_across_blocks() {
        static COUNTER: Generator = generator(|| Some(0x0807_0605_0403_0201 + (count() << 56)), || true);
        let mut source = COUNTER.open().unwrap().source;
        let mut block = Raw::<[u8; 6]>::new();
        source.sample(&mut block).unwrap();
        assert_eq!(hazmat::show(block), [1, 2, 3, 4, 5, 6]);
        let mut block = Raw::<[u8; 3]>::new();
        source.sample(&mut block).unwrap();
        assert_eq!(hazmat::show(block), [7, 8 + 8, 1]);
    }

    #[test]
    fn a_generator_that_sticks_later_is_noticed() {
        static STICKS: Generator = generator(|| Some(count().min(20)), || true);
        let mut source = STICKS.open().unwrap().source;
        let mut block = Raw::<[u8; 256]>::new();
        assert_eq!(source.sample(&mut block), Err(SourceError::Stuck));
    }
}
