//! What a health test can compare.

use zeroize::Zeroize;

/// An unsigned integer that the tests compare for equality: samples are `u8`, recorded readings up to `u64`.
pub trait Symbol: Copy + Eq + Zeroize + sealed::Sealed {
    /// What fills a history that holds nothing yet.
    const ZERO: Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! symbols {
    ($($integer:ty)*) => {$(
        impl sealed::Sealed for $integer {}
        impl Symbol for $integer {
            const ZERO: Self = 0;
        }
    )*};
}

symbols!(u8 u16 u32 u64);
