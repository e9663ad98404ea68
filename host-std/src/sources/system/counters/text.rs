//! Integers in the texts that Linux prints its counters in, each with its place.
//!
//! Those texts are lines of words and numbers: the words before a number say what it counts, sometimes with a line of titles above
//! (`/proc/interrupts`, `/proc/net/snmp`) or with a heading that indented lines belong to (`/proc/zoneinfo`). Reference: proc(5).

use core::fmt;

/// Words of a line that say what its numbers count.
const MOST_WORDS: usize = 8;

/// How a text is written.
#[derive(Clone, Copy)]
pub(in crate::sources::system) struct Notation {
    pub(in crate::sources::system) radix: u32,
    /// What the numbers of a line are called, by their ordinal, where the text does not say it itself.
    pub(in crate::sources::system) titles: &'static [&'static str],
}

impl Notation {
    /// Decimal, with titles in the text or none.
    pub(in crate::sources::system) const PLAIN: Self = Self { radix: 10, titles: &[] };
}

/// Where a number stands in a text.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    /// The last line without numbers that was not indented.
    section: &'t [u8],
    /// The last line without numbers.
    header: &'t [u8],
    line: &'t [u8],
    /// The words before it in its line.
    words: &'t [&'t [u8]],
    /// Which word or number of its line it is.
    position: usize,
    /// Which number of its line it is.
    pub(super) ordinal: usize,
    notation: Notation,
}

enum Token {
    Word,
    Number(u64),
    /// A number with a fraction; the word before it is its name.
    Fraction,
}

/// Shows every integer of `text` to `see`, with its place.
pub(super) fn numbers(text: &[u8], notation: Notation, see: &mut dyn FnMut(&Place<'_>, u64)) {
    let (mut section, mut header): (&[u8], &[u8]) = (&[], &[]);
    for line in text.split(|byte| *byte == b'\n') {
        let (mut words, mut named, mut ordinal) = ([&[][..]; MOST_WORDS], 0, 0);
        for (position, token) in tokens(line).enumerate() {
            match read(token, notation.radix) {
                Token::Word if named < MOST_WORDS => {
                    words[named] = token;
                    named += 1;
                }
                Token::Word => {}
                Token::Fraction => named = named.saturating_sub(1),
                Token::Number(value) => {
                    let words = &words[..named];
                    let place = Place { section, header, line, words, position, ordinal, notation };
                    see(&place, value);
                    ordinal += 1;
                }
            }
        }
        if ordinal == 0 {
            header = line;
            if !is_indented(line) {
                section = line;
            }
        }
    }
}

fn tokens(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'|' | b'='))
        .filter(|token| !token.is_empty())
}

fn read(token: &[u8], radix: u32) -> Token {
    let text = core::str::from_utf8(token).unwrap_or_default();
    if let Ok(value) = u64::from_str_radix(text, radix) {
        return Token::Number(value);
    }
    if let Ok(below_zero) = i64::from_str_radix(text, radix) {
        return Token::Number(below_zero.cast_unsigned());
    }
    match token.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        true => Token::Fraction,
        false => Token::Word,
    }
}

fn is_indented(line: &[u8]) -> bool {
    line.first().is_none_or(u8::is_ascii_whitespace)
}

