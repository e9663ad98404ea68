//! From bytes to symbols or bits, and saying what was assumed on the way.

use super::{Looks, Words};
use crate::args::{Input, Notation};
use crate::exit::Failure;
use openentropy_tests::Bits;

/// Width of a symbol where none is given.
const DEFAULT_WIDTH: u8 = 8;

/// A sequence of bits that owns its bytes.
pub(crate) struct BitData {
    bytes: Vec<u8>,
    len: usize,
}

impl BitData {
    /// All bits of `bytes`.
    fn whole(bytes: Vec<u8>) -> Self {
        let len = bytes.len() * 8;
        Self { bytes, len }
    }

    /// The bits, to be tested.
    pub(crate) fn bits(&self) -> Bits<'_> {
        Bits::prefix(&self.bytes, self.len).unwrap_or_else(|| unreachable!("the bytes hold the bits"))
    }
}

/// The symbols that `data`, the content of `place`, holds, one per byte, and their width.
pub(crate) fn samples(
    data: Vec<u8>,
    place: &str,
    input: &Input,
    words: Words,
) -> Result<(Vec<u8>, u8), Failure> {
    let text = input.format == Notation::BitsText;
    let width = input.bits.unwrap_or(if text { 1 } else { DEFAULT_WIDTH });
    let assumed = if input.bits.is_none() { " (assumed; --bits says otherwise)" } else { "" };
    if text || input.packed {
        let how = if text { "written as 0 and 1" } else { "packed" };
        words.say(&format_args!(
            "{place}: symbols of {}{assumed}, {how}, first bit first",
            width_words(width)
        ))?;
        let bits = if text { from_text(&data, place)? } else { BitData::whole(data) };
        return Ok((split(&bits.bits(), width, place, words)?, width));
    }
    words.say(&format_args!("{place}: one symbol of {} a byte{assumed}", width_words(width)))?;
    check_width(&data, width, place)?;
    let mut looks = Looks::new();
    looks.update(&data);
    looks.hint_at_text(place, words)?;
    Ok((data, width))
}

/// The bits that `data`, the content of `place`, holds.
pub(crate) fn bits(data: Vec<u8>, place: &str, input: &Input, words: Words) -> Result<BitData, Failure> {
    match (input.format, input.bits) {
        (Notation::BitsText, _) => {
            words.say(&format_args!("{place}: bits written as 0 and 1"))?;
            from_text(&data, place)
        }
        (Notation::Bytes, Some(width)) if !input.packed && width < 8 => {
            words.say(&format_args!("{place}: one symbol of {} a byte", width_words(width)))?;
            check_width(&data, width, place)?;
            Ok(join(&data, width))
        }
        (Notation::Bytes, _) => {
            let assumed = if input.packed || input.bits.is_some() { "" } else { " (assumed)" };
            words.say(&format_args!("{place}: all eight bits of every byte{assumed}, first bit first"))?;
            let mut looks = Looks::new();
            looks.update(&data);
            looks.hint_at_text(place, words)?;
            looks.hint_at_low_bits(place, words)?;
            Ok(BitData::whole(data))
        }
    }
}

fn width_words(width: u8) -> String {
    if width == 1 { "1 bit".to_owned() } else { format!("{width} bits") }
}

fn check_width(data: &[u8], width: u8, place: &str) -> Result<(), Failure> {
    let is_wider = |byte: u8| byte.checked_shr(u32::from(width)).unwrap_or(0) != 0;
    let Some(offset) = data.iter().position(|byte| is_wider(*byte)) else {
        return Ok(());
    };
    Err(Failure::Usage(format!(
        "{place}: byte {offset} (from 0) is {:#04x}, which does not fit in {}: \
         give the width with --bits, or --packed if several symbols share a byte",
        data[offset],
        width_words(width)
    )))
}

