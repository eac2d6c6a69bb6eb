//! The fold of one session: events in, rows and facts out.

use std::sync::Arc;

use super::facts::{Facts, Place, Stop};
use super::gap::Gap;
use super::log::{EventLog, Side, Slot, Upserted};
use super::order::OrderKey;
use super::outbox::{Outbox, Outgoing, OutgoingId};
use super::pairing::{CallLinks, Expects, Pairing, Part, RequestLinks};
use super::preview::{Preview, PreviewId, Previews};
use super::rows::{Row, RowChange, RowList};
use super::view::{View, in_transcript};
use crate::protocol::{Event, EventBody, EventType, Permission, SessionStatus, Timestamp};

/// What one batch changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    rows: [Vec<RowChange>; 2],
    /// Status, stop reason, title, usage or waiting calls may differ.
    pub facts: bool,
}

impl Changes {
    /// The changed rows of a view.
    #[must_use]
    pub fn rows(&self, view: View) -> &[RowChange] {
        &self.rows[view.number()]
    }
}

/// Everything the screen shows about a session, as a fold over its events.
///
/// Invariants: the final state does not depend on the order in which history pages, stream frames and replays arrive;
/// rows change only in [`commit`](Self::commit), once per batch; previews and unsent input are rows but never events.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    log: EventLog,
    pairing: Pairing,
    facts: Facts,
    previews: Previews,
    outbox: Outbox,
    gaps: Vec<Gap>,
    rows: [RowList; 2],
    placed: [Vec<bool>; 2],
    dirty: Vec<Row>,
    moved: Vec<Row>,
    /// Rows to take out at the next commit, with the keys they stand under.
    leaving: Vec<(OrderKey, Row)>,
    changes: Changes,
}

impl Timeline {
    /// Takes one event from the stream: stored events are merged, previews grow.
    pub fn stream_event(&mut self, event: Event) {
        if !event.event_type().is_preview() {
            self.upsert(event, Side::Newer);
            return;
        }
        match event.body() {
            EventBody::EventStart(start) if self.log.find(&start.event.id).is_none() => {
                let number = self.previews.start(&start.event.id, start.event.event_type);
                self.dirty.push(Row::Preview(number));
            }
            EventBody::EventDelta(delta) if self.log.find(&delta.event_id).is_none() => {
                let index = delta.delta.index.unwrap_or(0) as usize;
                let text = delta.delta.text().unwrap_or_default();
                let number = self.previews.append(&delta.event_id, index, text);
                self.dirty.push(Row::Preview(number));
            }
            // Late frames of a finished event, and frames of an unknown form, carry nothing that the final event lacks.
            _ => {}
        }
    }

    /// Merges one page of the history and returns how many of its events were new.
    ///
    /// `events` are in the order of the page; `newest_first` tells which order that is.
    pub fn page(&mut self, events: Vec<Event>, newest_first: bool) -> usize {
        let known = self.log.len();
        let side = if newest_first { Side::Older } else { Side::Newer };
        let mut slots: Vec<Slot> = events.into_iter().map(|event| self.upsert(event, side)).collect();
        if newest_first {
            slots.reverse();
        }
        self.keep_listed_order(&slots);
        self.log.len() - known
    }

    /// Merges one stored event.
    pub fn upsert(&mut self, event: Event, side: Side) -> Slot {
        let (slot, old_key) = match self.log.upsert(event, side) {
            Upserted::Known(slot) => return slot,
            Upserted::Inserted(slot) => {
                for placed in &mut self.placed {
                    placed.push(false);
                }
                (slot, None)
            }
            Upserted::Updated { slot, old_key } => (slot, Some(old_key)),
        };
        if let Some(old_key) = old_key {
            self.moved(slot, old_key);
        }
        self.dirty.push(Row::Event(slot));
        self.learn(slot);
        slot
    }

    /// Notes a request that is about to leave and shows it as a row. `events` are JSON objects.
    pub fn send(&mut self, events: Vec<Box<str>>) -> OutgoingId {
        let id = self.outbox.add(events, &self.log);
        self.dirty.push(Row::Local(id));
        id
    }

