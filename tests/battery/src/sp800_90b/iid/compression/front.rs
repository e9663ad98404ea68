//! Moving to the front, and runs of the front symbol.

/// Symbols of a text replaced by how long ago they last occurred.
///
/// A symbol at the front of the list of recent ones counts as a zero; runs of zeros are written as numbers with
/// the digits one and two (symbols 0 and 1), other places `p` as symbol `p + 1`.
#[derive(Default)]
pub(super) struct Front {
    /// The list, four bits for each symbol, its front in the lowest.
    recent: u64,
    /// Zeros not yet written.
    zeros: usize,
    coded: Vec<u8>,
}

/// The symbols 0 to 15 in order.
const IN_ORDER: u64 = 0xFEDC_BA98_7654_3210;

const ONES: u64 = 0x1111_1111_1111_1111;
const TOPS: u64 = 0x8888_8888_8888_8888;

impl Front {
    /// Starts anew.
    pub(super) fn clear(&mut self) {
        self.coded.clear();
        (self.recent, self.zeros) = (IN_ORDER, 0);
    }

    /// Appends a text of symbols below 13.
    pub(super) fn extend(&mut self, text: &[u8]) {
        self.coded.reserve(text.len() + usize::BITS as usize);
        let (mut recent, mut zeros) = (self.recent, self.zeros);
        for &symbol in text {
            let symbol = u64::from(symbol);
            // The lowest field that equals the symbol is the lowest to borrow.
            let differing = recent ^ (symbol * ONES);
            let found = (differing.wrapping_sub(ONES) & !differing & TOPS).trailing_zeros();
            if found == 3 {
                zeros += 1;
                continue;
            }
            if zeros > 0 {
                push_run(&mut self.coded, zeros);
                zeros = 0;
            }
            self.coded.push((found / 4) as u8 + 1);
            let passed = (2 << found) - 1;
            recent = recent & !passed | recent << 4 & passed | symbol;
        }
        (self.recent, self.zeros) = (recent, zeros);
    }

    /// Appends one symbol `count` times.
    pub(super) fn extend_run(&mut self, symbol: u8, count: usize) {
        if count > 0 {
            self.extend(&[symbol]);
            self.zeros += count - 1;
        }
    }

    /// Ends the text with the symbol `end`; all that was coded.
    pub(super) fn finish(&mut self, end: u8) -> &[u8] {
        push_run(&mut self.coded, self.zeros);
        self.coded.push(end);
        &self.coded
    }
}

fn push_run(coded: &mut Vec<u8>, mut zeros: usize) {
    while zeros > 0 {
        coded.push(1 - (zeros & 1) as u8);
        zeros = (zeros - 1) / 2;
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbers::Numbers;
    use super::Front;

    /// By the definition: a list, and the bijective numeral of every run.
    fn by_definition(text: &[u8], end: u8) -> Vec<u8> {
        let mut recent: Vec<u8> = (0..13).collect();
        let mut coded = Vec::new();
        for &symbol in text {
            let place = recent.iter().position(|&other| other == symbol).unwrap();
            recent[..=place].rotate_right(1);
            coded.push(place as u8 + 1);
        }
        let mut written = Vec::new();
        for run in coded.chunk_by(|a, b| (*a == 1) == (*b == 1)) {
            let mut count = run.len();
            if run[0] != 1 {
                written.extend_from_slice(run);
                continue;
            }
            while count > 0 {
                let digit = if count % 2 == 1 { 1 } else { 2 };
                written.push(digit - 1);
                count = (count - usize::from(digit)) / 2;
            }
        }
        written.push(end);
        written
    }

    #[test]
    fn texts_are_coded_by_the_definition() {
        let mut front = Front::default();
        let mut numbers = Numbers(5);
        for symbols in [1, 2, 3, 11, 13] {
            let text = numbers.samples(3000, symbols);
            front.clear();
            front.extend(&text[..1000]);
            front.extend(&text[1000..]);
            assert_eq!(front.finish(12), by_definition(&text, 12), "{symbols} symbols");
        }
    }

    #[test]
    fn a_run_is_its_symbol_many_times() {
        let mut front = Front::default();
        for count in 0..40 {
            front.clear();
            front.extend(&[1, 2, 2]);
            front.extend_run(2, count);
            front.extend_run(0, 3);
            let text = [vec![1, 2, 2], vec![2; count], vec![0; 3]].concat();
            assert_eq!(front.finish(4), by_definition(&text, 4), "{count} times");
        }
    }
}
