//! Plots: each is computed once and drawn twice, as SVG for a page and as characters for plain text.
//!
//! The colours in the drawings are those of a light page; a page may restate them by attribute selectors (see
//! `report/style.css`), so that one drawing serves light, dark and paper.

mod autocorrelation;
mod bit_raster;
mod byte_counts;
mod chart;
mod p_values;
mod spectrum;
mod text;

pub(crate) use autocorrelation::Autocorrelation;
pub(crate) use bit_raster::BitRaster;
pub(crate) use byte_counts::ByteCounts;
pub(crate) use p_values::PValues;
pub(crate) use spectrum::Spectrum;
pub(crate) use text::bar;

/// A plot, computed and ready to be drawn.
pub(crate) trait Plot {
    /// What it shows, in a few words.
    fn title(&self) -> &'static str;

    /// What is drawn, what good data look like, and the figures that matter, in sentences.
    fn caption(&self) -> String;

    /// The drawing, an SVG element.
    fn svg(&self) -> String;

    /// The drawing in characters, lines ended.
    fn text(&self) -> String;
}

/// Normal quantiles: of `outcomes` independent figures none lies outside with 99 %.
const fn quantile_for(outcomes: usize) -> f64 {
    match outcomes {
        0..=20 => 3.481,
        21..=128 => 3.950,
        129..=256 => 4.113,
        _ => 4.270,
    }
}
