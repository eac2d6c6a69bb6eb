//! Bringing the rows of both views up to date, and telling what that changed.

use super::log::Slot;
use super::order::OrderKey;
use super::rows::{Keyed, Row, RowChange, in_order};
use super::runs::{Regrouping, heads_around};
use super::timeline::{Changes, Timeline};
use super::view::{View, in_transcript};

impl Timeline {
    /// Ends the batch: brings the rows up to date and tells what changed since the last commit.
    pub fn commit(&mut self) -> Changes {
        if std::mem::take(&mut self.is_displaced) {
            self.relearn();
        }
        if std::mem::take(&mut self.has_new_states) {
            self.dirty.extend(self.pairing.unfinished().map(Row::Event));
        }
        // Where they stand does not matter yet, only that each is there once.
        let anywhere = OrderKey::local(0);
        let dirty = std::mem::take(&mut self.dirty);
        let mut dirty: Vec<_> = dirty.into_iter().map(|row| (anywhere, row)).collect();
        in_order(&mut dirty);
        let leaving = std::mem::take(&mut self.leaving);
        let mut regrouping = self.regrouping(&leaving, &dirty);
        for view in View::ALL {
            let number = view.number();
            let mut gone = leaving.clone();
            for (_, row) in &gone {
                if let Row::Event(slot) = row {
                    self.placed[number][*slot as usize] = false;
                }
            }
            let mut new = Vec::new();
            let mut updated = Vec::new();
            for &(_, row) in &dirty {
                let Some((key, wanted)) = self.placement(view, row) else {
                    continue;
                };
                match (self.is_placed(view, key, row), wanted) {
                    (true, true) => updated.push(RowChange::Updated(row)),
                    (true, false) => gone.push((key, row)),
                    (false, true) => new.push((key, row)),
                    (false, false) => {}
                }
            }
            if view == View::Transcript && self.has_runs(&regrouping) {
                regrouping.touched.extend(gone.iter().chain(&new));
            }
            for (rows, is_placed) in [(&gone, false), (&new, true)] {
                for (_, row) in rows {
                    if let Row::Event(slot) = row {
                        self.placed[number][*slot as usize] = is_placed;
                    }
                }
            }
            let changes = &mut self.changes.rows[number];
            for (preview, slot) in &self.finished {
                let old = (OrderKey::preview(i64::from(*preview)), Row::Preview(*preview));
                let to = Row::Event(*slot);
                let Some(at) = new.iter().position(|(_, row)| *row == to) else {
                    continue;
                };
                if self.rows[number].replace(old, new[at]) {
                    // The event may have left this very place and come back.
                    let here = new.swap_remove(at);
                    gone.retain(|row| *row != old && *row != here);
                    changes.push(RowChange::Became { from: old.1, to });
                }
            }
            self.rows[number].remove(gone, changes);
            self.rows[number].insert(new, changes);
            changes.extend(updated);
            if view == View::Transcript && self.has_runs(&regrouping) {
                self.regroup(std::mem::take(&mut regrouping));
            }
            // A row that moved shows something else, too: it has a time now.
            let moved = self
                .moved
                .iter()
                .filter(|row| self.placement(view, **row).is_some_and(|(_, wanted)| wanted));
            let updated: Vec<RowChange> = moved.map(|row| RowChange::Updated(*row)).collect();
            self.changes.rows[number].extend(updated);
        }
        self.tell_interrupted();
        self.moved.clear();
        self.finished.clear();
        std::mem::take(&mut self.changes)
    }

    /// What changes among the events of unknown types, before any row moves.
    fn regrouping(&self, leaving: &[Keyed], dirty: &[Keyed]) -> Regrouping {
        let mut regrouping = Regrouping::default();
        for &(key, row) in leaving {
            if let Row::Event(slot) = row
                && self.runs.has(slot)
            {
                regrouping.gone.push((key, row));
            }
        }
        in_order(&mut regrouping.gone);
        let left = regrouping.gone.clone();
        // One that left its place may have come back to it.
        let stays = |row: Keyed| self.runs.stands_at(row) && left.binary_search(&row).is_err();
        for &(_, row) in dirty {
            let Row::Event(slot) = row else { continue };
            let key = self.log.key(slot);
            match (self.runs.has(slot), self.is_unknown(slot)) {
                (false, false) => {}
                (false, true) => regrouping.new.push((key, row)),
                (true, false) => regrouping.gone.push((key, row)),
                (true, true) if stays((key, row)) => regrouping.touched.push((key, row)),
                (true, true) => {
                    regrouping.new.push((key, row));
                    regrouping.has_moved = true;
                }
            }
        }
        regrouping
    }

