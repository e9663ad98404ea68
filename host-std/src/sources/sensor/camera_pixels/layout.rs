//! Where in a picture the numbers of its pixels stand.

use crate::sys::linux::video::Picture;

/// Pixels from one that is looked at to the next, in both directions: far enough that neither interpolated colours nor a camera's own smoothing joins them,
/// and even, so that all of one line have one colour of the sensor's.
const STRIDE: usize = 16;

/// A format of pictures that are no more than numbers in lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Its four letters (include/uapi/linux/videodev2.h).
    pub(super) code: [u8; 4],
    /// Bits of a number.
    pub(super) bits: u8,
    /// Bytes of one: two come low byte first.
    bytes: usize,
    /// Bytes from one pixel's number to the next.
    pitch: usize,
    /// Bytes before the first.
    first: usize,
}

/// Those that are known, the nearest to the sensor first: its raw colours, then brightness without colours, then brightness beside them.
static LAYOUTS: [Layout; 36] = [
    raw(*b"BG14", 14),
    raw(*b"GB14", 14),
    raw(*b"GR14", 14),
    raw(*b"RG14", 14),
    raw(*b"BG12", 12),
    raw(*b"GB12", 12),
    raw(*b"BA12", 12),
    raw(*b"RG12", 12),
    raw(*b"BG10", 10),
    raw(*b"GB10", 10),
    raw(*b"BA10", 10),
    raw(*b"RG10", 10),
    raw(*b"BYR2", 16), // of which the low ones may be empty
    raw(*b"GB16", 16),
    raw(*b"GR16", 16),
    raw(*b"RG16", 16),
    raw(*b"BA81", 8),
    raw(*b"GBRG", 8),
    raw(*b"GRBG", 8),
    raw(*b"RGGB", 8),
    raw(*b"Y14 ", 14),
    raw(*b"Y12 ", 12),
    raw(*b"Y10 ", 10),
    raw(*b"Y16 ", 16),
    raw(*b"GREY", 8),
    raw(*b"NV12", 8), // all brightness, then all colours
    raw(*b"NV21", 8),
    raw(*b"NV16", 8),
    raw(*b"NV61", 8),
    raw(*b"YU12", 8),
    raw(*b"YV12", 8),
    raw(*b"422P", 8),
    beside_colours(*b"YUYV", 0),
    beside_colours(*b"YVYU", 0),
    beside_colours(*b"UYVY", 1),
    beside_colours(*b"VYUY", 1),
];

const fn raw(code: [u8; 4], bits: u8) -> Layout {
    let bytes = bits.div_ceil(8) as usize;
    Layout { code, bits, bytes, pitch: bytes, first: 0 }
}

const fn beside_colours(code: [u8; 4], first: usize) -> Layout {
    Layout { code, bits: 8, bytes: 1, pitch: 2, first }
}

impl Layout {
    /// The one nearest to the sensor of formats with these letters.
    pub(super) fn best(codes: &[[u8; 4]]) -> Option<&'static Self> {
        LAYOUTS.iter().find(|layout| codes.contains(&layout.code))
    }

    /// The greatest number.
    pub(super) const fn most(&self) -> u16 {
        u16::MAX >> (16 - self.bits)
    }

    /// How many pixels of a picture are looked at.
    pub(super) fn pixels(&self, picture: &Picture) -> usize {
        places(picture.width).len() * places(picture.height).len()
    }

    /// The numbers of the pixels that are looked at, line by line; `None` for one that lies beyond the end of `bytes`.
    pub(super) fn points<'b>(
        &'b self,
        picture: &Picture,
        bytes: &'b [u8],
    ) -> impl Iterator<Item = Option<u16>> + 'b {
        let Picture { width, height, line, .. } = *picture;
        places(height).flat_map(move |y| {
            places(width).map(move |x| self.point(bytes, y * line + x * self.pitch + self.first))
        })
    }

    fn point(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let number = match *bytes.get(at..at + self.bytes)? {
            [low, high] => u16::from_le_bytes([low, high]),
            [only] => u16::from(only),
            _ => return None,
        };
        Some(number & self.most())
    }
}

/// The places along a side of so many pixels.
fn places(pixels: usize) -> core::iter::StepBy<core::ops::Range<usize>> {
    (STRIDE / 2..pixels.max(STRIDE / 2)).step_by(STRIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &[u8; 4]) -> &'static Layout {
        Layout::best(&[*code]).unwrap()
    }

    /// The points of a picture of 40 by 30 pixels, with unused bytes at the end of each line, whose bytes are `byte` of column and line.
    fn read(code: &[u8; 4], line: usize, byte: fn(usize, usize) -> usize) -> Vec<Option<u16>> {
        let layout = of(code);
        let picture = Picture { code: *code, width: 40, height: 30, line };
        let bytes: Vec<u8> = (0..line * 30).map(|at| byte(at % line, at / line) as u8).collect();
        assert_eq!(layout.pixels(&picture), 4);
        layout.points(&picture, &bytes).collect()
    }

    #[test]
    fn pixels_stand_where_their_format_says() {
        let at = |column, line| 100 * line + column;
        let eight_and_24 = |points: [usize; 4]| points.map(|point| Some(point as u16 & 0xff)).to_vec();
        let grey = read(b"GREY", 48, at);
        assert_eq!(grey, eight_and_24([at(8, 8), at(24, 8), at(8, 24), at(24, 24)]));
        let brightness_first = read(b"YUYV", 80, at);
        assert_eq!(brightness_first, eight_and_24([at(16, 8), at(48, 8), at(16, 24), at(48, 24)]));
        let colours_first = read(b"UYVY", 80, at);
        assert_eq!(colours_first, eight_and_24([at(17, 8), at(49, 8), at(17, 24), at(49, 24)]));
    }

    #[test]
    fn wide_numbers_come_low_byte_first_without_what_is_above_them() {
        let ten = read(b"RG10", 80, |column, _| if column % 2 == 0 { 0x34 } else { 0xfe });
        assert_eq!((ten, of(b"RG10").most()), (vec![Some(0x234); 4], 0x3ff));
        let sixteen = read(b"Y16 ", 80, |column, _| if column % 2 == 0 { 0x34 } else { 0xfe });
        assert_eq!((sixteen, of(b"Y16 ").most()), (vec![Some(0xfe34); 4], 0xffff));
    }

    #[test]
    fn a_picture_that_ends_early_has_no_number_there() {
        let picture = Picture { code: *b"GREY", width: 40, height: 30, line: 40 };
        let points: Vec<_> = of(b"GREY").points(&picture, &[7; 40 * 8 + 9]).collect();
        assert_eq!(points, [Some(7), None, None, None]);
        let empty = Picture { width: 0, height: 0, ..picture };
        assert_eq!(of(b"GREY").pixels(&empty), 0);
    }

    #[test]
    fn raw_colours_are_preferred_and_compressed_pictures_unknown() {
        assert_eq!(Layout::best(&[*b"YUYV", *b"GREY", *b"RGGB"]), Some(of(b"RGGB")));
        assert_eq!(Layout::best(&[*b"RG16", *b"RG12", *b"GREY"]), Some(of(b"RG12")));
        assert_eq!(Layout::best(&[*b"MJPG", *b"YUYV"]), Some(of(b"YUYV")));
        assert_eq!(Layout::best(&[*b"MJPG", *b"H264"]), None);
    }
}
