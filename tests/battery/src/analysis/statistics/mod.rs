//! Classical tests of one sample, or of several groups.
//!
//! Tests of bytes use the law of bytes: a statistic made for continuous values rejects
//! perfect bytes as soon as there are enough of them to show their 256 steps. p-values of several tests are
//! corrected together by [`Correction`](crate::Correction).

mod anova;
mod correction;
mod gap_test;
mod groups;
mod kruskal_wallis;
mod levene;
mod ljung_box;
mod power;
mod uniformity;
mod weighted_chi_square;

pub use anova::{Anova, anova};
pub use correction::{Corrected, correct};
pub use gap_test::{GapTest, gap_test};
pub use kruskal_wallis::{KruskalWallis, kruskal_wallis};
pub use levene::{Levene, levene_test};
pub use ljung_box::{LjungBox, ljung_box};
pub use power::{Power, power_analysis};
pub use uniformity::{anderson_darling, cramer_von_mises};
