//! The events that stand around one: those of the same moment are found there.

use super::log::Slot;
use super::rows::{Row, RowChange, RowList};
use super::timeline::Timeline;
use super::view::View;

/// How far it is looked around an event for others of the same moment.
const NEAR: usize = 64;

impl Timeline {
    /// What stood just before an interrupt, and the idle event behind it, are said to be interrupted by it.
    pub(super) fn tell_interrupted(&mut self) {
        for slot in std::mem::take(&mut self.interrupts) {
            let around = self
                .events_before(slot)
                .filter_map(|slot| self.pairing.call_of(slot))
                .chain(self.events_after(slot));
            let is_shown = |slot: &Slot| self.placed[View::Transcript.number()][*slot as usize];
            let around = around
                .filter(is_shown)
                .map(|slot| RowChange::Updated(Row::Event(slot)));
            let around: Vec<RowChange> = around.collect();
            self.changes.rows[View::Transcript.number()].extend(around);
        }
    }

    /// Events before one, from the nearest on, a few of them.
    pub fn events_before(&self, slot: Slot) -> impl Iterator<Item = Slot> {
        let rows = self.rows(View::Events);
        let at = self.index_of(View::Events, Row::Event(slot)).unwrap_or(0);
        (at.saturating_sub(NEAR)..at)
            .rev()
            .filter_map(|index| event_at(rows, index))
    }

    /// Events after one, from the nearest on, a few of them.
    pub fn events_after(&self, slot: Slot) -> impl Iterator<Item = Slot> {
        let rows = self.rows(View::Events);
        let from = self
            .index_of(View::Events, Row::Event(slot))
            .map_or(rows.len(), |at| at + 1);
        (from..rows.len().min(from + NEAR)).filter_map(|index| event_at(rows, index))
    }
}

fn event_at(rows: &RowList, index: usize) -> Option<Slot> {
    match rows.get(index)? {
        Row::Event(slot) => Some(slot),
        _ => None,
    }
}