impl<'t> Place<'t> {
    /// The first word before the number in its line.
    pub(super) fn first_word(&self) -> &'t [u8] {
        self.words.first().copied().unwrap_or_default()
    }

    /// The words before the number and its ordinal as one number (64-bit FNV-1a), begun with `seed`.
    pub(super) fn key(&self, seed: u64) -> u64 {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let step = |hash: u64, byte: u64| (hash ^ byte).wrapping_mul(PRIME);
        let begun = [seed, self.ordinal as u64].into_iter().fold(OFFSET, step);
        self.words.iter().fold(begun, |hash, word| {
            word.iter().fold(step(hash, u64::from(b' ')), |hash, byte| step(hash, u64::from(*byte)))
        })
    }

    /// The title that the notation has for the number, or the one above it: at its position, in a line with as many tokens; or,
    /// where only the numbers have titles, at its ordinal.
    fn title(&self) -> Option<&'t [u8]> {
        let titles = tokens(self.header).count();
        let is_number = |token: &&[u8]| matches!(read(token, self.notation.radix), Token::Number(_));
        let numbers = tokens(self.line).skip_while(|token| !is_number(token)).take_while(is_number).count();
        match numbers {
            0 | 1 => None,
            _ if !self.notation.titles.is_empty() => {
                self.notation.titles.get(self.ordinal).map(|title| title.as_bytes())
            }
            _ if titles == tokens(self.line).count() => tokens(self.header).nth(self.position),
            _ if titles == numbers => tokens(self.header).nth(self.ordinal),
            _ => None,
        }
    }

    /// How many numbers the line has.
    fn row_length(&self) -> usize {
        tokens(self.line).filter(|token| matches!(read(token, self.notation.radix), Token::Number(_))).count()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = self.title();
        let heading = if title.is_none() && is_indented(self.line) { self.section } else { &[] };
        let label = tokens(heading).chain(self.words.iter().copied());
        let mut gap = "";
        for word in label.chain(title) {
            let word = String::from_utf8_lossy(word);
            write!(f, "{gap}{}", word.trim_end_matches([':', ',']))?;
            gap = " ";
        }
        match title {
            None if self.row_length() > 1 || gap.is_empty() => write!(f, "{gap}{}", self.ordinal),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, u64)> {
        let mut all = Vec::new();
        numbers(text.as_bytes(), Notation::PLAIN, &mut |place, value| all.push((place.to_string(), value)));
        all
    }

    fn names(text: &str) -> Vec<String> {
        shown(text).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn rows_under_columns_of_processors() {
        let text =
            "           CPU0       CPU1\n 24:          1          0  IO-APIC   5-edge  ACPI:Ged\nERR:   7\n";
        let expected = [("24 CPU0", 1), ("24 CPU1", 0), ("ERR", 7)];
        assert_eq!(shown(text), expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn lines_of_titles_above_lines_of_values() {
        let text = "Ip: Forwarding Ttl\nIp: 2 64\nTcp: MaxConn InErrs\nTcp: -1 3\n";
        let expected = [("Ip Forwarding", 2), ("Ip Ttl", 64), ("Tcp MaxConn", u64::MAX), ("Tcp InErrs", 3)];
        assert_eq!(shown(text), expected.map(|(name, value)| (name.to_owned(), value)));
        let devices =
            "Inter-|  Receive | Transmit\n face |bytes packets|bytes packets\n  eth0: 10 11 12 13\n";
        assert_eq!(names(devices), ["eth0 bytes", "eth0 packets", "eth0 bytes", "eth0 packets"]);
    }

    #[test]
    fn names_before_values_and_headings_above_indented_lines() {
        let text = "Node 0, zone      DMA\n  per-node stats\n      nr_dirty 5\n  pages free     3840\n        boost    0\n";
        assert_eq!(
            names(text),
            ["Node 0 zone DMA nr_dirty", "Node 0 zone DMA pages free", "Node 0 zone DMA boost"]
        );
        assert_eq!(names("nr_free_pages 12\npgfault 9\n"), ["nr_free_pages", "pgfault"]);
        assert_eq!(names("cpu0 7 8\nctxt 9\n"), ["cpu0 0", "cpu0 1", "ctxt"]);
        assert_eq!(names("  17 18\n"), ["0", "1"]);
    }

    #[test]
    fn fractions_are_no_counters_and_lend_no_name() {
        let text = "some avg10=66.62 avg60=26.57 avg300=58.40 total=7687747140\n";
        assert_eq!(shown(text), [(String::from("some total"), 7_687_747_140)]);
    }

    #[test]
    fn a_key_is_that_of_words_and_ordinal_whatever_the_value() {
        let keys = |text: &str, seed| {
            let mut keys = Vec::new();
            numbers(text.as_bytes(), Notation::PLAIN, &mut |place, _| keys.push(place.key(seed)));
            keys
        };
        let first = keys("a: 1 2\nb: 1 2\n", 0);
        assert_eq!(first, keys("a:   100 7\n b:  3 4\n", 0));
        assert_ne!(first, keys("a: 1 2\nb: 1 2\n", 1));
        let distinct: std::collections::HashSet<_> = first.into_iter().collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn hexadecimal_and_any_bytes() {
        let mut values = Vec::new();
        let hexadecimal = Notation { radix: 16, ..Notation::PLAIN };
        numbers(b"0001806f ff\n", hexadecimal, &mut |_, value| values.push(value));
        assert_eq!(values, [0x1_806f, 0xff]);
        numbers(&[0xff, b' ', b'1', 0, b'\n', b' '], Notation::PLAIN, &mut |place, _| panic!("{place}"));
        assert_eq!(shown("99999999999999999999 5\n"), [(String::from("0"), 5)]);
    }
}