    /// The request was answered: `stored` are the events of the response, empty after a refusal.
    pub fn sent(&mut self, id: OutgoingId, stored: Vec<Event>) -> Option<Outgoing> {
        for event in stored {
            self.upsert(event, Side::Newer);
        }
        self.drop_local(id)
    }

    /// The answer to a request was lost.
    pub fn lost(&mut self, id: OutgoingId, message: String) {
        self.outbox.mark_unconfirmed(id, message);
        self.dirty.push(Row::Local(id));
    }

    /// Takes an unconfirmed request off the timeline at the user's wish.
    pub fn drop_local(&mut self, id: OutgoingId) -> Option<Outgoing> {
        let outgoing = self.outbox.remove(id)?;
        self.take_row(OrderKey::local(i64::from(id)), Row::Local(id));
        Some(outgoing)
    }

    /// Settles unconfirmed requests from the log and returns those that arrived; `complete` says that the history was
    /// just listed to its end, pending input included.
    pub fn settle(&mut self, complete: bool) -> Vec<OutgoingId> {
        let settled = self.outbox.settle(&self.log, complete);
        for &id in &settled {
            self.take_row(OrderKey::local(i64::from(id)), Row::Local(id));
        }
        let waiting: Vec<Row> = self.outbox.iter().map(|e| Row::Local(e.id)).collect();
        self.dirty.extend(waiting);
        settled
    }

    /// Marks an interruption. Returns the gap's number.
    pub fn open_gap(&mut self, gap: Gap) -> u32 {
        let number = self.gaps.len() as u32;
        self.gaps.push(gap);
        self.dirty.push(Row::Gap(number));
        number
    }

    /// Updates the newest interruption, for example when it is over.
    pub fn update_gap(&mut self, number: u32, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = self.gaps.get_mut(number as usize) {
            change(gap);
            self.dirty.push(Row::Gap(number));
        }
    }

    /// Ends the batch: brings the rows up to date and tells what changed since the last commit.
    pub fn commit(&mut self) -> Changes {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        let leaving = std::mem::take(&mut self.leaving);
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
            for &row in &dirty {
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
            for (rows, is_placed) in [(&gone, false), (&new, true)] {
                for (_, row) in rows {
                    if let Row::Event(slot) = row {
                        self.placed[number][*slot as usize] = is_placed;
                    }
                }
            }
            let changes = &mut self.changes.rows[number];
            self.rows[number].remove(gone, changes);
            self.rows[number].insert(new, changes);
            changes.extend(updated);
            // A row that moved shows something else, too: it has a time now.
            let moved = self
                .moved
                .iter()
                .filter(|row| self.placement(view, **row).is_some_and(|(_, wanted)| wanted));
            let updated: Vec<RowChange> = moved.map(|row| RowChange::Updated(*row)).collect();
            self.changes.rows[view.number()].extend(updated);
        }
        self.moved.clear();
        std::mem::take(&mut self.changes)
    }

