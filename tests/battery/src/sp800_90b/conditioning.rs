//! Conditioning components (SP 800-90B §3.1.5): how much entropy comes out of one.
//!
//! ```
//! use openentropy_tests::sp800_90b::conditioning::{Component, Vetted};
//!
//! let sha256 = Component::vetted(Vetted::Sha256, 512, 256, 320.0)?;
//! assert!(sha256.full_entropy());
//! assert_eq!(sha256.output_entropy(), 256.0, "up to the last digit of an f64:");
//! assert!((sha256.deficit().log2() - -63.47).abs() < 0.01);
//!
//! // The output of any other function must be assessed too; all 64 bits it may never be worth.
//! let crc = Component::new(128, 64, 64, 128.0)?;
//! assert_eq!(crc.not_vetted_entropy(0.95)?, 0.95 * 64.0);
//! assert_eq!(crc.not_vetted_entropy(1.0)?, 0.999 * 64.0);
//! # Ok::<(), openentropy_tests::sp800_90b::conditioning::ConditioningError>(())
//! ```

use core::error::Error;
use core::f64::consts::LN_2;
use core::fmt;

/// What SP 800-90C asks beyond the output's width before it calls the output full entropy, in bits.
const FULL_ENTROPY_MARGIN: f64 = 64.0;
/// The most a function that is not vetted may be credited with, per bit of output (§3.1.5.2).
const NOT_VETTED_SHARE: f64 = 0.999;

/// A conditioning component: widths in bits, and the entropy that goes in.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Component {
    vetted: Option<Vetted>,
    n_in: u32,
    n_out: u32,
    nw: u32,
    h_in: f64,
}

impl Component {
    /// A function that is not vetted: `n_in` bits of input with `h_in` bits of entropy, `n_out` bits of output, and no more
    /// than `nw` bits wherever it is narrowest inside.
    ///
    /// # Errors
    /// [`ConditioningError::Width`] and [`ConditioningError::InputEntropy`].
    pub fn new(n_in: u32, n_out: u32, nw: u32, h_in: f64) -> Result<Self, ConditioningError> {
        if n_in == 0 || n_out == 0 || nw == 0 {
            return Err(ConditioningError::Width);
        }
        if !(0.0..=f64::from(n_in)).contains(&h_in) {
            return Err(ConditioningError::InputEntropy);
        }
        Ok(Self { vetted: None, n_in, n_out, nw, h_in })
    }

    /// A `function` of the standard's list; its narrowest width is known.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`ConditioningError::Output`].
    pub fn vetted(function: Vetted, n_in: u32, n_out: u32, h_in: f64) -> Result<Self, ConditioningError> {
        if function.output().is_some_and(|widest| n_out > widest) {
            return Err(ConditioningError::Output);
        }
        let component = Self::new(n_in, n_out, function.narrowest(), h_in)?;
        Ok(Self { vetted: Some(function), ..component })
    }

    /// The standard's `Output_Entropy(n_in, n_out, nw, h_in)` in bits: what comes out of a vetted function.
    ///
    /// See [`deficit`](Self::deficit) where it lies too close to `n_out` for an `f64`.
    pub fn output_entropy(&self) -> f64 {
        (f64::from(self.n_out) - self.deficit()).clamp(0.0, self.h_in)
    }

    /// How many bits the output lacks to full entropy, `n_out - Output_Entropy`, to the last digits however few they are.
    ///
    /// With `n = min(n_out, nw)` the standard's terms (§3.1.5.1.2) are here taken times `2^n`, as logarithms:
    /// `P_low 2^n_in = (1 - 2^-h_in)/(1 - 2^-n_in)`, `psi 2^n = P_low 2^n_in + 2^(n - h_in)` and
    /// `omega 2^n = P_low 2^n_in (1 + sqrt(2 n ln 2 / 2^(n_in - n)))`.
    pub fn deficit(&self) -> f64 {
        let n = f64::from(self.n_out.min(self.nw));
        let n_in = f64::from(self.n_in);
        let low = ((-(-self.h_in).exp2()).ln_1p() - (-(-n_in).exp2()).ln_1p()) / LN_2;
        let psi = log2_of_sum(low, n - self.h_in);
        let omega = low + log2_of_sum(0.0, 0.5 * ((2.0 * n * LN_2).log2() - (n_in - n)));
        // Where no entropy is left the bound exceeds what an output can lack.
        (f64::from(self.n_out) - n + psi.max(omega)).min(f64::from(self.n_out))
    }

