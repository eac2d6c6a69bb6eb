//! The events of one session, kept once per id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::order::{BEGINNING, OrderKey};
use super::place::{Evidence, Item, Place};
use crate::protocol::{Event, Timestamp};

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
    /// Where it stands while it has no time of its own.
    place: Place,
}

/// All stored events by id.
///
/// Invariants: one entry per id, and per text of what has none; an entry never loses its `processed_at`; slots stay valid for
/// ever.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    entries: Vec<Entry>,
    by_id: HashMap<Arc<str>, Slot>,
    newest_tie: i64,
    oldest_tie: i64,
    /// The latest time of an event.
    newest: Option<i64>,
    /// Input that waited to be processed when it was noted here.
    waiting: Vec<Slot>,
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

    /// Whether an event is known: its id, or its text if it has none.
    #[must_use]
    pub fn has(&self, event: &Event) -> bool {
        self.by_id.contains_key(&name_of(event, 0))
    }

    /// Input that waits to be processed.
    pub(super) fn waiting(&mut self) -> &[Slot] {
        let entries = &self.entries;
        self.waiting
            .retain(|slot| entries[*slot as usize].key.is_pending());
        &self.waiting
    }

    /// Whether any event waits to be processed.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|slot| self.entries[*slot as usize].key.is_pending())
    }

    /// Ids of the events that wait to be processed.
    #[must_use]
    pub fn pending_ids(&self) -> Vec<Arc<str>> {
        let pending = self.waiting.iter().map(|slot| &self.entries[*slot as usize]);
        let pending = pending.filter(|entry| entry.key.is_pending());
        pending.filter_map(|entry| entry.event.id().cloned()).collect()
    }

    /// The time that an event stands at of which only the arrival is known.
    pub(super) fn newest_time(&self) -> i64 {
        self.newest.unwrap_or(BEGINNING)
    }

    /// A place behind all events of the newest time.
    pub(super) fn end(&mut self) -> OrderKey {
        OrderKey::beside(self.newest_time(), self.next_tie(Side::Newer))
    }

    /// What the place of an event in a listing depends on. What is known of it counts as well.
    pub(super) fn item(&self, event: &Event) -> Item {
        let known = || {
            event
                .id()
                .and_then(|id| self.find(id))
                .map(|slot| self.event(slot))
        };
        let time = event.happened_at().or_else(|| known()?.happened_at());
        let readable = || known().filter(|known| known.is_readable()).unwrap_or(event);
        Item {
            time: time.map(Timestamp::micros),
            is_input: time.is_none() && readable().event_type().is_input(),
        }
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
        self.upsert_at(event, side, None, 0)
    }

    /// The same for an event of a listing, which tells where it stands if it has no time. `twins` is how many events without
    /// an id and with the same text the listing has shown before.
    pub(super) fn upsert_at(
        &mut self,
        event: Event,
        side: Side,
        place: Option<Place>,
        twins: u32,
    ) -> Upserted {
        let id = name_of(&event, twins);
        if let Some(&slot) = self.by_id.get(&id) {
            return self.merge(slot, event, place);
        }
        let slot = self.entries.len() as Slot;
        let tie = self.next_tie(side);
        let place = place.unwrap_or_else(|| self.arrival(&event));
        let key = key_of(&event, place, tie);
        self.newest = self.newest.max(event.happened_at().map(Timestamp::micros));
        self.entries.push(Entry { event, key, place });
        self.note_waiting(slot);
        self.by_id.insert(id, slot);
        Upserted::Inserted(slot)
    }

    fn arrival(&self, event: &Event) -> Place {
        match event.event_type().is_input() {
            true => Place::Tail,
            false => Place::At(self.newest_time(), Evidence::Arrival),
        }
    }

    fn note_waiting(&mut self, slot: Slot) {
        if self.key(slot).is_pending() {
            self.waiting.push(slot);
        }
    }

    /// Notes where a listing shows an event. Returns its key before if it is another one now.
    pub(super) fn place(&mut self, slot: Slot, place: Place) -> Option<OrderKey> {
        let entry = &mut self.entries[slot as usize];
        if !place.replaces(entry.place, entry.event.id().is_some()) {
            return None;
        }
        entry.place = place;
        let old_key = entry.key;
        if entry.event.happened_at().is_some() || old_key == key_of(&entry.event, place, old_key.tie()) {
            return None;
        }
        self.newest_tie += 1;
        let entry = &mut self.entries[slot as usize];
        entry.key = key_of(&entry.event, place, self.newest_tie);
        Some(old_key)
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

    fn merge(&mut self, slot: Slot, event: Event, place: Option<Place>) -> Upserted {
        let moved_from = place.and_then(|place| self.place(slot, place));
        let entry = &mut self.entries[slot as usize];
        if event.raw() == entry.event.raw() || !is_better(&event, &entry.event) {
            return match moved_from {
                Some(old_key) => Upserted::Updated { slot, old_key },
                None => Upserted::Known(slot),
            };
        }
        let old_key = entry.key;
        let had_time = entry.event.happened_at().is_some();
        self.newest = self.newest.max(event.happened_at().map(Timestamp::micros));
        entry.key = key_of(&event, entry.place, old_key.tie());
        if !had_time && !entry.key.same_time(old_key) {
            self.newest_tie += 1;
            entry.key = key_of(&event, entry.place, self.newest_tie);
        }
        entry.event = event;
        self.note_waiting(slot);
        let old_key = moved_from.unwrap_or(old_key);
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

/// The id of an event, or what tells it apart without one.
fn name_of(event: &Event, twins: u32) -> Arc<str> {
    match event.id() {
        Some(id) => Arc::clone(id),
        // No id looks like this.
        None => Arc::from(format!("\0{twins} {}", event.raw())),
    }
}

/// The key of an event: its own time if it has one, else that of its place.
fn key_of(event: &Event, place: Place, tie: i64) -> OrderKey {
    match (event.happened_at(), place) {
        (Some(time), _) => OrderKey::stored(Some(time), tie),
        (None, Place::Tail) => OrderKey::stored(None, tie),
        (None, Place::At(micros, _)) => OrderKey::beside(micros, tie),
    }
}

/// Whether a second copy should replace the first. Total and independent of the order of arrival, so that every
/// interleaving of the same copies ends with the same event. What is processed is better than what waits, then what can be
/// read than what cannot.
fn is_better(new: &Event, old: &Event) -> bool {
    let rank = |e: &Event| {
        let is_processed = e.processed_at().is_some();
        (is_processed, e.is_readable(), e.processed_at(), e.raw().len())
    };
    rank(new)
        .cmp(&rank(old))
        .then_with(|| new.raw().cmp(old.raw()))
        .is_gt()
}
