//! A list that only grows, and is read without a lock.

use crate::sys::Once;

/// Values in the order in which they were added; a process forked while somebody adds one finds a whole list.
pub(crate) struct List<T> {
    first: Once<Node<T>>,
}

struct Node<T> {
    value: T,
    next: Once<Node<T>>,
}

impl<T: Send + Sync> List<T> {
    /// An empty list.
    pub(crate) const fn new() -> Self {
        Self { first: Once::new() }
    }

    /// Adds a value and says at which place it stands.
    pub(crate) fn push(&self, value: T) -> usize {
        let mut node = Box::new(Node { value, next: Once::new() });
        let mut place = 0;
        let mut cell = &self.first;
        loop {
            let there = match cell.get() {
                Some(there) => there,
                None => match cell.publish(node) {
                    Ok(_) => return place,
                    Err((there, lost)) => {
                        node = lost;
                        there
                    }
                },
            };
            cell = &there.next;
            place += 1;
        }
    }

    /// The values, from the first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let mut cell = &self.first;
        core::iter::from_fn(move || {
            let node = cell.get()?;
            cell = &node.next;
            Some(&node.value)
        })
    }

    /// The value at `place`.
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.iter().nth(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn every_value_keeps_its_own_place() {
        let list = Arc::new(List::new());
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let list = Arc::clone(&list);
                thread::spawn(move || (0..50).for_each(|n| assert!(list.push((thread, n)) < 400)))
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("joins"));
        assert_eq!(list.iter().count(), 400);
        for thread in 0..8 {
            let own: Vec<i32> = list.iter().filter(|(by, _)| *by == thread).map(|(_, n)| *n).collect();
            assert_eq!(own, (0..50).collect::<Vec<_>>());
        }
        assert_eq!(list.get(400), None);
    }
}
