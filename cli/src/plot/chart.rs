//! A chart with axes, in SVG.

use core::ops::Range;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::io;

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x3B, 0x42, 0x4E);
/// Lines of the grid.
pub(super) const GRID: RGBColor = RGBColor(0xDF, 0xE3, 0xE8);
/// The data.
pub(super) const DATA: RGBColor = RGBColor(0x2B, 0x6C, 0xB0);
/// Data outside the band.
pub(super) const OUTSIDE: RGBColor = RGBColor(0xC0, 0x4A, 0x1A);
/// Where good data lie.
pub(super) const BAND: RGBColor = RGBColor(0xD9, 0xE8, 0xD6);
/// What good data are expected to do.
pub(super) const EXPECTED: RGBColor = RGBColor(0x3F, 0x7D, 0x4E);

/// Drawn at twice the size at which it is shown, since the backend rounds to whole units.
const SIZE: (u32, u32) = (1280, 600);
const FONT: u32 = 32;

/// What the axes say.
pub(super) struct Axes<'a> {
    /// What the drawing shows, for those who cannot see it.
    pub(super) label: &'a str,
    pub(super) x: Range<f64>,
    pub(super) x_name: &'a str,
    pub(super) y: Range<f64>,
    pub(super) y_name: &'a str,
    /// Where good data lie.
    pub(super) band: (f64, f64),
    /// What is expected of them.
    pub(super) expected: f64,
}

type Failed = DrawingAreaErrorKind<io::Error>;

/// The plane between the axes.
pub(super) struct Plane<'a, 'b>(
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
);

impl Axes<'_> {
    /// The SVG element with what `draw` draws between these axes.
    pub(super) fn svg(&self, draw: impl FnOnce(&mut Plane<'_, '_>) -> Result<(), Failed>) -> String {
        let mut svg = String::new();
        self.draw(&mut svg, draw).unwrap_or_else(|_| unreachable!("a string takes every drawing"));
        let role = format!("<svg role=\"img\" aria-label=\"{}\" ", self.label);
        svg.replacen("<svg ", &role, 1)
    }

    fn draw(
        &self,
        svg: &mut String,
        draw: impl FnOnce(&mut Plane<'_, '_>) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let mut builder = ChartBuilder::on(&area);
        builder.margin(12).margin_right(28).x_label_area_size(88).y_label_area_size(132);
        let mut plane = Plane(builder.build_cartesian_2d(self.x.clone(), self.y.clone())?);
        let (left, right) = (self.x.start, self.x.end);
        let band = [(left, self.band.0.max(self.y.start)), (right, self.band.1.min(self.y.end))];
        plane.0.draw_series([Rectangle::new(band, BAND.filled())])?;
        self.draw_mesh(&mut plane)?;
        draw(&mut plane)?;
        let expected =
            PathElement::new([(left, self.expected), (right, self.expected)], EXPECTED.stroke_width(3));
        plane.0.draw_series([expected])?;
        area.present()
    }

    fn draw_mesh(&self, plane: &mut Plane<'_, '_>) -> Result<(), Failed> {
        let mut mesh = plane.0.configure_mesh();
        mesh.disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK.stroke_width(2));
        mesh.label_style(("sans-serif", FONT, &INK)).x_desc(self.x_name).y_desc(self.y_name);
        mesh.x_labels(9).x_label_formatter(&|value| tick(*value));
        mesh.y_labels(6).y_label_formatter(&|value| tick(*value));
        mesh.draw()
    }
}

impl Plane<'_, '_> {
    /// Bars from `base`, each with its range, its height, and whether it lies outside the band.
    pub(super) fn bars(
        &mut self,
        base: f64,
        bars: impl IntoIterator<Item = (Range<f64>, f64, bool)>,
    ) -> Result<(), Failed> {
        let bar = |(x, height, is_outside): (Range<f64>, f64, bool)| {
            let colour = if is_outside { OUTSIDE } else { DATA };
            Rectangle::new([(x.start, base), (x.end, height)], colour.filled())
        };
        self.0.draw_series(bars.into_iter().map(bar))?;
        Ok(())
    }

    /// A line through points.
    pub(super) fn line(&mut self, points: impl IntoIterator<Item = (f64, f64)>) -> Result<(), Failed> {
        self.0.draw_series(LineSeries::new(points, DATA.stroke_width(2)))?;
        Ok(())
    }

    /// Dots.
    pub(super) fn dots(&mut self, points: impl IntoIterator<Item = (f64, f64)>) -> Result<(), Failed> {
        self.0.draw_series(points.into_iter().map(|point| Circle::new(point, 5, OUTSIDE.filled())))?;
        Ok(())
    }
}

/// A number as short as it can be read: no zeros behind the point, no minus before zero.
fn tick(value: f64) -> String {
    let text = if value.abs() >= 10_000.0 { format!("{value:e}") } else { format!("{value:.4}") };
    let text = if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    if text == "-0" { "0".to_owned() } else { text }
}

/// A range that holds `values` and `always`, with a little air.
pub(super) fn range_of(values: impl IntoIterator<Item = f64>, always: Range<f64>) -> Range<f64> {
    let (low, high) =
        values.into_iter().fold((always.start, always.end), |(low, high), v| (low.min(v), high.max(v)));
    let air = (high - low) * 0.06;
    low - air..high + air
}
