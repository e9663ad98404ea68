//! Noise of an analogue-to-digital converter.
//!
//! **Effect.** Thermal noise of the input and of the sampling switch (kT/C), and whatever a noise front end (Zener or
//! avalanche junction, amplified resistor) adds, move the lowest bits of every conversion.
//!
//! **What is read.** One converter word per reading, right-aligned and untouched. Which bits become a sample is the
//! digitisation's choice: [`LowBits`](crate::LowBits) of one to four bits for an internal channel, up to eight behind
//! a noise front end.
//!
//! **What an attacker could influence.** The supply, the reference, and any wire that acts as an antenna: mains and
//! clock pick-up are periodic and large, and add nothing. Oversampling in the converter averages the noise away;
//! switch it off.
//!
//! **How to assess it.** Record the readings at the final gain, sampling time and temperature range, assess the low
//! bits under that digitisation (SP 800-90B §3.1), with restarts, and claim half of the lowest estimate or less;
//! internal channels give 0.05 to 0.5 bit per sample as a rule of thumb, not as a claim. Without that the claim is
//! [`Claim::None`](crate::Claim::None).
//!
//! **Bound.** One reading takes what the closure takes; the closure must bound its wait for the end of the conversion.
//!
//! References: SP 800-90B §2.2.1; W. Kester, "Analog-Digital Conversion" (Analog Devices, 2004), chapter 2, on
//! input-referred noise.

use crate::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use zeroize::Zeroize;

const INFO: SourceInfo = SourceInfo {
    name: "adc_noise",
    description: "words of an analogue-to-digital converter",
    physics: "thermal noise of the converter's input and of the front end before it",
    category: SourceCategory::Sensor,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::ChipAdc),
};

/// Equal words in a row, at either end of the range, from which the input counts as saturated.
const RAIL_RUN: u16 = 16;
/// Equal words in a row, anywhere, from which the converter counts as stuck: far above what the quietest usable
/// channel shows (at the floor of 50 millibits per sample, 2^-51), and below the repetition-count cutoff there (601),
/// so that the cause is named.
const STUCK_RUN: u16 = 512;

/// A converter that a closure reads, as a [`Measure`].
///
/// The closure starts a conversion, waits a bounded time for its end, and returns the word right-aligned (a
/// left-aligned word is shifted). It has to wait for its conversion: with an error, `NotReady` included, the block's
/// earlier readings are lost, so a converter that an interrupt reads belongs behind a queue instead. A word that
/// changes too little is an error here, by name; every subtler fault is the health tests' affair.
///
/// ```
/// use openentropy_core::{EntropySource, LowBits, Raw, SourceError, Width, sources::Adc};
/// # let mut conversions = [0x7f3, 0x7f6, 0x7f1, 0x7f4].into_iter();
/// # let mut convert = || conversions.next().ok_or(SourceError::Timeout);
/// const RESOLUTION: Width = Width::new(12).unwrap();
/// const LOWEST_THREE: Width = Width::new(3).unwrap();
/// let adc = Adc::new(RESOLUTION, || convert()); // your driver's conversion
/// let mut source = LowBits::new(adc, LOWEST_THREE, 1);
/// let mut block = Raw::<[u8; 4]>::new();
/// source.sample(&mut block)?;
/// # assert_eq!(openentropy_core::hazmat::show(block), [3, 6, 1, 4]);
/// # Ok::<(), SourceError>(())
/// ```
pub struct Adc<F> {
    read: F,
    info: SourceInfo,
    last: u32,
    /// How often `last` has come in a row, saturating at [`STUCK_RUN`].
    run: u16,
}

impl<F: FnMut() -> Result<u32, SourceError>> Adc<F> {
    /// The converter behind `read`, whose words have `resolution` bits, at most 32.
    #[must_use]
    pub fn new(resolution: Width, read: F) -> Self {
        const WIDEST: u8 = u32::BITS as u8;
        let width = Width::new(resolution.bits().min(WIDEST)).unwrap_or(resolution);
        Self { read, info: SourceInfo { width, ..INFO }, last: 0, run: 0 }
    }
}

impl<F: FnMut() -> Result<u32, SourceError>> Measure for Adc<F> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Takes one conversion.
    ///
    /// # Errors
    /// What the closure returns; [`SourceError::Protocol`] for a word wider than the resolution;
    /// [`SourceError::Stuck`] when the same word has come 16 times in a row at an end of the range (saturated,
    /// shorted or disconnected), or 512 times anywhere. The next word that differs ends it.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let word = (self.read)()?;
        let full_scale = u32::MAX >> (32 - self.info.width.bits().clamp(1, 32));
        if word > full_scale {
            return Err(SourceError::Protocol);
        }
        self.run = if self.run > 0 && word == self.last { (self.run + 1).min(STUCK_RUN) } else { 1 };
        self.last = word;
        let limit = if word == 0 || word == full_scale { RAIL_RUN } else { STUCK_RUN };
        if self.run >= limit {
            return Err(SourceError::Stuck);
        }
        Ok(u64::from(word))
    }
}

impl<F> Drop for Adc<F> {
    fn drop(&mut self) {
        self.last.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntropySource, LowBits, Raw};

    const TWELVE: Width = match Width::new(12) {
        Some(width) => width,
        None => Width::BYTE,
    };

    fn adc(words: impl IntoIterator<Item = u32>) -> impl Measure {
        let mut words = words.into_iter();
        Adc::new(TWELVE, move || words.next().ok_or(SourceError::Timeout))
    }

    #[test]
    fn words_are_untouched_and_errors_pass() {
        let mut adc = adc([0, 4095, 2048]);
        assert_eq!(adc.info().width, TWELVE);
        assert_eq!([adc.measure(), adc.measure(), adc.measure()], [Ok(0), Ok(4095), Ok(2048)]);
        assert_eq!(adc.measure(), Err(SourceError::Timeout));
    }

    #[test]
    fn a_word_wider_than_the_resolution_is_refused() {
        assert_eq!(adc([4096]).measure(), Err(SourceError::Protocol));
        let mut widest = Adc::new(Width::WORD, || Ok(u32::MAX));
        assert_eq!(widest.info().width.bits(), 32);
        assert_eq!(widest.measure(), Ok(u64::from(u32::MAX)));
    }

    #[test]
    fn runs_are_named_at_their_limits_and_not_before() {
        for (word, limit) in [(0, RAIL_RUN), (4095, RAIL_RUN), (1000, STUCK_RUN)] {
            let mut adc = adc(core::iter::repeat_n(word, usize::from(limit) + 3).chain([7, word]));
            for _ in 1..limit {
                assert_eq!(adc.measure(), Ok(u64::from(word)));
            }
            for _ in 0..4 {
                assert_eq!(adc.measure(), Err(SourceError::Stuck), "word {word}");
            }
            assert_eq!([adc.measure(), adc.measure()], [Ok(7), Ok(u64::from(word))]);
        }
    }

    #[test]
    fn a_failed_conversion_fails_the_whole_block() {
        let mut source = LowBits::new(adc([1, 2, 3]), Width::BYTE, 1);
        let mut block = Raw::<[u8; 4]>::new();
        assert_eq!(source.sample(&mut block), Err(SourceError::Timeout));
        assert_eq!(crate::hazmat::show(block), [0; 4]);
    }
}
