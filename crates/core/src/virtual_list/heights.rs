//! Row heights with sums over any prefix in logarithmic time.

use std::iter;

/// Heights of all rows in a binary indexed tree.
///
/// A node keeps measured pixels and the number of unmeasured rows apart. Nodes are recomputed from their children, never
/// updated by a difference: rounding errors do not pile up.
#[derive(Clone, Debug)]
pub(super) struct Heights {
    estimate: f64,
    rows: Vec<Option<f64>>,
    /// `tree[i]` sums the rows in `i - lowest_bit(i)..i`; `tree[0]` is unused.
    tree: Vec<Sum>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    measured: f64,
    unmeasured: u32,
}

impl Heights {
    pub(super) fn new(estimate: f64) -> Self {
        Self {
            estimate,
            rows: Vec::new(),
            tree: vec![Sum::default()],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn is_measured(&self, index: usize) -> bool {
        self.rows.get(index).is_some_and(Option::is_some)
    }

    /// Height of a row: measured, else estimated; 0 past the end.
    pub(super) fn get(&self, index: usize) -> f64 {
        self.rows
            .get(index)
            .map_or(0.0, |row| row.unwrap_or(self.estimate))
    }

    pub(super) fn set(&mut self, index: usize, height: f64) {
        let Some(row) = self.rows.get_mut(index) else {
            return;
        };
        *row = Some(height);
        let mut node = index + 1;
        while node < self.tree.len() {
            self.tree[node] = self.sum_from_children(node);
            node += lowest_bit(node);
        }
    }

    /// Adds unmeasured rows. Linear in the rows behind `index`, so appending costs no more than what is appended.
    pub(super) fn insert(&mut self, index: usize, count: usize) {
        let index = index.min(self.len());
        self.rows.splice(index..index, iter::repeat_n(None, count));
        self.rebuild_from(index);
    }

    /// Removes rows. Linear in the rows behind `index`.
    pub(super) fn remove(&mut self, index: usize, count: usize) {
        let index = index.min(self.len());
        let end = index.saturating_add(count).min(self.len());
        self.rows.drain(index..end);
        self.rebuild_from(index);
    }

    /// Sum of the heights before `index`; the total from `len()` on.
    pub(super) fn offset_of(&self, index: usize) -> f64 {
        let index = index.min(self.len());
        let mut sum = Sum::default();
        let mut node = 0;
        // From the highest bit down, in the order of `index_at`, so that both see the same rounding.
        let mut bit = highest_bit(index);
        while bit > 0 {
            if index & bit != 0 {
                node += bit;
                sum = sum.plus(self.tree[node]);
            }
            bit >>= 1;
        }
        self.pixels(sum)
    }

    pub(super) fn total(&self) -> f64 {
        self.offset_of(self.len())
    }

    /// The row that covers `offset`, the nearest row when it lies outside, 0 when there are no rows.
    pub(super) fn index_at(&self, offset: f64) -> usize {
        let mut sum = Sum::default();
        let mut node = 0;
        let mut bit = highest_bit(self.len());
        while bit > 0 {
            if node + bit <= self.len() {
                let next = sum.plus(self.tree[node + bit]);
                if self.pixels(next) <= offset {
                    node += bit;
                    sum = next;
                }
            }
            bit >>= 1;
        }
        node.min(self.len().saturating_sub(1))
    }

    fn pixels(&self, sum: Sum) -> f64 {
        sum.measured + f64::from(sum.unmeasured) * self.estimate
    }

    fn rebuild_from(&mut self, index: usize) {
        self.tree.truncate(index + 1);
        self.tree.reserve(self.rows.len() - index);
        for node in index + 1..=self.rows.len() {
            let sum = self.sum_from_children(node);
            self.tree.push(sum);
        }
    }

    fn sum_from_children(&self, node: usize) -> Sum {
        let mut sum = match self.rows[node - 1] {
            Some(measured) => Sum {
                measured,
                unmeasured: 0,
            },
            None => Sum {
                measured: 0.0,
                unmeasured: 1,
            },
        };
        let first = node - lowest_bit(node);
        let mut child = node - 1;
        while child > first {
            sum = sum.plus(self.tree[child]);
            child -= lowest_bit(child);
        }
        sum
    }
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        Self {
            measured: self.measured + other.measured,
            unmeasured: self.unmeasured + other.unmeasured,
        }
    }
}

fn lowest_bit(value: usize) -> usize {
    value & value.wrapping_neg()
}

fn highest_bit(value: usize) -> usize {
    value.checked_ilog2().map_or(0, |bit| 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Change {
        Insert(usize, usize),
        Remove(usize, usize),
        Set(usize, f64),
    }

    fn any_change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (0..80_usize, 0..20_usize).prop_map(|(index, count)| Change::Insert(index, count)),
            (0..80_usize, 0..10_usize).prop_map(|(index, count)| Change::Remove(index, count)),
            (0..80_usize, prop_oneof![Just(0.0), 0.0..500.0]).prop_map(|(index, px)| Change::Set(index, px)),
        ]
    }

    proptest! {
        #[test]
        fn equals_a_plain_vector(changes in prop::collection::vec(any_change(), 1..40), probe in -10.0..9_000.0) {
            let estimate = 30.0;
            let mut heights = Heights::new(estimate);
            let mut plain: Vec<Option<f64>> = Vec::new();
            for change in changes {
                match change {
                    Change::Insert(index, count) => {
                        heights.insert(index, count);
                        let index = index.min(plain.len());
                        plain.splice(index..index, vec![None; count]);
                    }
                    Change::Remove(index, count) => {
                        heights.remove(index, count);
                        let end = (index + count).min(plain.len());
                        plain.drain(index.min(end)..end);
                    }
                    Change::Set(index, px) => {
                        heights.set(index, px);
                        if let Some(row) = plain.get_mut(index) {
                            *row = Some(px);
                        }
                    }
                }
                let pixels: Vec<f64> = plain.iter().map(|row| row.unwrap_or(estimate)).collect();
                prop_assert_eq!(heights.len(), pixels.len());
                let mut offset = 0.0;
                for (index, px) in pixels.iter().enumerate() {
                    prop_assert!((heights.offset_of(index) - offset).abs() < 1e-6);
                    prop_assert_eq!(heights.get(index), *px);
                    prop_assert_eq!(heights.is_measured(index), plain[index].is_some());
                    if *px > 0.0 {
                        prop_assert_eq!(heights.index_at(offset + px / 2.0), index);
                        prop_assert_eq!(heights.index_at(heights.offset_of(index)), index);
                    }
                    offset += px;
                }
                prop_assert!((heights.total() - offset).abs() < 1e-6);
                let found = heights.index_at(probe);
                prop_assert!(found < pixels.len().max(1));
                if probe >= 0.0 && probe < offset - 1e-6 {
                    prop_assert!(heights.offset_of(found) <= probe && probe < heights.offset_of(found + 1));
                }
            }
        }
    }
}
