//! A collection in memory: rows in order of creation, found by id or by place.
//!
//! A row's *sequence number* is its place in the order of creation, never used twice. Beside the rows stands how many
//! of them are left in each *block* of 1024 sequence numbers, so that a page deep in a long list is found by skipping
//! blocks: about a thousand steps of counting in a million rows, where stepping over the rows would be a million.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

/// Sequence numbers in a block, as a power of two.
const BLOCK_BITS: u32 = 10;

pub(super) struct Table<T> {
    by_id: HashMap<Uuid, u64>,
    rows: BTreeMap<u64, T>,
    /// Rows left in each block; a block without any is not here.
    blocks: BTreeMap<u64, u64>,
    next: u64,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { by_id: HashMap::new(), rows: BTreeMap::new(), blocks: BTreeMap::new(), next: 0 }
    }
}

impl<T> Table<T> {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row at the end. The id must be new.
    pub(super) fn push(&mut self, id: Uuid, row: T) {
        let sequence = self.next;
        self.next += 1;
        self.by_id.insert(id, sequence);
        self.rows.insert(sequence, row);
        *self.blocks.entry(sequence >> BLOCK_BITS).or_default() += 1;
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&T> {
        self.rows.get(self.by_id.get(&id)?)
    }

    pub(super) fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        self.rows.get_mut(self.by_id.get(&id)?)
    }

    pub(super) fn remove(&mut self, id: Uuid) -> Option<T> {
        let sequence = self.by_id.remove(&id)?;
        let block = sequence >> BLOCK_BITS;
        if let Some(left) = self.blocks.get_mut(&block) {
            *left -= 1;
            if *left == 0 {
                self.blocks.remove(&block);
            }
        }
        self.rows.remove(&sequence)
    }

    /// The rows from place `skip` (0 is the oldest) on.
    pub(super) fn skipping(&self, mut skip: u64) -> impl Iterator<Item = &T> {
        let mut start = u64::MAX;
        for (&block, &left) in &self.blocks {
            if skip < left {
                start = block << BLOCK_BITS;
                break;
            }
            skip -= left;
        }
        // What is left to skip is less than a block.
        self.rows.range(start..).skip(usize::try_from(skip).unwrap_or(usize::MAX)).map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    #[test]
    fn a_place_deep_in_a_table_with_gaps() {
        let mut table = Table::default();
        for number in 0..5_000 {
            table.push(id(number), number);
        }
        // A whole block, a block save its ends, and every third of the rest.
        let gone = |n: &usize| (1024..2048).contains(n) || (2049..3071).contains(n) || n.is_multiple_of(3);
        for number in (0..5_000).filter(gone) {
            assert_eq!(table.remove(id(number)), Some(number));
        }
        let left: Vec<_> = (0..5_000).filter(|n| !gone(n)).collect();
        assert_eq!(table.len(), left.len());
        for place in [0, 1, 682, 683, 1_000, left.len() - 1, left.len(), left.len() + 5_000] {
            let found: Vec<_> = table.skipping(place as u64).take(3).copied().collect();
            assert_eq!(found, left.iter().skip(place).take(3).copied().collect::<Vec<_>>(), "place {place}");
        }
        assert_eq!(table.skipping(u64::MAX).next(), None);
    }

    proptest! {
        /// Against the plainest model: a list.
        #[test]
        fn behaves_as_a_list(steps in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 0..200)) {
            let (mut table, mut list) = (Table::default(), Vec::new());
            for (number, (remove, which)) in steps.into_iter().enumerate() {
                if remove && !list.is_empty() {
                    let number = list.remove(which.index(list.len()));
                    prop_assert_eq!(table.remove(id(number)), Some(number));
                    prop_assert!(table.get(id(number)).is_none());
                } else {
                    table.push(id(number), number);
                    list.push(number);
                }
            }
            prop_assert_eq!(table.len(), list.len());
            for place in 0..=list.len() {
                let found: Vec<_> = table.skipping(place as u64).copied().collect();
                prop_assert_eq!(&found[..], &list[place..]);
            }
            prop_assert!(list.iter().all(|&number| table.get(id(number)) == Some(&number)));
        }
    }
}
