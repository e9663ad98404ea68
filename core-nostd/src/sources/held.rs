//! Bytes that came with a packet or ahead of their block, and wait for the next one.

use heapless::Deque;
use zeroize::Zeroize;

/// At most `N` bytes in the order they came, wiped when dropped.
pub(super) struct Held<const N: usize>(Deque<u8, N>);

impl<const N: usize> Held<N> {
    pub(super) const fn new() -> Self {
        Self(Deque::new())
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes as many of `bytes` as there is room for; whether that was all.
    #[must_use]
    pub(super) fn extend(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| self.0.push_back(*byte).is_ok())
    }

    /// The oldest byte. With the last one goes what the others left in the storage.
    pub(super) fn pop(&mut self) -> Option<u8> {
        let byte = self.0.pop_front();
        if self.0.is_empty() {
            self.wipe();
        }
        byte
    }

    /// Forgets everything, also what was popped and still lies in the storage.
    pub(super) fn wipe(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> Drop for Held<N> {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_order_and_wiping_leaves_none() {
        let mut held = Held::<3>::new();
        assert!(held.extend(&[1, 2]));
        assert_eq!(held.pop(), Some(1));
        assert!(held.extend(&[3, 4]));
        assert!(!held.extend(&[5]));
        assert_eq!((held.len(), held.pop()), (3, Some(2)));
        held.wipe();
        assert_eq!((held.len(), held.pop()), (0, None));
    }
}
