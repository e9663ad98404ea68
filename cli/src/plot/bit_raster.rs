//! The first bits, row by row: the eye finds periods and stuck stretches.

use super::Plot;
use core::fmt::Write as _;
use openentropy_tests::Bits;

const COLUMNS: usize = 256;
const MOST_ROWS: usize = 96;
/// Columns and rows of bits in one character.
const CELL: (usize, usize) = (2, 4);

/// A picture with a dot for every one.
pub(crate) struct BitRaster<'a> {
    bits: &'a Bits<'a>,
}

impl<'a> BitRaster<'a> {
    /// The first 24,576 bits.
    pub(crate) const fn new(bits: &'a Bits<'a>) -> Self {
        Self { bits }
    }

    fn shown(&self) -> usize {
        self.bits.len().min(COLUMNS * MOST_ROWS)
    }

    fn rows(&self) -> usize {
        self.shown().div_ceil(COLUMNS)
    }

    fn is_one(&self, row: usize, column: usize) -> bool {
        let index = row * COLUMNS + column;
        index < self.shown() && self.bits.get(index) == 1
    }
}

impl Plot for BitRaster<'_> {
    fn title(&self) -> &'static str {
        "Bits"
    }

    fn caption(&self) -> String {
        format!(
            "The first {} of {} bits, {COLUMNS} to a row, ones dark; {:.4} of all bits are ones. Good data look like even dust: \
             stripes are periods, blots are stuck or slow bits.",
            self.shown(),
            self.bits.len(),
            self.bits.ones() as f64 / self.bits.len().max(1) as f64
        )
    }

    fn svg(&self) -> String {
        let rows = self.rows();
        let mut path = String::new();
        for row in 0..rows {
            let _ = write!(path, "M0 {row}.5"); // writing to a string cannot fail, here and below
            let mut column = 0;
            while column < COLUMNS {
                let is_one = self.is_one(row, column);
                let run = (column..COLUMNS).take_while(|at| self.is_one(row, *at) == is_one).count();
                let _ =
                    write!(path, "{}{run}{}", if is_one { 'h' } else { 'm' }, if is_one { "" } else { " 0" });
                column += run;
            }
        }
        format!(
            "<svg role=\"img\" aria-label=\"the first bits as dots\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {COLUMNS} {rows}\" \
             xmlns=\"http://www.w3.org/2000/svg\"><path d=\"{path}\" fill=\"none\" stroke=\"#3B424E\" shape-rendering=\"crispEdges\"/></svg>\n",
            4 * COLUMNS,
            4 * rows
        )
    }

    fn text(&self) -> String {
        let (columns, rows) = CELL;
        let line = |top: usize| {
            let cells = (0..COLUMNS).step_by(columns).map(|left| self.cell(top, left));
            cells.collect::<String>() + "\n"
        };
        (0..self.rows()).step_by(rows).map(line).collect()
    }
}

impl BitRaster<'_> {
    /// Eight bits as the eight dots of a Braille character.
    fn cell(&self, top: usize, left: usize) -> char {
        const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let dots = DOTS.iter().enumerate().flat_map(|(row, pair)| {
            pair.iter().enumerate().filter(move |(column, _)| self.is_one(top + row, left + column))
        });
        char::from_u32(0x2800 + dots.map(|(_, dot)| dot).sum::<u32>()).unwrap_or(' ')
    }
}

#[cfg(test)]
mod tests {
    use super::BitRaster;
    use crate::plot::Plot;
    use openentropy_tests::Bits;

    #[test]
    fn runs_become_strokes_and_dots() {
        let bytes = [&[0xF0; 1][..], &[0; 31], &[0xFF; 32]].concat();
        let bits = Bits::new(&bytes);
        let plot = BitRaster::new(&bits);
        assert!(plot.svg().contains("d=\"M0 0.5h4m252 0M0 1.5h256\""), "{}", plot.svg());
        assert!(plot.text().starts_with("⠛⠛⠒"), "{}", plot.text());
    }
}