    /// What may be credited to the output if the function is not vetted: `min(Output_Entropy, 0.999 n_out, measured n_out)`.
    ///
    /// `measured` is the min-entropy per bit at which the output itself was assessed, as a bit string
    /// ([`Assessment::h_bitstring`](super::Assessment::h_bitstring)).
    ///
    /// # Errors
    /// [`ConditioningError::Measured`].
    pub fn not_vetted_entropy(&self, measured: f64) -> Result<f64, ConditioningError> {
        if !(0.0..=1.0).contains(&measured) {
            return Err(ConditioningError::Measured);
        }
        let share = measured.min(NOT_VETTED_SHARE);
        Ok(self.output_entropy().min(share * f64::from(self.n_out)))
    }

    /// Whether the output may be called full entropy (SP 800-90C): the function is vetted and nowhere narrower than its
    /// output, and 64 bits more than the output's width go in.
    pub fn full_entropy(&self) -> bool {
        let enough = self.h_in >= f64::from(self.n_out) + FULL_ENTROPY_MARGIN;
        self.vetted.is_some() && self.n_out <= self.nw && enough
    }
}

/// `log2(2^a + 2^b)`.
fn log2_of_sum(a: f64, b: f64) -> f64 {
    let (larger, smaller) = if a >= b { (a, b) } else { (b, a) };
    larger + (smaller - larger).exp2().ln_1p() / LN_2
}

/// The conditioning functions that the standard has vetted (§3.1.5.1.1), with SHA-256 or AES.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Vetted {
    /// HMAC with SHA-256.
    HmacSha256,
    /// SHA-256.
    Sha256,
    /// Hash_df of SP 800-90A, with SHA-256.
    HashDfSha256,
    /// CMAC with AES of any key length.
    CmacAes,
    /// CBC-MAC with AES of any key length, for input of one fixed length only.
    CbcMacAes,
    /// Block_Cipher_df of SP 800-90A, with AES-128.
    BlockCipherDfAes128,
    /// Block_Cipher_df of SP 800-90A, with AES-192.
    BlockCipherDfAes192,
    /// Block_Cipher_df of SP 800-90A, with AES-256.
    BlockCipherDfAes256,
}

impl Vetted {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::HmacSha256,
        Self::Sha256,
        Self::HashDfSha256,
        Self::CmacAes,
        Self::CbcMacAes,
        Self::BlockCipherDfAes128,
        Self::BlockCipherDfAes192,
        Self::BlockCipherDfAes256,
    ];

    /// A short name for machines.
    ///
    /// ```
    /// use openentropy_tests::sp800_90b::conditioning::Vetted;
    ///
    /// let cmac = Vetted::ALL.into_iter().find(|function| function.id() == "cmac_aes");
    /// assert_eq!(cmac.map(|function| function.narrowest()), Some(128));
    /// ```
    pub fn id(self) -> &'static str {
        self.facts().0
    }

    /// Bits of the narrowest width inside: the hash's output, the cipher's block or, for Block_Cipher_df, its key.
    pub fn narrowest(self) -> u32 {
        self.facts().1
    }

    /// Bits of the widest output; `None` if there is no limit that matters.
    pub fn output(self) -> Option<u32> {
        self.facts().2
    }

    fn facts(self) -> (&'static str, u32, Option<u32>) {
        match self {
            Self::HmacSha256 => ("hmac_sha256", 256, Some(256)),
            Self::Sha256 => ("sha256", 256, Some(256)),
            Self::HashDfSha256 => ("hash_df_sha256", 256, None),
            Self::CmacAes => ("cmac_aes", 128, Some(128)),
            Self::CbcMacAes => ("cbc_mac_aes", 128, Some(128)),
            Self::BlockCipherDfAes128 => ("block_cipher_df_aes128", 128, None),
            Self::BlockCipherDfAes192 => ("block_cipher_df_aes192", 192, None),
            Self::BlockCipherDfAes256 => ("block_cipher_df_aes256", 256, None),
        }
    }
}

