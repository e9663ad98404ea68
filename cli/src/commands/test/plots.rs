//! The pictures of a report.

use super::results::Results;
use crate::plot::{Autocorrelation, BitRaster, ByteCounts, PValues, Plot, Spectrum};
use openentropy_tests::Bits;

/// All of them, computed.
pub(super) struct Plots<'a> {
    p_values: PValues,
    bytes: ByteCounts,
    autocorrelation: Autocorrelation,
    spectrum: Spectrum,
    pub(super) raster: BitRaster<'a>,
}

impl<'a> Plots<'a> {
    /// The pictures of these results and bits.
    pub(super) fn new(results: &Results, bits: &'a Bits<'a>) -> Self {
        Self {
            p_values: PValues::new(results.p_values()),
            bytes: ByteCounts::new(bits),
            autocorrelation: Autocorrelation::new(bits),
            spectrum: Spectrum::new(bits),
            raster: BitRaster::new(bits),
        }
    }

    /// All but the raster.
    pub(super) fn charts(&self) -> impl Iterator<Item = &dyn Plot> {
        let charts: [&dyn Plot; 4] = [&self.p_values, &self.bytes, &self.autocorrelation, &self.spectrum];
        charts.into_iter()
    }
}