fn from_text(data: &[u8], place: &str) -> Result<BitData, Failure> {
    let is_other = |byte: &u8| !matches!(byte, b'0' | b'1') && !byte.is_ascii_whitespace();
    if let Some(offset) = data.iter().position(is_other) {
        return Err(Failure::Usage(format!(
            "{place}: byte {offset} (from 0) is {:#04x}, neither 0, 1 nor white space: leave out --format bits-text",
            data[offset]
        )));
    }
    let (mut bytes, mut len) = (Vec::with_capacity(data.len() / 8 + 1), 0);
    for bit in data.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| byte & 1) {
        push(&mut bytes, &mut len, bit);
    }
    if len == 0 {
        return Err(Failure::Usage(format!("{place}: white space only: there is nothing to judge")));
    }
    Ok(BitData { bytes, len })
}

/// Appends the low `width` bits of every byte, most significant first.
fn join(symbols: &[u8], width: u8) -> BitData {
    let (mut bytes, mut len) = (Vec::with_capacity(symbols.len() * usize::from(width) / 8 + 1), 0);
    for symbol in symbols {
        for shift in (0..width).rev() {
            push(&mut bytes, &mut len, symbol >> shift & 1);
        }
    }
    BitData { bytes, len }
}

fn push(bytes: &mut Vec<u8>, len: &mut usize, bit: u8) {
    match bytes.last_mut() {
        Some(last) if !len.is_multiple_of(8) => *last |= bit << (7 - *len % 8),
        _ => bytes.push(bit << 7),
    }
    *len += 1;
}

/// Cuts bits into symbols; what does not fill one is left out, and said.
fn split(bits: &Bits<'_>, width: u8, place: &str, words: Words) -> Result<Vec<u8>, Failure> {
    let step = usize::from(width);
    let rest = bits.len() % step;
    if rest > 0 {
        words.say(&format_args!("{place}: the last {rest} bits fill no symbol and are left out"))?;
    }
    // A window of at most 8 bits fits a byte.
    Ok((0..bits.len() / step).map(|index| bits.window(index * step, u32::from(width)) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Words = Words { are_wanted: false };

    fn input(bits: Option<u8>, packed: bool, format: Notation) -> Input {
        Input { file: None, bits, packed, format }
    }

    #[test]
    fn packed_symbols_cross_byte_edges() {
        let three = input(Some(3), true, Notation::Bytes);
        let cut = samples(vec![0b1010_0111, 0b0111_0000], "data", &three, QUIET).expect("symbols");
        // 101 001 11|0 111 000, and one bit is left over.
        assert_eq!(cut, (vec![0b101, 0b001, 0b110, 0b111, 0b000], 3));
    }

    #[test]
    fn joining_undoes_splitting() {
        let bytes: Vec<u8> = (0..=255).collect();
        for width in [1, 2, 4, 8] {
            let how = input(Some(width), true, Notation::Bytes);
            let (symbols, _) = samples(bytes.clone(), "data", &how, QUIET).expect("symbols");
            assert_eq!(join(&symbols, width).bytes, bytes, "{width}");
        }
    }

    #[test]
    fn text_and_bytes_hold_the_same_bits() {
        let text = bits(b"1101 0010\n111".to_vec(), "t", &input(None, false, Notation::BitsText), QUIET);
        let text = text.expect("bits");
        assert_eq!((text.bytes.as_slice(), text.len), (&[0b1101_0010, 0b1110_0000][..], 11));
        let low = bits(vec![1, 1, 0, 1], "b", &input(Some(1), false, Notation::Bytes), QUIET).expect("bits");
        assert_eq!((low.bytes.as_slice(), low.len), (&[0b1101_0000][..], 4));
    }

    #[test]
    fn the_first_byte_that_does_not_fit_is_named() {
        let refused =
            |data: &[u8], how: &Input| samples(data.to_vec(), "data", how, QUIET).unwrap_err().to_string();
        let narrow = refused(&[0, 15, 16, 255], &input(Some(4), false, Notation::Bytes));
        assert!(narrow.contains("byte 2 ") && narrow.contains("0x10"), "{narrow}");
        let text = refused(b"01 2", &input(None, false, Notation::BitsText));
        assert!(text.contains("byte 3 ") && text.contains("0x32"), "{text}");
        assert!(refused(b" \n", &input(None, false, Notation::BitsText)).contains("white space only"));
    }
}
