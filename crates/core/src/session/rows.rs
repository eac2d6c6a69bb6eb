//! The rows of one view in order, and what a batch changed in them.

use super::log::Slot;
use super::order::OrderKey;
use super::preview::PreviewId;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Row {
    /// A stored event.
    Event(Slot),
    /// Streaming text.
    Preview(PreviewId),
    /// A time without connection.
    Gap(u32),
    /// A frame of the stream that cannot be read.
    Frame(u32),
    /// Input that the server has not confirmed.
    Local(u32),
}

impl Row {
    /// A number that no other row of the timeline has.
    #[must_use]
    pub fn number(self) -> u64 {
        let (kind, number) = match self {
            Self::Event(slot) => (0, slot),
            Self::Preview(id) => (1, id),
            Self::Gap(number) => (2, number),
            Self::Frame(number) => (3, number),
            Self::Local(number) => (4, number),
        };
        u64::from(number) << 3 | kind
    }
}

/// A row with its key.
pub(super) type Keyed = (OrderKey, Row);

/// One step from the old rows to the new ones; steps apply in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// Rows were added at an index.
    Inserted {
        /// Index of the first new row.
        index: usize,
        /// How many.
        count: usize,
    },
    /// Rows were taken out at an index.
    Removed {
        /// Index of the first removed row.
        index: usize,
        /// How many.
        count: usize,
    },
    /// A row shows something else now.
    Updated(Row),
    /// A row stands in the place of another and goes on with what that one showed: a finished event in that of its
    /// preview.
    Became {
        /// The row that was there.
        from: Row,
        /// The row that is there now.
        to: Row,
    },
}

/// Brings rows into order, each once. One copy of the code that sorts, for all that is sorted.
pub(super) fn in_order(rows: &mut Vec<(OrderKey, Row)>) {
    rows.sort_unstable();
    rows.dedup();
}

/// Rows sorted by key.
#[derive(Clone, Debug, Default)]
pub struct RowList {
    rows: Vec<(OrderKey, Row)>,
}

impl RowList {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Row> {
        self.rows.get(index).map(|(_, row)| *row)
    }