/// Why there is no such component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConditioningError {
    /// A width is zero.
    Width,
    /// The entropy of the input is negative, not a number, or more than the input has bits.
    InputEntropy,
    /// The function has no output that wide.
    Output,
    /// The measured entropy per bit is not between 0 and 1.
    Measured,
}

impl fmt::Display for ConditioningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Width => "a conditioning component has no width of zero bits",
            Self::InputEntropy => "the entropy of the input must lie between 0 and its number of bits",
            Self::Output => "the output is wider than that of the function",
            Self::Measured => "the measured entropy per bit must lie between 0 and 1",
        })
    }
}

impl Error for ConditioningError {}

#[cfg(test)]
mod tests {
    use super::{Component, ConditioningError, Vetted};

    #[test]
    fn impossible_components_are_refused() {
        for (n_in, n_out, nw) in [(0, 1, 1), (1, 0, 1), (1, 1, 0)] {
            assert_eq!(Component::new(n_in, n_out, nw, 0.0), Err(ConditioningError::Width));
        }
        for h_in in [-1.0, 8.5, f64::NAN, f64::INFINITY] {
            assert_eq!(Component::new(8, 8, 8, h_in), Err(ConditioningError::InputEntropy));
        }
        assert_eq!(Component::vetted(Vetted::CmacAes, 512, 256, 300.0), Err(ConditioningError::Output));
        let component = Component::new(8, 8, 8, 8.0).unwrap();
        assert_eq!(component.not_vetted_entropy(1.01), Err(ConditioningError::Measured));
        assert_eq!(component.not_vetted_entropy(f64::NAN), Err(ConditioningError::Measured));
    }

    #[test]
    fn every_component_has_a_figure() {
        for n_in in [1, 2, 8, 255, 256, 1024, 100_000, u32::MAX] {
            for n_out in [1, 2, 128, 256, 4096, u32::MAX] {
                for nw in [1, 7, 256, u32::MAX] {
                    for share in [0.0, 1e-9, 0.1, 0.5, 0.999, 1.0] {
                        let h_in = share * f64::from(n_in);
                        let component = Component::new(n_in, n_out, nw, h_in).unwrap();
                        let most = h_in.min(f64::from(n_out.min(nw)));
                        let figure = component.output_entropy();
                        assert!((0.0..=most).contains(&figure), "{component:?}: {figure}");
                        assert!(component.deficit() >= 0.0, "{component:?}: {}", component.deficit());
                    }
                }
            }
        }
    }

    #[test]
    fn full_entropy_asks_for_a_vetted_wide_function_and_64_bits_more() {
        let full =
            |function, n_out, h_in| Component::vetted(function, 1024, n_out, h_in).unwrap().full_entropy();
        assert!(full(Vetted::HmacSha256, 256, 320.0));
        assert!(!full(Vetted::HmacSha256, 256, 319.9));
        assert!(full(Vetted::BlockCipherDfAes256, 256, 320.0));
        assert!(!full(Vetted::BlockCipherDfAes128, 256, 1024.0), "128 bits of key cannot give 256");
        assert!(!Component::new(1024, 256, 256, 1024.0).unwrap().full_entropy(), "not vetted");
    }
}