    /// Number of stored events known.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.log.len()
    }

    /// Number of interruptions.
    #[must_use]
    pub fn gap_count(&self) -> usize {
        self.gaps.len()
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The rows of a view.
    #[must_use]
    pub fn rows(&self, view: View) -> &RowList {
        &self.rows[view.number()]
    }

    /// The index of a row in a view.
    #[must_use]
    pub fn index_of(&self, view: View, row: Row) -> Option<usize> {
        let (key, _) = self.placement(view, row)?;
        self.rows(view).index_of(key, row)
    }

    /// Facts about the session as a whole.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// An open preview.
    #[must_use]
    pub fn preview(&self, number: PreviewId) -> Option<&Preview> {
        self.previews.get(number)
    }

    /// An unconfirmed request.
    #[must_use]
    pub fn outgoing(&self, id: OutgoingId) -> Option<&Outgoing> {
        self.outbox.get(id)
    }

    /// All unconfirmed requests.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// An interruption.
    #[must_use]
    pub fn gap(&self, number: u32) -> Option<&Gap> {
        self.gaps.get(number as usize)
    }

    /// What belongs to a call.
    #[must_use]
    pub fn call_links(&self, call_id: &str) -> CallLinks {
        self.pairing.call(call_id)
    }

    /// What belongs to a model request.
    #[must_use]
    pub fn request_links(&self, start_id: &str) -> RequestLinks {
        self.pairing.request(start_id)
    }

    /// Calls that wait for the user, in server order.
    #[must_use]
    pub fn waiting_calls(&self) -> Vec<Slot> {
        let mut slots = self.pairing.waiting(&self.log);
        slots.retain(|slot| !self.facts.closes(self.log.key(*slot)));
        slots
    }

    /// Time of the newest processed event.
    #[must_use]
    pub fn newest_time(&self) -> Option<Timestamp> {
        self.rows(View::Events).iter().rev().find_map(|row| match row {
            Row::Event(slot) => self.log.event(slot).processed_at(),
            _ => None,
        })
    }

    fn learn(&mut self, slot: Slot) {
        let event = self.log.event(slot);
        let at = (slot, self.log.key(slot));
        let id = event.id().map(Arc::clone);
        if let Some(id) = &id
            && let Some(number) = self.previews.close(id)
        {
            self.take_row(OrderKey::preview(i64::from(number)), Row::Preview(number));
        }
        use EventType as T;
        match self.log.event(slot).event_type() {
            T::AgentToolUse | T::AgentMcpToolUse | T::AgentCustomToolUse => self.learn_call(slot, id),
            T::UserToolConfirmation
            | T::UserCustomToolResult
            | T::UserToolResult
            | T::AgentToolResult
            | T::AgentMcpToolResult => self.learn_answer(slot),
            T::SpanModelRequestStart => {
                if let Some(id) = id {
                    self.link_request(&id, false, slot);
                }
            }
            T::SpanModelRequestEnd => {
                if let EventBody::SpanModelRequestEnd(end) = self.log.event(slot).body() {
                    self.link_request(&end.model_request_start_id, true, slot);
                }
                self.close_previews();
            }
            T::SessionStatusRunning => self.learn_status(at, SessionStatus::Running),
            T::SessionStatusRescheduled => self.learn_status(at, SessionStatus::Rescheduling),
            T::SessionStatusTerminated => {
                self.learn_status(at, SessionStatus::Terminated);
                self.close_previews();
            }
            T::SessionStatusIdle => {
                self.learn_status(at, SessionStatus::Idle);
                if let EventBody::SessionStatusIdle(idle) = self.log.event(slot).body() {
                    let stop = Stop {
                        reason: idle.stop_reason,
                        details: idle.stop_details,
                    };
                    self.facts.offer_stop(at, stop);
                }
                self.close_previews();
            }
            T::SessionUpdated => {
                if let EventBody::SessionUpdated(updated) = self.log.event(slot).body()
                    && let Some(title) = updated.title
                {
                    self.facts.offer_title(at, title);
                    self.changes.facts = true;
                }
            }
            T::SessionUsage => {
                if let EventBody::SessionUsage(usage) = self.log.event(slot).body() {
                    self.facts.offer_usage(at, usage.usage);
                    self.changes.facts = true;
                }
            }
            T::SessionDeleted => {
                self.facts.mark_deleted();
                self.changes.facts = true;
            }
            _ => {}
        }
    }

    fn learn_call(&mut self, slot: Slot, id: Option<Arc<str>>) {
        let Some(id) = id else { return };
        let asks = |permission: Option<Permission>| match permission {
            Some(Permission::Ask | Permission::Other(_)) => Expects::Confirmation,
            _ => Expects::Nothing,
        };
        let expects = match self.log.event(slot).body() {
            EventBody::AgentToolUse(call) => asks(call.evaluated_permission),
            EventBody::AgentMcpToolUse(call) => asks(call.evaluated_permission),
            EventBody::AgentCustomToolUse(_) => Expects::CustomResult,
            _ => Expects::Nothing,
        };
        self.pairing.link_call(&self.log, &id, Part::Call(expects), slot);
        self.dirty
            .extend(self.pairing.take_orphans(&id).into_iter().map(Row::Event));
        self.changes.facts = true;
    }

    fn learn_answer(&mut self, slot: Slot) {
        let (call_id, part) = match self.log.event(slot).body() {
            EventBody::UserToolConfirmation(e) => (e.tool_use_id, Part::Answer),
            EventBody::UserCustomToolResult(e) => (e.custom_tool_use_id, Part::Answer),
            EventBody::UserToolResult(e) => (e.tool_use_id, Part::Answer),
            EventBody::AgentToolResult(e) => (e.tool_use_id, Part::Result),
            EventBody::AgentMcpToolResult(e) => (e.mcp_tool_use_id, Part::Result),
            _ => return,
        };
        let links = self.pairing.link_call(&self.log, &call_id, part, slot);
        self.dirty.extend(links.call.map(Row::Event));
        self.changes.facts = true;
    }

    fn learn_status(&mut self, at: Place, status: SessionStatus) {
        self.facts.offer_status(at, status);
        self.changes.facts = true;
    }

    fn link_request(&mut self, start_id: &str, is_end: bool, slot: Slot) {
        let links = self.pairing.link_request(&self.log, start_id, is_end, slot);
        self.dirty
            .extend([links.start, links.end].into_iter().flatten().map(Row::Event));
    }

    fn close_previews(&mut self) {
        for number in self.previews.close_all() {
            self.take_row(OrderKey::preview(i64::from(number)), Row::Preview(number));
        }
    }

    fn keep_listed_order(&mut self, listed: &[Slot]) {
        for (slot, old_key) in self.log.keep_listed_order(listed) {
            self.moved(slot, old_key);
            // What is newest or earliest among events of the same time may be another one now.
            self.learn(slot);
        }
    }

    fn moved(&mut self, slot: Slot, old_key: OrderKey) {
        if self.log.key(slot) != old_key {
            self.take_row(old_key, Row::Event(slot));
            self.dirty.push(Row::Event(slot));
            self.moved.push(Row::Event(slot));
        }
    }

    /// Has a row taken out of both views at the next commit.
    fn take_row(&mut self, key: OrderKey, row: Row) {
        self.leaving.push((key, row));
    }

    fn is_placed(&self, view: View, key: OrderKey, row: Row) -> bool {
        match row {
            Row::Event(slot) => self.placed[view.number()][slot as usize],
            _ => self.rows(view).index_of(key, row).is_some(),
        }
    }

    /// Where a row stands and whether the view shows it; `None` for rows that no longer exist.
    fn placement(&self, view: View, row: Row) -> Option<(OrderKey, bool)> {
        Some(match row {
            Row::Event(slot) => (
                self.log.key(slot),
                view == View::Events || self.in_transcript(slot),
            ),
            Row::Preview(number) => {
                self.previews.get(number)?;
                (OrderKey::preview(i64::from(number)), view == View::Transcript)
            }
            Row::Gap(number) => (OrderKey::after(self.gaps.get(number as usize)?.from), true),
            Row::Local(id) => {
                self.outbox.get(id)?;
                (OrderKey::local(i64::from(id)), true)
            }
        })
    }

    fn in_transcript(&self, slot: Slot) -> bool {
        let event = self.log.event(slot);
        let event_type = event.event_type();
        let needs_call = !in_transcript(event_type, true) && in_transcript(event_type, false);
        let has_call = needs_call
            && match event.body() {
                EventBody::UserToolConfirmation(e) => self.call_links(&e.tool_use_id).call.is_some(),
                EventBody::UserCustomToolResult(e) => self.call_links(&e.custom_tool_use_id).call.is_some(),
                EventBody::UserToolResult(e) => self.call_links(&e.tool_use_id).call.is_some(),
                EventBody::AgentToolResult(e) => self.call_links(&e.tool_use_id).call.is_some(),
                EventBody::AgentMcpToolResult(e) => self.call_links(&e.mcp_tool_use_id).call.is_some(),
                _ => false,
            };
        in_transcript(event_type, has_call)
    }
}
