//! Lengths of the codes that bzip2 gives to symbols of known frequency.

use super::{Histogram, MAX_SYMBOLS};

/// Bits per symbol.
pub(super) type Lengths = [u32; MAX_SYMBOLS];

/// Code lengths for the first `symbols` frequencies, those of 0 counted as 1.
///
/// Several sets of lengths are equally short; which of them comes out is settled by the order in which bzip2's
/// heap gives up equal weights, so that order is kept: a node's weight is its frequency, then the height of its
/// tree; a node rises while it is strictly lighter and sinks while it is not. The format's limit of 17 bits
/// cannot be met by the thirteen symbols there are at most.
pub(super) fn code_lengths(frequencies: &Histogram, symbols: usize) -> Lengths {
    let mut heap = Heap::default();
    let mut parents = [0; 2 * MAX_SYMBOLS];
    for (symbol, &frequency) in frequencies.iter().enumerate().take(symbols) {
        heap.weights[symbol] = frequency.max(1) << HEIGHT_BITS;
        heap.push(symbol);
    }
    let mut node = symbols;
    while heap.len > 1 {
        let (a, b) = (heap.pop(), heap.pop());
        (parents[a], parents[b]) = (node, node);
        heap.weights[node] = joined(heap.weights[a], heap.weights[b]);
        heap.push(node);
        node += 1;
    }
    // Nodes were made from the leaves up: going down, each lies one below its parent.
    let mut depths = [0; 2 * MAX_SYMBOLS];
    for child in (0..node - 1).rev() {
        depths[child] = depths[parents[child]] + 1;
    }
    core::array::from_fn(|symbol| if symbol < symbols { depths[symbol] } else { 0 })
}

const HEIGHT_BITS: u32 = 8;

fn joined(a: u32, b: u32) -> u32 {
    let height = |weight: u32| weight & ((1 << HEIGHT_BITS) - 1);
    ((a >> HEIGHT_BITS) + (b >> HEIGHT_BITS)) << HEIGHT_BITS | (1 + height(a).max(height(b)))
}

/// Nodes, the lightest on top; the children of place `i` are at `2i + 1` and `2i + 2`.
#[derive(Default)]
struct Heap {
    weights: [u32; 2 * MAX_SYMBOLS],
    nodes: [usize; MAX_SYMBOLS],
    len: usize,
}

impl Heap {
    fn weight(&self, place: usize) -> u32 {
        self.weights[self.nodes[place]]
    }

    fn push(&mut self, node: usize) {
        let mut place = self.len;
        self.len += 1;
        while place > 0 && self.weights[node] < self.weight((place - 1) / 2) {
            self.nodes[place] = self.nodes[(place - 1) / 2];
            place = (place - 1) / 2;
        }
        self.nodes[place] = node;
    }

    /// Takes the top off a heap that is not empty.
    fn pop(&mut self) -> usize {
        let top = self.nodes[0];
        self.len -= 1;
        let sinking = self.nodes[self.len];
        let mut place = 0;
        loop {
            let mut child = 2 * place + 1;
            if child + 1 < self.len && self.weight(child + 1) < self.weight(child) {
                child += 1;
            }
            if child >= self.len || self.weights[sinking] < self.weight(child) {
                break;
            }
            self.nodes[place] = self.nodes[child];
            place = child;
        }
        self.nodes[place] = sinking;
        top
    }
}

#[cfg(test)]
mod tests {
    use super::code_lengths;

    fn lengths<const N: usize>(frequencies: [u32; N]) -> Vec<u32> {
        let mut all = [0; super::MAX_SYMBOLS];
        all[..N].copy_from_slice(&frequencies);
        code_lengths(&all, N)[..N].to_vec()
    }

    #[test]
    fn lengths_are_those_of_a_shortest_code() {
        assert_eq!(lengths([8, 4, 2, 1, 1]), [1, 2, 3, 4, 4]);
        assert_eq!(lengths([1; 8]), [3; 8]);
        // The deepest tree of thirteen symbols.
        let fibonacci = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];
        assert_eq!(lengths(fibonacci), [12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn what_does_not_occur_has_a_code_too() {
        assert_eq!(lengths([100, 0, 0]), [1, 2, 2]);
        assert_eq!(lengths([0, 0, 0, 0]), [2; 4]);
    }
}
