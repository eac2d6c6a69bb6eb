//! The fold of one session: events in, rows and facts out.

use std::sync::Arc;

use super::facts::Facts;
use super::frames::{FrameId, Frames};
use super::gap::Gap;
use super::listed::Listed;
use super::log::{EventLog, Side, Slot, Upserted};
use super::order::OrderKey;
use super::outbox::{Outbox, Outgoing, OutgoingId};
use super::pairing::{CallLinks, Expects, Pairing, RequestLinks};
use super::preview::{Opening, Preview, PreviewId, Previews};
use super::rows::{Row, RowChange, RowList};
use super::runs::Runs;
use super::status::Retrieved;
use super::threads::Threads;
use super::view::View;
use super::workflows::Workflows;
use crate::protocol::{Event, EventBody, EventType, Timestamp};

/// What one batch changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    pub(super) rows: [Vec<RowChange>; 2],
    /// Events that were there before are shown by other rows of the transcript now.
    pub(super) is_regrouped: bool,
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
    pub(super) log: EventLog,
    pub(super) pairing: Pairing,
    pub(super) facts: Facts,
    pub(super) previews: Previews,
    pub(super) threads: Threads,
    pub(super) workflows: Workflows,
    /// Events whose rows name a thread.
    pub(super) thread_rows: Vec<Slot>,
    pub(super) outbox: Outbox,
    pub(super) gaps: Vec<Gap>,
    pub(super) frames: Frames,
    newest: Option<Timestamp>,
    pub(super) newest_request: Option<(OrderKey, Arc<str>)>,
    pub(super) retrieved: Option<Retrieved>,
    /// Counts the events that changed the status.
    pub(super) status_changes: u32,
    pub(super) rows: [RowList; 2],
    pub(super) placed: [Vec<bool>; 2],
    pub(super) runs: Runs,
    pub(super) dirty: Vec<Row>,
    pub(super) moved: Vec<Row>,
    /// Previews and the events that they became since the last commit.
    pub(super) finished: Vec<(PreviewId, Slot)>,
    /// Rows to take out at the next commit, with the keys they stand under.
    pub(super) leaving: Vec<(OrderKey, Row)>,
    /// An event that says something about the session stands at another time now.
    pub(super) is_displaced: bool,
    /// Interrupts that became known since the last commit.
    pub(super) interrupts: Vec<Slot>,
    /// The session or a thread does something else since the last commit: what calls without a result are said to do
    /// depends on it.
    pub(super) has_new_states: bool,
    pub(super) changes: Changes,
}

