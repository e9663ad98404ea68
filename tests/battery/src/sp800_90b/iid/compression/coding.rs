//! How bzip2 codes the symbols of a block: several tables, and for each group of fifty symbols the best of them.

use super::huffman::{Lengths, code_lengths};
use super::{Histogram, MAX_SYMBOLS};

/// Symbols that are coded by the same table.
const GROUP: usize = 50;

/// Most tables a block may have.
const MAX_TABLES: usize = 6;

/// Times that groups are assigned to tables, and tables fitted to their groups.
const ROUNDS: usize = 4;

/// Bits of one table's cost in a word that holds all six: a group costs at most 50 times 15.
const FIELD: u32 = 10;

/// Keeps its memory from one block to the next.
#[derive(Default)]
pub(super) struct Coding {
    /// How often each symbol occurs in each group: all that the cost of a group depends on.
    groups: Vec<[u8; MAX_SYMBOLS]>,
    /// Which table each group is coded by.
    selectors: Vec<u8>,
}

impl Coding {
    /// Bits that bzip2 takes for `coded`, symbols below `symbols`: number of tables, selectors, tables and codes.
    pub(super) fn bits(&mut self, coded: &[u8], symbols: usize) -> u64 {
        self.count(coded);
        let mut frequencies = [0; MAX_SYMBOLS];
        for group in &self.groups {
            add(&mut frequencies, group);
        }
        let mut tables = initial_tables(&frequencies, symbols, coded.len());
        let mut used = vec![[0; MAX_SYMBOLS]; tables.len()];
        for _ in 0..ROUNDS {
            self.assign(&tables, &mut used);
            for (table, frequencies) in tables.iter_mut().zip(&used) {
                *table = code_lengths(frequencies, symbols);
            }
        }
        // The codes are those of the last round, the selectors those they were fitted to.
        let codes: u64 =
            tables.iter().zip(&used).map(|(table, frequencies)| codes_bits(table, frequencies)).sum();
        let tables: u64 = tables.iter().map(|table| table_bits(&table[..symbols])).sum();
        3 + 15 + self.selector_bits() + tables + codes
    }

    fn count(&mut self, coded: &[u8]) {
        self.groups.clear();
        self.groups.extend(coded.chunks(GROUP).map(|group| {
            let mut counts = [0u8; MAX_SYMBOLS];
            for &symbol in group {
                for (count, one) in counts.iter_mut().zip(&ONE[usize::from(symbol)]) {
                    *count += one;
                }
            }
            counts
        }));
    }

    /// Selects for each group the first of the cheapest `tables`, and adds up what each is `used` for.
    fn assign(&mut self, tables: &[Lengths], used: &mut [Histogram]) {
        let costs: [u64; MAX_SYMBOLS] = core::array::from_fn(|symbol| {
            tables.iter().rev().fold(0, |costs, table| costs << FIELD | u64::from(table[symbol]))
        });
        used.fill([0; MAX_SYMBOLS]);
        self.selectors.clear();
        for group in &self.groups {
            let cost: u64 = group.iter().zip(&costs).map(|(&count, costs)| u64::from(count) * costs).sum();
            let of_table = |table: u32| cost >> (FIELD * table) & ((1 << FIELD) - 1);
            let ranked = (0..tables.len() as u32).map(|table| of_table(table) << 3 | u64::from(table));
            let table = ranked.min().unwrap_or(0) as usize & 7;
            self.selectors.push(table as u8);
            add(&mut used[table], group);
        }
    }

    /// Selectors are moved to the front and written in unary.
    fn selector_bits(&self) -> u64 {
        let mut recent: [u8; MAX_TABLES] = core::array::from_fn(|table| table as u8);
        let mut bits = 0;
        for selector in &self.selectors {
            let place = recent.iter().position(|table| table == selector).unwrap_or(0);
            recent[..=place].rotate_right(1);
            bits += place as u64 + 1;
        }
        bits
    }
}

/// One of a symbol, to be added to counts without a dependence on where they stand.
const ONE: [[u8; MAX_SYMBOLS]; MAX_SYMBOLS] = {
    let mut ones = [[0; MAX_SYMBOLS]; MAX_SYMBOLS];
    let mut symbol = 0;
    while symbol < MAX_SYMBOLS {
        ones[symbol][symbol] = 1;
        symbol += 1;
    }
    ones
};

fn add(frequencies: &mut Histogram, group: &[u8; MAX_SYMBOLS]) {
    for (frequency, &count) in frequencies.iter_mut().zip(group) {
        *frequency += u32::from(count);
    }
}

/// The tables that the first round starts from: each is cheap for a range of symbols with its share of `total`.
fn initial_tables(frequencies: &Histogram, symbols: usize, total: usize) -> Vec<Lengths> {
    let count = match total {
        ..200 => 2,
        200..600 => 3,
        600..1200 => 4,
        1200..2400 => 5,
        _ => MAX_TABLES,
    };
    let mut tables = vec![[0; MAX_SYMBOLS]; count];
    let (mut first, mut left) = (0, total as u32);
    for part in (1..=count).rev() {
        let share = left / part as u32;
        let (mut next, mut sum) = (first, 0);
        while sum < share && next < symbols {
            sum += frequencies[next];
            next += 1;
        }
        // Every second range between the ends stops short of its share, so that shares even out.
        if next > first + 1 && part != count && part != 1 && (count - part) % 2 == 1 {
            next -= 1;
            sum -= frequencies[next];
        }
        tables[part - 1] =
            core::array::from_fn(|symbol| if (first..next).contains(&symbol) { 0 } else { 15 });
        (first, left) = (next, left - sum);
    }
    tables
}

/// Bits of all codes of one table.
fn codes_bits(lengths: &Lengths, frequencies: &Histogram) -> u64 {
    lengths.iter().zip(frequencies).map(|(&length, &count)| u64::from(length) * u64::from(count)).sum()
}

/// Bits of a table: its first length in five, then two for each step up or down and one for each symbol.
fn table_bits(lengths: &[u32]) -> u64 {
    let steps: u64 = lengths.windows(2).map(|pair| u64::from(pair[0].abs_diff(pair[1]))).sum();
    5 + 2 * steps + lengths.len() as u64
}