    fn has_runs(&self, regrouping: &Regrouping) -> bool {
        !self.runs.is_empty() || !regrouping.new.is_empty()
    }

    /// Finds the beginnings of runs anew where something changed, when all other rows of the transcript are in place.
    fn regroup(&mut self, regrouping: Regrouping) {
        let number = View::Transcript.number();
        let mut touched = regrouping.touched.clone();
        touched.extend(regrouping.new.iter().chain(&regrouping.gone));
        self.changes.is_regrouped |= regrouping.has_moved;
        let (log, placed) = (&self.log, &self.placed[number]);
        let regrouped = self.runs.regroup(
            regrouping,
            &self.rows[number],
            |slot| placed[slot as usize],
            |a, b| log.event(a).event_type() == log.event(b).event_type(),
        );
        for (rows, is_head) in [(&regrouped.members, false), (&regrouped.heads, true)] {
            for (_, row) in rows {
                if let Row::Event(slot) = row {
                    self.placed[number][*slot as usize] = is_head;
                }
            }
        }
        let changes = &mut self.changes.rows[number];
        self.rows[number].remove(regrouped.members, changes);
        self.rows[number].insert(regrouped.heads, changes);
        let runs = &self.runs;
        changes.extend(heads_around(&self.rows[number], &touched, |slot| runs.has(slot)));
        self.changes.is_regrouped |= regrouped.is_split;
    }

    /// The events that a row of the transcript stands for: one, or a run of neighbours of one unknown type.
    #[must_use]
    pub fn run(&self, slot: Slot) -> Vec<Slot> {
        let row = (self.log.key(slot), Row::Event(slot));
        if !self.runs.has(slot) {
            return vec![slot];
        }
        self.runs.of_head(self.rows(View::Transcript), row).collect()
    }

    /// The row that stands for an event of an unknown type in the transcript.
    pub(super) fn head_of(&self, slot: Slot) -> Option<Row> {
        let row = (self.log.key(slot), Row::Event(slot));
        let head = self.rows(View::Transcript).at_or_before(row)?;
        matches!(head.1, Row::Event(other) if self.runs.has(other)).then_some(head.1)
    }

    fn is_unknown(&self, slot: Slot) -> bool {
        let event = self.log.event(slot);
        event.is_readable() && !event.event_type().is_known()
    }

    pub(super) fn moved(&mut self, slot: Slot, old_key: OrderKey) {
        let key = self.log.key(slot);
        if key != old_key {
            // Input that waited is learnt from again as it moves; nothing else was to move.
            let is_displaced = !old_key.is_pending() && !old_key.same_time(key);
            self.is_displaced |= is_displaced && self.log.event(slot).event_type().is_known();
            self.take_row(old_key, Row::Event(slot));
            self.dirty.push(Row::Event(slot));
            self.moved.push(Row::Event(slot));
        }
    }

    /// Has a row taken out of both views at the next commit.
    pub(super) fn take_row(&mut self, key: OrderKey, row: Row) {
        self.leaving.push((key, row));
    }

    fn is_placed(&self, view: View, key: OrderKey, row: Row) -> bool {
        match row {
            Row::Event(slot) => self.placed[view.number()][slot as usize],
            _ => self.rows(view).index_of(key, row).is_some(),
        }
    }

    /// Where a row stands and whether the view shows it; `None` for rows that no longer exist.
    pub(super) fn placement(&self, view: View, row: Row) -> Option<(OrderKey, bool)> {
        Some(match row {
            Row::Event(slot) => (
                self.log.key(slot),
                match view {
                    View::Events => true,
                    // The beginnings of runs are found when all other rows are there.
                    View::Transcript if self.is_unknown(slot) => self.placed[view.number()][slot as usize],
                    View::Transcript => self.in_transcript(slot),
                },
            ),
            Row::Preview(number) => {
                self.previews.get(number)?;
                (OrderKey::preview(i64::from(number)), view == View::Transcript)
            }
            Row::Gap(number) => {
                let gap = self.gaps.get(number as usize).filter(|gap| gap.times > 0)?;
                (OrderKey::after(gap.from), true)
            }
            Row::Frame(id) => (self.frames.get(id)?.0, true),
            Row::Local(id) => {
                self.outbox.get(id)?;
                (OrderKey::local(i64::from(id)), true)
            }
        })
    }

    pub(super) fn in_transcript(&self, slot: Slot) -> bool {
        in_transcript(
            self.log.event(slot).event_type(),
            self.pairing.call_of(slot).is_some(),
        )
    }
}