impl Timeline {
    /// Takes one event from the stream: stored events are merged, previews grow. A frame that cannot be read and has no id is
    /// shown as it is until the history was asked for it, see [`frames_listed`](Self::frames_listed); the same text is not shown
    /// again.
    pub fn stream_event(&mut self, event: Event) {
        if !event.is_readable() && event.id().is_none() {
            let key = self.log.end();
            let id = self.frames.add(key, event.raw());
            self.dirty.extend(id.map(Row::Frame));
            return;
        }
        if !event.event_type().is_preview() {
            let slot = self.upsert(event, Side::Newer);
            self.end_previews(slot);
            return;
        }
        match event.body() {
            EventBody::EventStart(start) if self.log.find(&start.event.id).is_none() => {
                let opening = opening(self.newest, self.newest_request.as_ref(), &self.pairing);
                let number = self
                    .previews
                    .start(&start.event.id, start.event.event_type, opening);
                self.dirty.push(Row::Preview(number));
            }
            EventBody::EventDelta(delta) if self.log.find(&delta.event_id).is_none() => {
                let index = delta.delta.index.unwrap_or(0) as usize;
                let text = delta.delta.text().unwrap_or_default();
                let opening = || opening(self.newest, self.newest_request.as_ref(), &self.pairing);
                let number = self.previews.append(&delta.event_id, index, text, opening);
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
        self.listed(&mut Listed::new(newest_first), events)
    }

    /// Merges the next page of a listing and returns how many of its events were new. `listing` carries over what the
    /// order of events depends on where one moment is spread over two pages.
    pub fn listed(&mut self, listing: &mut Listed, events: Vec<Event>) -> usize {
        let known = self.log.len();
        let side = if listing.is_newest_first() {
            Side::Older
        } else {
            Side::Newer
        };
        let places = listing.places(&self.log, &events);
        let mut slots = Vec::with_capacity(places.of_moment.len() + events.len());
        for (slot, place) in places.of_moment {
            if let Some(old_key) = place.and_then(|place| self.log.place(slot, place)) {
                self.moved(slot, old_key);
                self.learn(slot);
            }
            slots.push(slot);
        }
        for (event, place) in events.into_iter().zip(places.of_page) {
            let twins = listing.twins(&event);
            let upserted = self.log.upsert_at(event, side, place, twins);
            slots.push(self.upserted(upserted));
        }
        let slots = listing.page(&self.log, slots);
        self.keep_listed_order(&slots);
        self.log.len() - known
    }

    /// Merges one stored event.
    pub fn upsert(&mut self, event: Event, side: Side) -> Slot {
        let upserted = self.log.upsert(event, side);
        self.upserted(upserted)
    }

    fn upserted(&mut self, upserted: Upserted) -> Slot {
        let (slot, old_key) = match upserted {
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
        self.newest = self.newest.max(self.log.event(slot).happened_at());
        self.dirty.push(Row::Event(slot));
        self.learn(slot);
        slot
    }

    /// Learns from all events once more: one that was the newest of its kind, or the earliest, may not be so any more.
    pub(super) fn relearn(&mut self) {
        let said = |timeline: &Self| {
            let request = timeline.newest_request.as_ref().map(|(_, id)| Arc::clone(id));
            (timeline.facts.status().cloned(), request)
        };
        let (before, changes) = (said(self), self.status_changes);
        self.pairing = Pairing::default();
        self.facts = Facts::default();
        self.threads = Threads::default();
        self.workflows = Workflows::default();
        self.thread_rows.clear();
        self.newest_request = None;
        for slot in 0..self.log.len() as Slot {
            self.learn(slot);
        }
        // Only what differs now is news.
        self.status_changes = changes + u32::from(said(self) != before);
    }

    /// Notes a request that is about to leave and shows it as a row. `events` are JSON objects.
    pub fn send(&mut self, events: Vec<Box<str>>) -> OutgoingId {
        let id = self.outbox.add(events, &self.log, self.newest);
        self.dirty.push(Row::Local(id));
        id
    }

    /// Takes over requests whose answer an earlier page did not see; see [`Outbox::restore`].
    pub fn restore_outbox(&mut self, kept: &str) {
        self.outbox.restore(kept);
        self.dirty.extend(self.outbox.iter().map(|e| Row::Local(e.id)));
    }

    /// The server took the request: `stored` are the events that its answer names. Where they are fewer than were sent, the
    /// row stays until the log has the rest.
    pub fn sent(&mut self, id: OutgoingId, stored: Vec<Event>) {
        for event in stored {
            let slot = self.upsert(event, Side::Newer);
            self.outbox.answered_with(id, &self.log, slot);
        }
        if self.outbox.get(id).is_some_and(|sent| !sent.is_echoed()) {
            self.lost(id, "The server took it without naming it.".to_owned());
        } else {
            self.drop_local(id);
        }
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

    /// Settles unconfirmed requests from the log and returns those that arrived.
    pub fn settle(&mut self) -> Vec<OutgoingId> {
        let pairing = &self.pairing;
        let settled = self
            .outbox
            .settle(&self.log, |call| pairing.call(call).answer.is_some());
        for &id in &settled {
            self.take_row(OrderKey::local(i64::from(id)), Row::Local(id));
        }
        settled
    }

    /// Says of requests that are still unconfirmed that the history was listed since they were lost, down to a time, and
    /// does not have them.
    pub fn looked_up(&mut self, ids: &[OutgoingId], down_to: Option<Timestamp>) {
        for id in self.outbox.mark_looked_up(ids, down_to) {
            self.dirty.push(Row::Local(id));
        }
    }

    /// The number of the newest frame that could not be read.
    #[must_use]
    pub fn newest_frame(&self) -> FrameId {
        self.frames.newest()
    }

    /// The history was listed from its end since a frame arrived, so it has what the frame was.
    pub fn frames_listed(&mut self, newest: FrameId) {
        for (id, key) in self.frames.take_up_to(newest) {
            self.take_row(key, Row::Frame(id));
        }
    }

    /// The text of a frame that could not be read.
    #[must_use]
    pub fn frame(&self, id: FrameId) -> Option<&str> {
        Some(self.frames.get(id)?.1)
    }

    /// Marks an interruption and returns the number of its mark. Interruptions between which nothing happened share one.
    pub fn open_gap(&mut self, gap: Gap) -> u32 {
        match self.gaps.last_mut() {
            Some(last) if last.from == gap.from => last.goes_on(gap),
            _ => self.gaps.push(gap),
        }
        let number = self.gaps.len() as u32 - 1;
        self.dirty.push(Row::Gap(number));
        number
    }

    /// Takes the mark of an interruption away that was none, unless it stands for others, too, or something was missed.
    pub fn withdraw_gap(&mut self, number: u32) {
        if let Some(gap) = self.gaps.get_mut(number as usize)
            && gap.times == 1
            && gap.filled == 0
        {
            gap.times = 0;
            let key = OrderKey::after(gap.from);
            self.take_row(key, Row::Gap(number));
        }
    }

    /// Updates an interruption, for example when it is over.
    pub fn update_gap(&mut self, number: u32, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = self.gaps.get_mut(number as usize) {
            change(gap);
            self.dirty.push(Row::Gap(number));
        }
    }

    /// Number of stored events known.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.log.len()
    }

    /// Number of interruptions.
    #[must_use]
    pub fn gap_count(&self) -> usize {
        self.gaps.iter().map(|gap| gap.times as usize).sum()
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

    /// The row of a view in which an event is seen: its own, or that of the call that it answers.
    #[must_use]
    pub fn row_showing(&self, view: View, slot: Slot) -> Option<Row> {
        if view == View::Transcript && self.runs.has(slot) {
            return self.head_of(slot);
        }
        if view == View::Events || self.in_transcript(slot) {
            return Some(Row::Event(slot));
        }
        self.pairing.call_of(slot).map(Row::Event)
    }

    /// Facts about the session as a whole.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What is known of the session's threads.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.threads
    }

    /// What is known of the session's workflow runs.
    #[must_use]
    pub fn workflows(&self) -> &Workflows {
        &self.workflows
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

    /// How many events interruptions were filled in with.
    #[must_use]
    pub fn filled_in(&self) -> usize {
        self.gaps.iter().map(|gap| gap.filled).sum()
    }

    /// What belongs to a call.
    #[must_use]
    pub fn call_links(&self, call_id: &str) -> CallLinks {
        let mut links = self.pairing.call(call_id);
        if let (Some(Expects::Unstated), Some(slot)) = (links.expects, links.call) {
            links.expects = Some(match self.requires(call_id, slot) {
                true => Expects::Confirmation,
                false => Expects::Nothing,
            });
        }
        links
    }

    /// What belongs to a model request.
    #[must_use]
    pub fn request_links(&self, start_id: &str) -> RequestLinks {
        self.pairing.request(start_id)
    }

    /// Calls that wait for the user, in server order.
    #[must_use]
    pub fn waiting_calls(&self) -> Vec<Slot> {
        let is_required = |call: &str, slot: Slot| self.requires(call, slot);
        let mut slots = self.pairing.waiting(&self.log, is_required);
        slots.retain(|slot| !self.is_closed(*slot));
        slots
    }

    fn requires(&self, call: &str, slot: Slot) -> bool {
        self.facts.requires(call, self.log.key(slot))
    }

    /// Calls that may still get a result, in no order.
    pub fn unfinished_calls(&self) -> impl Iterator<Item = Slot> {
        self.pairing.unfinished().filter(|slot| !self.is_closed(*slot))
    }

    /// Whether input waits to be read: the server has not processed it, and there is something for it to wait for.
    #[must_use]
    pub fn is_queued(&self, slot: Slot) -> bool {
        self.log.key(slot).is_pending() && !self.is_at_rest()
    }

    /// Time of the newest processed event.
    #[must_use]
    pub fn newest_time(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Closes the previews that are over by this frame of the stream. A listing may have told its event before the
    /// stream told the beginning of the preview, so that merging it changes nothing.
    fn end_previews(&mut self, slot: Slot) {
        use EventType as T;
        if self.previews.is_empty() {
            return;
        }
        let ended = match self.log.event(slot).event_type() {
            T::SessionStatusIdle | T::SessionStatusTerminated => self.previews.close_where(|_, _| true),
            T::SpanModelRequestEnd => match self.log.event(slot).body() {
                EventBody::SpanModelRequestEnd(end) => {
                    let request = &*end.model_request_start_id;
                    self.previews
                        .close_where(|_, opening| opening.request.as_deref().is_none_or(|own| own == request))
                }
                _ => Vec::new(),
            },
            _ => return,
        };
        self.take_previews(ended);
    }

    /// The stream was opened anew: text whose model request is over, or unknown, will not be finished by it.
    pub fn stream_restarted(&mut self) {
        let pairing = &self.pairing;
        let ended = self.previews.close_where(|_, opening| {
            opening
                .request
                .as_ref()
                .is_none_or(|id| pairing.request(id).end.is_some())
        });
        self.take_previews(ended);
    }

    /// The preview that opened last, for [`previews_listed`](Self::previews_listed).
    #[must_use]
    pub fn newest_preview(&self) -> PreviewId {
        self.previews.newest()
    }

    /// The history was listed from its end since a preview opened. If the newest model request is over, whatever opened
    /// until then without one was told late and will not be finished: its stream may have fallen silent.
    pub fn previews_listed(&mut self, until: PreviewId) {
        let newest = self.newest_request.as_ref();
        if newest.is_none_or(|(_, id)| self.pairing.request(id).end.is_none()) {
            return;
        }
        let ended = self
            .previews
            .close_where(|number, opening| number <= until && opening.request.is_none());
        self.take_previews(ended);
    }

    fn take_previews(&mut self, ended: Vec<PreviewId>) {
        for number in ended {
            self.take_row(OrderKey::preview(i64::from(number)), Row::Preview(number));
        }
    }

    /// Closes the previews that an event at this place ends, for example the end of a model request. Older ends, as the
    /// history brings them, concern nothing that is being written now.
    pub(super) fn close_previews(&mut self, key: OrderKey, request: Option<&str>) {
        let ended = self
            .previews
            .close_where(|_, opening| opening.is_ended_by(key, request));
        self.take_previews(ended);
    }

    /// Gives events of the same time the order of a listing, `listed` oldest first.
    fn keep_listed_order(&mut self, listed: &[Slot]) {
        for (slot, old_key) in self.log.keep_listed_order(listed) {
            self.moved(slot, old_key);
            // What is newest or earliest among events of the same time may be another one now.
            self.learn(slot);
        }
    }
}

/// What is known at the moment a preview opens.
fn opening(
    newest: Option<Timestamp>,
    newest_request: Option<&(OrderKey, Arc<str>)>,
    pairing: &Pairing,
) -> Opening {
    let request = newest_request.filter(|(_, id)| pairing.request(id).end.is_none());
    Opening {
        newest,
        request: request.map(|(_, id)| Arc::clone(id)),
    }
}
