//! The events of one session, kept once per id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::order::OrderKey;
use crate::protocol::Event;

/// Number of an event in the log, in the order of arrival; never reused.
pub type Slot = u32;

/// What an upsert did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// The id was new.
    Inserted(Slot),
    /// The known event got more information; its key may have changed.
    Updated {
        /// The event.
        slot: Slot,
        /// Its key before.
        old_key: OrderKey,
    },
    /// Nothing new.
    Known(Slot),
}

/// From which side of the known history an event comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Live, or listed oldest first: after everything known at the same time.
    Newer,
    /// Listed newest first: before everything known at the same time.
    Older,
}

#[derive(Clone, Debug)]
struct Entry {
    event: Event,
    key: OrderKey,
}

/// All stored events by id.
///
/// Invariants: one entry per id; an entry never loses its `processed_at`; slots stay valid for ever.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    entries: Vec<Entry>,
    by_id: HashMap<Arc<str>, Slot>,
    newest_tie: i64,
    oldest_tie: i64,
}

impl EventLog {
    /// Number of events known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no event is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The event in a slot.
    #[must_use]
    pub fn event(&self, slot: Slot) -> &Event {
        &self.entries[slot as usize].event
    }

    /// The sort key of a slot.
    #[must_use]
    pub fn key(&self, slot: Slot) -> OrderKey {
        self.entries[slot as usize].key
    }

    /// The slot of an event id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Slot> {
        self.by_id.get(id).copied()
    }

    /// Ids of the events that wait to be processed.
    #[must_use]
    pub fn pending_ids(&self) -> Vec<Arc<str>> {
        let pending = self.entries.iter().filter(|entry| entry.key.is_pending());
        pending.filter_map(|entry| entry.event.id().cloned()).collect()
    }

    /// All slots in server order.
    #[must_use]
    pub fn sorted(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = (0..self.entries.len() as Slot).collect();
        slots.sort_by_key(|slot| self.key(*slot));
        slots
    }

    /// Adds an event or merges it with the known one of the same id.
    ///
    /// A processed copy replaces a pending one and never the other way round. An event without an id is identified by
    /// its whole text, so that an exact replay is still recognised.
    pub fn upsert(&mut self, event: Event, side: Side) -> Upserted {
        let id = match event.id() {
            Some(id) if !id.is_empty() => Arc::clone(id),
            _ => Arc::from(event.raw()),
        };
        if let Some(&slot) = self.by_id.get(&id) {
            return self.merge(slot, event);
        }
        let slot = self.entries.len() as Slot;
        let tie = self.next_tie(side);
        let key = OrderKey::stored(event.processed_at(), tie);
        self.entries.push(Entry { event, key });
        self.by_id.insert(id, slot);
        Upserted::Inserted(slot)
    }

    /// Gives events of the same time the order of a listing, `listed` oldest first.
    ///
    /// Returns all events of each time at which a key had to change, in the order of the listing, with their old keys.
    pub fn keep_listed_order(&mut self, listed: &[Slot]) -> Vec<(Slot, OrderKey)> {
        let mut changed = Vec::new();
        let entries = &self.entries;
        let key = |slot: &Slot| entries[*slot as usize].key;
        for run in listed.chunk_by(|a, b| key(a).same_time(key(b))) {
            if run.is_sorted_by_key(key) {
                continue;
            }
            let mut seen = HashSet::new();
            changed.push(
                run.iter()
                    .filter(|slot| seen.insert(**slot))
                    .map(|slot| (*slot, key(slot)))
                    .collect::<Vec<_>>(),
            );
        }
        for run in &changed {
            // Few events share a time, and code that sorts is large.
            let mut keys: Vec<OrderKey> = Vec::with_capacity(run.len());
            for (_, key) in run {
                keys.insert(keys.partition_point(|other| other < key), *key);
            }
            for ((slot, _), key) in run.iter().zip(keys) {
                self.entries[*slot as usize].key = key;
            }
        }
        changed.concat()
    }

    fn merge(&mut self, slot: Slot, event: Event) -> Upserted {
        let entry = &mut self.entries[slot as usize];
        if event.raw() == entry.event.raw() || !is_better(&event, &entry.event) {
            return Upserted::Known(slot);
        }
        let old_key = entry.key;
        let tie = old_key.tie();
        entry.key = OrderKey::stored(event.processed_at(), tie);
        if old_key.is_pending() && !entry.key.is_pending() {
            self.newest_tie += 1;
            entry.key = OrderKey::stored(event.processed_at(), self.newest_tie);
        }
        self.entries[slot as usize].event = event;
        Upserted::Updated { slot, old_key }
    }

    fn next_tie(&mut self, side: Side) -> i64 {
        match side {
            Side::Newer => {
                self.newest_tie += 1;
                self.newest_tie
            }
            Side::Older => {
                self.oldest_tie -= 1;
                self.oldest_tie
            }
        }
    }
}

/// Whether a second copy should replace the first. Total and independent of the order of arrival, so that every
/// interleaving of the same copies ends with the same event.
fn is_better(new: &Event, old: &Event) -> bool {
    let rank = |e: &Event| (e.processed_at(), e.raw().len());
    rank(new)
        .cmp(&rank(old))
        .then_with(|| new.raw().cmp(old.raw()))
        .is_gt()
}
