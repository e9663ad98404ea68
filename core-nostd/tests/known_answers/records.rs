//! The common shape of CAVP and Wycheproof files: records of `name = value` lines, set apart by empty lines.

/// One record: its fields in the order of the file.
pub(crate) struct Record<'a>(Vec<(&'a str, &'a str)>);

/// All records of `text` that have a field `mark`; section heads, comments and headings are skipped.
pub(crate) fn records<'a>(text: &'a str, mark: &str) -> Vec<Record<'a>> {
    text.split("\n\n")
        .map(|block| Record(block.lines().filter_map(field).collect()))
        .filter(|record| record.0.iter().any(|(name, _)| *name == mark))
        .collect()
}

fn field(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.starts_with(['[', '#', '*']) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    Some((name.trim(), value.trim()))
}

impl Record<'_> {
    /// The value of the only field `name`.
    pub(crate) fn text(&self, name: &str) -> &str {
        let mut values = self.values(name);
        let value = values.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(values.next().is_none(), "several {name}");
        value
    }

    /// The only field `name`, decoded.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        hex(self.text(name))
    }

    /// The only field `name`, decoded to `N` bytes.
    pub(crate) fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        array(&self.bytes(name))
    }

    /// Every field `name`, decoded, in order.
    pub(crate) fn every(&self, name: &str) -> Vec<Vec<u8>> {
        self.values(name).map(hex).collect()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| *field == name).map(|(_, value)| *value)
    }
}

/// `bytes` as an array, of exactly that length.
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a field of the expected length")
}

/// The bytes written as hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty(), "half a byte in {text}");
    pairs
        .iter()
        .map(|pair| {
            let digits = core::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(digits, 16).expect("hexadecimal digits")
        })
        .collect()
}
