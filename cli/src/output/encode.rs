//! Formats: raw, hexadecimal, base64.

use crate::args::Format;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

/// Turns a stream of bytes, given in pieces, into one text without breaks.
pub(crate) struct Encoder {
    format: Format,
    /// Bytes that do not fill a base64 group of three yet.
    left_over: Zeroizing<Vec<u8>>,
    text: Zeroizing<Vec<u8>>,
    /// Whether there was anything to encode.
    has_begun: bool,
}

impl Encoder {
    /// An encoder at the start of a stream.
    pub(crate) fn new(format: Format) -> Self {
        Self { format, left_over: Zeroizing::default(), text: Zeroizing::default(), has_begun: false }
    }

    /// Begins another stream.
    pub(crate) fn restart(&mut self) {
        *self = Self::new(self.format);
    }

    /// The text of the next bytes; may keep up to two of them back.
    pub(crate) fn next<'a>(&'a mut self, bytes: &'a [u8]) -> &'a [u8] {
        self.has_begun |= !bytes.is_empty();
        match self.format {
            Format::Raw => return bytes,
            Format::Hex => {
                self.text.clear();
                self.text.extend(bytes.iter().flat_map(|byte| DIGITS[usize::from(*byte)]));
            }
            Format::Base64 => {
                self.left_over.extend_from_slice(bytes);
                let whole = self.left_over.len() / 3 * 3;
                base64(&self.left_over[..whole], &mut self.text);
                self.left_over.drain(..whole);
            }
        }
        &self.text
    }

    /// The text of what was kept back, and a line end where there was text; nothing, a second time.
    pub(crate) fn last(&mut self) -> &[u8] {
        self.text.clear();
        if self.format == Format::Base64 {
            base64(&self.left_over, &mut self.text);
            self.left_over.clear();
        }
        if self.format != Format::Raw && core::mem::take(&mut self.has_begun) {
            self.text.push(b'\n');
        }
        &self.text
    }
}

/// Replaces `text` by that of `bytes`, without a copy elsewhere.
fn base64(bytes: &[u8], text: &mut Vec<u8>) {
    text.clear();
    text.resize(bytes.len().div_ceil(3) * 4, 0);
    let written = BASE64_STANDARD.encode_slice(bytes, text);
    debug_assert_eq!(written, Ok(text.len()), "four letters for every three bytes begun");
}

/// The two digits of every byte.
const DIGITS: [[u8; 2]; 256] = {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        digits[byte] = [HEX[byte >> 4], HEX[byte & 15]];
        byte += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: Format, pieces: &[&[u8]]) -> String {
        let mut encoder = Encoder::new(format);
        let mut text = Vec::new();
        for piece in pieces {
            text.extend_from_slice(encoder.next(piece));
        }
        text.extend_from_slice(encoder.last());
        String::from_utf8(text).expect("text")
    }

    #[test]
    fn base64_is_one_stream_however_it_is_cut() {
        let whole = encoded(Format::Base64, &[b"any carnal pleas"]);
        assert_eq!(whole, "YW55IGNhcm5hbCBwbGVhcw==\n");
        assert_eq!(encoded(Format::Base64, &[b"a", b"ny car", b"", b"nal plea", b"s"]), whole);
    }

    #[test]
    fn hex_is_two_digits_a_byte() {
        assert_eq!(encoded(Format::Hex, &[&[0x00, 0x9f], &[0xff]]), "009fff\n");
    }

    #[test]
    fn nothing_is_no_line() {
        for format in [Format::Raw, Format::Hex, Format::Base64] {
            assert_eq!(encoded(format, &[]), "");
        }
    }
}
