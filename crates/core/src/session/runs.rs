//! Neighbours of one type that this version does not know, as one row of the transcript.
//!
//! Some servers send dozens of events of a type of their own for each answer. In the transcript the first of such neighbours
//! stands for all of them; the Events view shows each.

use super::log::Slot;
use super::rows::{Keyed, Row, RowChange, RowList, in_order};

/// The events of unknown types in the order of the timeline.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    events: RowList,
    /// By slot: whether it is one of them.
    is_one: Vec<bool>,
}

/// What a commit does to the runs.
#[derive(Debug, Default)]
pub(super) struct Regrouping {
    /// Events that are to be in the list, and those that are not any more.
    pub(super) new: Vec<Keyed>,
    pub(super) gone: Vec<Keyed>,
    /// Other places at which rows came or went, or show something else.
    pub(super) touched: Vec<Keyed>,
    /// One of the new ones was there before, at another place.
    pub(super) has_moved: bool,
}

/// What that means for the rows of the transcript.
#[derive(Debug, Default)]
pub(super) struct Regrouped {
    /// Events that begin a run now, and those that do not any more.
    pub(super) heads: Vec<Keyed>,
    pub(super) members: Vec<Keyed>,
    /// Events that were there before may belong to another row now.
    pub(super) is_split: bool,
}

impl Runs {
    /// Whether an event is one of them.
    pub(super) fn has(&self, slot: Slot) -> bool {
        self.is_one.get(slot as usize).is_some_and(|is_one| *is_one)
    }

    /// Whether one of them stands there.
    pub(super) fn stands_at(&self, row: Keyed) -> bool {
        self.events.index_of(row.0, row.1).is_some()
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Takes events in and out and tells which of them begin a run. `rows` are the other rows of the transcript, with the
    /// beginnings of runs as they were; `is_head` tells those, and `same_type` which neighbours may be one row.
    pub(super) fn regroup(
        &mut self,
        change: Regrouping,
        rows: &RowList,
        is_head: impl Fn(Slot) -> bool,
        same_type: impl Fn(Slot, Slot) -> bool,
    ) -> Regrouped {
        let Regrouping {
            mut new,
            gone,
            mut touched,
            ..
        } = change;
        for (rows, is_one) in [(&gone, false), (&new, true)] {
            for slot in rows.iter().filter_map(|row| slot_of(*row)) {
                let known = self.is_one.len().max(slot as usize + 1);
                self.is_one.resize(known, false);
                self.is_one[slot as usize] = is_one;
            }
        }
        touched.extend(&new);
        touched.extend(&gone);
        in_order(&mut new);
        self.events.remove(gone, &mut Vec::new());
        self.events.insert(new.clone(), &mut Vec::new());

        in_order(&mut touched);
        // Behind these there is nothing that was there before.
        let is_new = |index: &usize| {
            self.events
                .keyed(*index)
                .is_some_and(|row| new.binary_search(&row).is_ok())
        };
        let end_of_old = self.events.len() - (0..self.events.len()).rev().take_while(is_new).count();
        let mut regrouped = Regrouped::default();
        let mut next = 0;
        for row in touched {
            // The event at this place and the one behind it may have another neighbour now.
            let at = self.events.place_of(row);
            let end = (at + 2).min(self.events.len());
            for index in at.max(next)..end {
                let Some(event) = self.events.keyed(index) else {
                    break;
                };
                let Some(slot) = slot_of(event) else { continue };
                let begins = self.begins(index, rows, &same_type);
                if begins != is_head(slot) {
                    regrouped.is_split |= begins && index < end_of_old;
                    match begins {
                        true => regrouped.heads.push(event),
                        false => regrouped.members.push(event),
                    }
                }
            }
            next = next.max(end);
        }
        regrouped
    }

    /// Whether the event at an index has no neighbour before it that it belongs to.
    fn begins(&self, index: usize, rows: &RowList, same_type: impl Fn(Slot, Slot) -> bool) -> bool {
        let neighbours = index.checked_sub(1).and_then(|before| self.events.keyed(before));
        let (Some(before), Some(event)) = (neighbours, self.events.keyed(index)) else {
            return true;
        };
        let is_same = slot_of(before)
            .zip(slot_of(event))
            .is_some_and(|(before, event)| same_type(before, event));
        !is_same || rows.behind(before).is_some_and(|next| next < event)
    }

    /// The events that the row of one of them stands for: itself and its neighbours up to the next row.
    pub(super) fn of_head(&self, rows: &RowList, head: Keyed) -> impl Iterator<Item = Slot> + '_ {
        let from = self.events.place_of(head);
        let to = match rows.behind(head) {
            Some(next) => self.events.place_of(next),
            None => self.events.len(),
        };
        (from..to).filter_map(|index| slot_of(self.events.keyed(index)?))
    }
}

fn slot_of((_, row): Keyed) -> Option<Slot> {
    match row {
        Row::Event(slot) => Some(slot),
        _ => None,
    }
}

/// The beginnings of the runs around some places, which may stand for another number of events now.
pub(super) fn heads_around(
    rows: &RowList,
    places: &[Keyed],
    is_one: impl Fn(Slot) -> bool,
) -> Vec<RowChange> {
    let heads = places
        .iter()
        .flat_map(|place| [rows.at_or_before(*place), rows.before(*place)]);
    let heads = heads.flatten().filter(|row| slot_of(*row).is_some_and(&is_one));
    let mut heads: Vec<Keyed> = heads.collect();
    in_order(&mut heads);
    heads
        .into_iter()
        .map(|(_, row)| RowChange::Updated(row))
        .collect()
}