    /// All rows in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Row> + '_ {
        self.rows.iter().map(|(_, row)| *row)
    }

    /// The index of a row whose key is known.
    #[must_use]
    pub fn index_of(&self, key: OrderKey, row: Row) -> Option<usize> {
        self.rows.binary_search(&(key, row)).ok()
    }

    /// The index of the first row at or behind a place.
    #[must_use]
    pub fn first_from(&self, key: OrderKey) -> usize {
        self.rows.partition_point(|(at, _)| *at < key)
    }

    /// The row at an index with its key.
    pub(super) fn keyed(&self, index: usize) -> Option<Keyed> {
        self.rows.get(index).copied()
    }

    /// The index of a row, or of the first behind its place.
    pub(super) fn place_of(&self, row: Keyed) -> usize {
        self.rows.partition_point(|other| *other < row)
    }

    /// The first row behind a place.
    pub(super) fn behind(&self, row: Keyed) -> Option<Keyed> {
        self.keyed(self.rows.partition_point(|other| *other <= row))
    }

    /// The last row before a place.
    pub(super) fn before(&self, row: Keyed) -> Option<Keyed> {
        self.keyed(self.place_of(row).checked_sub(1)?)
    }

    /// The last row at or before a place.
    pub(super) fn at_or_before(&self, row: Keyed) -> Option<Keyed> {
        let behind = self.rows.partition_point(|other| *other <= row);
        self.keyed(behind.checked_sub(1)?)
    }

    /// Takes out the rows of which something is true, and returns them.
    pub fn take_where(&mut self, mut is_gone: impl FnMut(OrderKey, Row) -> bool) -> Vec<Row> {
        let mut gone = Vec::new();
        self.rows.retain(|&(key, row)| {
            let goes = is_gone(key, row);
            gone.extend(goes.then_some(row));
            !goes
        });
        gone
    }

    /// Puts a row into the place of another. Returns whether it could; if that is not where the new one belongs, nothing
    /// has changed.
    pub fn replace(&mut self, old: (OrderKey, Row), new: (OrderKey, Row)) -> bool {
        let Ok(at) = self.rows.binary_search(&old) else {
            return false;
        };
        let is_after = at.checked_sub(1).is_none_or(|before| self.rows[before] < new);
        let is_before = self.rows.get(at + 1).is_none_or(|behind| new < *behind);
        if is_after && is_before {
            self.rows[at] = new;
        }
        is_after && is_before
    }

    /// Takes many rows out at once; the cost is linear in the rows behind the first of them. Rows that are not there do
    /// no harm.
    pub fn remove(&mut self, mut gone: Vec<(OrderKey, Row)>, changes: &mut Vec<RowChange>) {
        in_order(&mut gone);
        let indices = gone.iter().filter_map(|row| self.rows.binary_search(row).ok());
        let mut indices: Vec<usize> = indices.collect();
        indices.dedup();
        let Some(first) = indices.first().copied() else {
            return;
        };
        // From the back, so that every index is right when its step applies.
        for run in indices.chunk_by(|a, b| a + 1 == *b).rev() {
            changes.push(RowChange::Removed {
                index: run[0],
                count: run.len(),
            });
        }
        let mut next = indices.into_iter().peekable();
        let behind = self.rows.split_off(first);
        let kept = (first..)
            .zip(behind)
            .filter(|(at, _)| next.next_if_eq(at).is_none());
        self.rows.extend(kept.map(|(_, row)| row));
    }

    /// Adds many rows at once; the cost is linear in the new rows and those behind the first of them.
    pub fn insert(&mut self, mut new: Vec<(OrderKey, Row)>, changes: &mut Vec<RowChange>) {
        in_order(&mut new);
        let Some(first) = new.first().copied() else { return };
        let start = self.rows.partition_point(|row| *row < first);
        let mut behind = self.rows.split_off(start).into_iter().peekable();
        self.rows.reserve(new.len() + behind.len());
        for row in new {
            while behind.peek().is_some_and(|old| *old < row) {
                self.rows.extend(behind.next());
            }
            if behind.peek() == Some(&row) {
                continue;
            }
            let index = self.rows.len();
            self.rows.push(row);
            match changes.last_mut() {
                Some(RowChange::Inserted { index: from, count }) if *from + *count == index => *count += 1,
                _ => changes.push(RowChange::Inserted { index, count: 1 }),
            }
        }
        self.rows.extend(behind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Timestamp;

    fn row(time: i64, slot: Slot) -> (OrderKey, Row) {
        (
            OrderKey::stored(Some(Timestamp::from_micros(time)), i64::from(slot)),
            Row::Event(slot),
        )
    }

    fn replay(old: &RowList, changes: &[RowChange], new: &RowList) {
        let mut rows: Vec<Option<Row>> = old.iter().map(Some).collect();
        for change in changes {
            match *change {
                RowChange::Inserted { index, count } => {
                    rows.splice(index..index, std::iter::repeat_n(None, count));
                }
                RowChange::Removed { index, count } => {
                    rows.drain(index..index + count);
                }
                RowChange::Updated(_) => {}
                RowChange::Became { from, to } => {
                    let at = rows
                        .iter()
                        .position(|row| *row == Some(from))
                        .expect("a row that was there");
                    rows[at] = Some(to);
                }
            }
        }
        assert_eq!(rows.len(), new.len());
        for (told, actual) in rows.iter().zip(new.iter()) {
            assert!(told.is_none() || *told == Some(actual), "a kept row moved");
        }
    }

    #[test]
    fn changes_lead_from_the_old_rows_to_the_new_ones() {
        let mut list = RowList::default();
        let mut changes = Vec::new();
        list.insert(vec![row(30, 3), row(10, 1)], &mut changes);
        assert_eq!(changes, [RowChange::Inserted { index: 0, count: 2 }]);

        let old = list.clone();
        changes.clear();
        list.remove(vec![row(10, 1), row(11, 7), row(10, 1)], &mut changes);
        assert_eq!(changes, [RowChange::Removed { index: 0, count: 1 }]);
        list.insert(
            vec![row(40, 4), row(5, 0), row(20, 2), row(35, 9), row(50, 5)],
            &mut changes,
        );
        assert_eq!(
            list.iter().collect::<Vec<_>>(),
            [0, 2, 3, 9, 4, 5].map(Row::Event)
        );
        replay(&old, &changes, &list);
    }

    #[test]
    fn a_row_takes_the_place_of_another_only_where_it_belongs() {
        let mut list = RowList::default();
        list.insert((0..3).map(|i| row(10 * i, i as Slot)).collect(), &mut Vec::new());
        assert!(!list.replace(row(11, 1), row(15, 7)), "no such row");
        assert!(!list.replace(row(10, 1), row(25, 7)), "behind the next one");
        assert!(!list.replace(row(10, 1), row(20, 2)), "it is there already");
        assert!(!list.replace(row(10, 1), row(-5, 7)), "before the one before");
        assert_eq!(list.iter().collect::<Vec<_>>(), [0, 1, 2].map(Row::Event));
        assert!(list.replace(row(10, 1), row(15, 7)));
        assert_eq!(list.iter().collect::<Vec<_>>(), [0, 7, 2].map(Row::Event));
        assert_eq!(list.index_of(row(15, 7).0, Row::Event(7)), Some(1));
    }

    #[test]
    fn neighbours_are_removed_in_one_step_and_from_the_back() {
        let mut list = RowList::default();
        list.insert((0..10).map(|i| row(i, i as Slot)).collect(), &mut Vec::new());
        let old = list.clone();
        let mut changes = Vec::new();
        list.remove([8, 2, 3, 4, 9].map(|i| row(i, i as Slot)).to_vec(), &mut changes);
        assert_eq!(
            changes,
            [
                RowChange::Removed { index: 8, count: 2 },
                RowChange::Removed { index: 2, count: 3 }
            ]
        );
        assert_eq!(list.iter().collect::<Vec<_>>(), [0, 1, 5, 6, 7].map(Row::Event));
        replay(&old, &changes, &list);
    }

    #[test]
    fn appending_touches_nothing_else_and_a_known_row_is_not_added_twice() {
        let mut list = RowList::default();
        let mut changes = Vec::new();
        list.insert((0..1_000).map(|i| row(i, i as Slot)).collect(), &mut changes);
        changes.clear();
        list.insert(vec![row(999, 999), row(1_000, 1_000)], &mut changes);
        assert_eq!(
            changes,
            [RowChange::Inserted {
                index: 1_000,
                count: 1
            }]
        );
        assert_eq!(list.len(), 1_001);
    }
}
