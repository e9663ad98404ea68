//! The common shape of the CAVP's and Wycheproof's files: records of `name = value` lines, set apart by empty lines.

/// One record, as it stands in the file.
#[derive(Clone, Copy)]
pub struct Record<'a>(&'a str);

/// A decoded value, of at most 256 bytes.
pub struct Bytes {
    storage: [u8; 256],
    length: usize,
}

/// All records of `text` that have a field `mark`.
pub fn records<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = Record<'a>> {
    text.split("\n\n").map(Record).filter(move |record| record.values(mark).next().is_some())
}

impl<'a> Record<'a> {
    /// The values of every field `name`, in order.
    pub fn values(self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.lines().filter_map(|line| line.split_once('='));
        fields.filter(move |(field, _)| field.trim() == name).map(|(_, value)| value.trim())
    }

    /// The first field `name` as it is written; panics without one.
    #[must_use]
    pub fn text(self, name: &'a str) -> &'a str {
        self.values(name).next().expect("the field")
    }

    /// The first field `name`, decoded; panics without one.
    #[must_use]
    pub fn bytes(self, name: &'a str) -> Bytes {
        Bytes::decode(self.text(name))
    }
}

impl Bytes {
    /// The bytes that hexadecimal digits say; panics on anything else.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        let mut bytes = Self { storage: [0; 256], length: text.len() / 2 };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        assert!(rest.is_empty(), "half a byte");
        for (byte, pair) in bytes.storage[..pairs.len()].iter_mut().zip(pairs) {
            let digits = core::str::from_utf8(pair).expect("digits");
            *byte = u8::from_str_radix(digits, 16).expect("digits");
        }
        bytes
    }

    /// The first `N` of exactly that many; panics on another number.
    #[must_use]
    pub fn array<const N: usize>(&self) -> [u8; N] {
        (**self).try_into().expect("a field of the expected length")
    }
}

impl core::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.storage[..self.length]
    }
}
