//! Entropy: how much is in single bytes, in orders, and in what a compressor finds.

use super::Test;

pub mod compression_ratio;
pub mod kolmogorov_complexity;
mod likelihood;
mod lz76;
mod lz78;
pub mod min_entropy;
pub mod permutation_entropy;
pub mod shannon_entropy;

pub(super) const TESTS: &[Test] = &[
    Test { info: &shannon_entropy::INFO, run: shannon_entropy::test },
    Test { info: &min_entropy::INFO, run: min_entropy::test },
    Test { info: &permutation_entropy::INFO, run: permutation_entropy::test },
    Test { info: &compression_ratio::INFO, run: compression_ratio::test },
    Test { info: &kolmogorov_complexity::INFO, run: kolmogorov_complexity::test },
];
