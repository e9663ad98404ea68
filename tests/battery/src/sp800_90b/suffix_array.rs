//! Suffix array by induced sorting (SA-IS: Nong, Zhang and Chan, 2009), and its LCP array (Kasai et al., 2001).

const EMPTY: u32 = u32::MAX;

/// A text symbol: bytes at the top level, names of substrings below.
pub(super) trait Symbol: Copy + Ord {
    fn index(self) -> usize;
}

impl Symbol for u8 {
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Symbol for u32 {
    fn index(self) -> usize {
        self as usize
    }
}

/// Start positions of all suffixes of `text` in lexicographic order; a prefix sorts first.
///
/// Symbols are below `alphabet`; linear time; two and a half 32-bit words per symbol, three and a half at most.
pub(super) fn suffix_array<S: Symbol>(text: &[S], alphabet: usize) -> Vec<u32> {
    let buckets = Buckets::new(text, alphabet);
    let lms = leftmost_s_positions(text);
    let order = induce(text, &buckets, &lms);
    if lms.len() <= 1 {
        return order;
    }
    let sorted = sort_lms_suffixes(text, lms, order);
    induce(text, &buckets, &sorted)
}

/// Turns the `order` of the suffixes of `text` into how many symbols each shares, from its start, with the one before.
pub(super) fn longest_common_prefixes(text: &[u8], mut order: Vec<u32>) -> Vec<u32> {
    // Going through the suffixes by position, each shares at most one symbol less with its
    // predecessor in rank than the one before: so the comparisons add up to linear time.
    let mut shared = vec![EMPTY; text.len()];
    for pair in order.windows(2) {
        shared[pair[1] as usize] = pair[0];
    }
    let mut length = 0;
    for (position, slot) in shared.iter_mut().enumerate() {
        if *slot == EMPTY {
            (*slot, length) = (0, 0);
            continue;
        }
        let (here, there) = (&text[position + length..], &text[*slot as usize + length..]);
        length += here.iter().zip(there).take_while(|(a, b)| a == b).count();
        *slot = length as u32;
        length = length.saturating_sub(1);
    }
    for slot in &mut order {
        *slot = shared[*slot as usize];
    }
    order
}

/// Where the suffixes of each first symbol begin and end in the order.
struct Buckets {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Buckets {
    fn new<S: Symbol>(text: &[S], alphabet: usize) -> Self {
        let mut ends = vec![0u32; alphabet];
        for symbol in text {
            ends[symbol.index()] += 1;
        }
        let mut starts = Vec::with_capacity(alphabet);
        let mut total = 0;
        for end in &mut ends {
            starts.push(total);
            total += *end;
            *end = total;
        }
        Self { starts, ends }
    }
}

/// Positions of the S-type suffixes whose left neighbour is of type L, ascending.
///
/// A suffix is of type S if it is smaller than the one starting one symbol later, else of type L;
/// the last is of type L, as the empty suffix is smallest.
fn leftmost_s_positions<S: Symbol>(text: &[S]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut s_type = false;
    for (position, pair) in text.windows(2).enumerate().rev() {
        let left_is_s = pair[0] < pair[1] || (pair[0] == pair[1] && s_type);
        if s_type && !left_is_s {
            found.push(position as u32 + 1);
        }
        s_type = left_is_s;
    }
    found.reverse();
    found
}

/// Sorts all suffixes from the order of the leftmost S-type ones.
///
/// If `lms` is merely in text order, their substrings up to the next such position come out sorted.
fn induce<S: Symbol>(text: &[S], buckets: &Buckets, lms: &[u32]) -> Vec<u32> {
    let mut order = vec![EMPTY; text.len()];
    let mut tails = buckets.ends.clone();
    for &position in lms.iter().rev() {
        let tail = &mut tails[text[position as usize].index()];
        *tail -= 1;
        order[*tail as usize] = position;
    }

    let mut heads = buckets.starts.clone();
    let mut push = |order: &mut Vec<u32>, position: usize| {
        let head = &mut heads[text[position].index()];
        order[*head as usize] = position as u32;
        *head += 1;
    };
    if let Some(last) = text.len().checked_sub(1) {
        push(&mut order, last);
    }
    for rank in 0..order.len() {
        let position = order[rank] as usize;
        // What stands here is of type L or leftmost S, so "not smaller" decides the type on its left.
        if position != EMPTY as usize && position > 0 && text[position - 1] >= text[position] {
            push(&mut order, position - 1);
        }
    }

    let mut tails = buckets.ends.clone();
    for rank in (0..order.len()).rev() {
        let position = order[rank] as usize;
        if position == EMPTY as usize || position == 0 {
            continue;
        }
        let (left, here) = (text[position - 1], text[position]);
        // Of equal symbols the left has the type of the right, and S-type ranks are those already filled.
        if left < here || (left == here && rank >= tails[here.index()] as usize) {
            let tail = &mut tails[left.index()];
            *tail -= 1;
            order[*tail as usize] = position as u32 - 1;
        }
    }
    order
}

/// Orders the leftmost S-type suffixes, given an `order` in which their substrings are sorted.
fn sort_lms_suffixes<S: Symbol>(text: &[S], lms: Vec<u32>, order: Vec<u32>) -> Vec<u32> {
    let (names, distinct) = name_lms_substrings(text, &lms, &order);
    // What sorts the names needs room.
    drop(order);
    if distinct < lms.len() {
        let mut sorted = suffix_array(&names, distinct);
        sorted.iter_mut().for_each(|slot| *slot = lms[*slot as usize]);
        return sorted;
    }
    let mut sorted = vec![0; lms.len()];
    for (name, position) in names.into_iter().zip(lms) {
        sorted[name as usize] = position;
    }
    sorted
}

/// Numbers the substrings from one leftmost S-type position to the next by their order, equal ones alike; how many
/// different ones there are.
fn name_lms_substrings<S: Symbol>(text: &[S], lms: &[u32], order: &[u32]) -> (Vec<u32>, usize) {
    // Two such positions are never neighbours, so half the position identifies one.
    let mut number = vec![EMPTY; text.len() / 2 + 1];
    for (index, &position) in lms.iter().enumerate() {
        number[position as usize / 2] = index as u32;
    }
    let number_of = |position: u32| {
        let index = number[position as usize / 2];
        (index != EMPTY && lms[index as usize] == position).then_some(index as usize)
    };
    let substring = |index: usize| {
        let end = lms.get(index + 1).map(|&next| next as usize + 1);
        (&text[lms[index] as usize..end.unwrap_or(text.len())], end.is_some())
    };

    let mut names = vec![0u32; lms.len()];
    let mut name = 0;
    let mut previous = None;
    for index in order.iter().filter_map(|&position| number_of(position)) {
        if let Some(previous) = previous {
            // The last one ends with the text and differs from all others.
            let (a, b) = (substring(previous), substring(index));
            name += u32::from(a.0 != b.0 || !a.1 || !b.1);
        }
        names[index] = name;
        previous = Some(index);
    }
    (names, name as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::{longest_common_prefixes, suffix_array};

    fn by_comparison(text: &[u8]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..text.len() as u32).collect();
        order.sort_by_key(|&position| &text[position as usize..]);
        order
    }

    fn check(text: &[u8], alphabet: usize) {
        let order = suffix_array(text, alphabet);
        assert_eq!(order, by_comparison(text), "{text:?}");
        let lcp = longest_common_prefixes(text, order.clone());
        for (rank, pair) in order.windows(2).enumerate() {
            let (a, b) = (&text[pair[0] as usize..], &text[pair[1] as usize..]);
            let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            assert_eq!(lcp[rank + 1] as usize, shared, "{text:?}");
        }
        assert_eq!(lcp.first().copied().unwrap_or(0), 0);
    }

    #[test]
    fn every_short_text_is_sorted() {
        for length in 0..=12 {
            for bits in 0..1u32 << length {
                let text: Vec<u8> = (0..length).map(|i| (bits >> i & 1) as u8).collect();
                check(&text, 2);
            }
        }
        for length in 0..=7 {
            for number in 0..3u32.pow(length) {
                let text: Vec<u8> = (0..length).map(|i| (number / 3u32.pow(i) % 3) as u8).collect();
                check(&text, 3);
            }
        }
    }

    #[test]
    fn repetitive_and_irregular_texts_are_sorted() {
        let mut state = 1u32;
        let irregular: Vec<u8> = (0..3000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        check(&irregular, 256);
        let periodic: Vec<u8> = (0..600).map(|i| [0, 1, 1, 2][i % 4]).collect();
        check(&periodic, 3);
        let twice: Vec<u8> = irregular.iter().chain(&irregular).map(|b| b & 1).collect();
        check(&twice, 2);
        check(&[5; 300], 6);
    }
}
