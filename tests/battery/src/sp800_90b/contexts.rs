//! Contexts: the symbols just before a position, and what followed them so far.

/// A store of contexts, as a tree.
///
/// A context is reached from the empty one by adding symbols backwards, the most recent first, so
/// that one walk visits the contexts of every length.
pub(super) trait Contexts {
    /// The context without symbols.
    const ROOT: u32;

    /// The context with one more, earlier symbol; made if `make` and not there yet.
    fn longer(&mut self, context: u32, earlier: u8, make: bool) -> Option<u32>;

    /// How often `symbol` was counted after `context`.
    fn count(&self, context: u32, symbol: u8) -> u32;

    /// Counts `symbol` once more after `context`.
    fn increment(&mut self, context: u32, symbol: u8);

    /// The symbol counted most often after `context`, of several the largest, and its count;
    /// `None` if nothing was counted.
    fn most_frequent(&self, context: u32) -> Option<(u8, u32)>;
}

/// All contexts of bits up to a given length, in one array.
pub(super) struct BinaryContexts {
    /// Index: a one, then the bits, the earliest last.
    counts: Vec<[u32; 2]>,
}

impl BinaryContexts {
    pub(super) fn new(depth: u32) -> Self {
        Self { counts: vec![[0; 2]; 2 << depth] }
    }
}

impl Contexts for BinaryContexts {
    const ROOT: u32 = 1;

    fn longer(&mut self, context: u32, earlier: u8, _make: bool) -> Option<u32> {
        Some(context << 1 | u32::from(earlier))
    }

    fn count(&self, context: u32, symbol: u8) -> u32 {
        self.counts[context as usize][usize::from(symbol & 1)]
    }

    fn increment(&mut self, context: u32, symbol: u8) {
        self.counts[context as usize][usize::from(symbol & 1)] += 1;
    }

    fn most_frequent(&self, context: u32) -> Option<(u8, u32)> {
        match self.counts[context as usize] {
            [0, 0] => None,
            [zeros, ones] if ones >= zeros => Some((1, ones)),
            [zeros, _] => Some((0, zeros)),
        }
    }
}

/// The contexts met, of any alphabet up to 256 symbols.
///
/// Most contexts go on to a single longer one and are followed by a single symbol. Each holds the
/// first of its longer contexts and the most frequent of its symbols; the tables hold the others.
pub(super) struct SparseContexts {
    nodes: Vec<Node>,
    longer: Table,
    counts: Table,
}

/// A context.
#[derive(Clone, Copy, Default)]
struct Node {
    /// The first longer context and the symbol that leads to it; 0 if there is none.
    longer: u32,
    earlier: u8,
    /// The most frequent symbol and its count; 0 if nothing was counted.
    symbol: u8,
    count: u32,
}

impl SparseContexts {
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node::default()], longer: Table::new(), counts: Table::new() }
    }
}

impl Contexts for SparseContexts {
    const ROOT: u32 = 0;

    fn longer(&mut self, context: u32, earlier: u8, make: bool) -> Option<u32> {
        let new = self.nodes.len() as u32;
        let node = &mut self.nodes[context as usize];
        let first = node.longer == 0;
        let known = match node.longer {
            longer if first || node.earlier == earlier => longer,
            _ => self.longer.get(context, earlier),
        };
        if known != 0 || !make {
            return (known != 0).then_some(known);
        }
        if first {
            (node.longer, node.earlier) = (new, earlier);
        } else {
            *self.longer.entry(context, earlier) = new;
        }
        self.nodes.push(Node::default());
        Some(new)
    }

    fn count(&self, context: u32, symbol: u8) -> u32 {
        let node = &self.nodes[context as usize];
        if node.count == 0 || node.symbol == symbol { node.count } else { self.counts.get(context, symbol) }
    }

    fn increment(&mut self, context: u32, symbol: u8) {
        let node = &mut self.nodes[context as usize];
        if node.count == 0 || node.symbol == symbol {
            node.symbol = symbol;
            node.count += 1;
            return;
        }
        let count = self.counts.entry(context, symbol);
        *count += 1;
        let overtaking = *count;
        if (overtaking, symbol) > (node.count, node.symbol) {
            // The table's number for a symbol is out of date while the node holds it.
            *self.counts.entry(context, node.symbol) = node.count;
            (node.symbol, node.count) = (symbol, overtaking);
        }
    }

    fn most_frequent(&self, context: u32) -> Option<(u8, u32)> {
        let node = &self.nodes[context as usize];
        (node.count > 0).then_some((node.symbol, node.count))
    }
}

/// A hash table from (context, symbol) to a number above zero, open addressing.
struct Table {
    slots: Vec<Slot>,
    used: usize,
}

/// Empty while the number is zero.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: u32,
    number: u32,
}

impl Table {
    fn new() -> Self {
        Self { slots: vec![Slot::default(); 1 << 10], used: 0 }
    }

    fn get(&self, context: u32, symbol: u8) -> u32 {
        self.slots[self.place(key(context, symbol))].number
    }

    /// The number to set above zero.
    fn entry(&mut self, context: u32, symbol: u8) -> &mut u32 {
        let key = key(context, symbol);
        let mut place = self.place(key);
        if self.slots[place].number == 0 {
            if self.used * 2 >= self.slots.len() {
                self.grow();
                place = self.place(key);
            }
            self.used += 1;
            self.slots[place].key = key;
        }
        &mut self.slots[place].number
    }

    /// Where `key` is, or the empty slot where it would be.
    fn place(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        // Multiplying by 2^64 / golden ratio spreads neighbouring keys (Knuth 6.4); its top bits are the best mixed.
        let hash = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut place = (hash >> 32) as usize & mask;
        while self.slots[place].number != 0 && self.slots[place].key != key {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 2];
        for slot in core::mem::replace(&mut self.slots, larger) {
            if slot.number != 0 {
                let place = self.place(slot.key);
                self.slots[place] = slot;
            }
        }
    }
}

/// Contexts are numbered from zero and stay below 2^24.
fn key(context: u32, symbol: u8) -> u32 {
    debug_assert!(context < 1 << 24);
    context << 8 | u32::from(symbol)
}
