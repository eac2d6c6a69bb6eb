//! The watch over one session: inputs in, effects out.

use super::coverage::Coverage;
use super::history::HistoryProgress;
use super::listing::{Listing, Purpose};
use super::messages::{Effect, Hears, Input};
use crate::protocol::{Event, EventType};
use crate::session::{Changes, Gap, Outgoing, OutgoingId, Timeline};
use crate::stream::{self, EndReason, Machine, Now, Phase, Settings};

/// When the end of the history is asked for input whose answer was lost. The second look is for a server that was slow.
const LOST_AFTER_MS: [f64; 2] = [1_000.0, 6_000.0];

/// One watched session.
#[derive(Debug)]
pub struct Watch {
    pub(super) machine: Machine,
    machine_wakes_at: Option<f64>,
    pub(super) timeline: Timeline,
    pub(super) coverage: Coverage,
    hears: Hears,
    pub(super) buffered: Vec<Event>,
    pub(super) listings: Vec<Listing>,
    pub(super) listing_count: u32,
    pub(super) looks_from_ms: f64,
    open_gap: Option<u32>,
    ever_live: bool,
    pub(super) history: HistoryProgress,
}

impl Watch {
    /// A watch that waits for [`Input::Start`].
    #[must_use]
    pub fn new(settings: Settings, hears: Hears) -> Self {
        Self {
            machine: Machine::new(settings),
            machine_wakes_at: None,
            timeline: Timeline::default(),
            coverage: Coverage::default(),
            hears,
            buffered: Vec::new(),
            listings: Vec::new(),
            listing_count: 0,
            looks_from_ms: 0.0,
            open_gap: None,
            ever_live: false,
            history: HistoryProgress::Loading,
        }
    }

    /// The timeline.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Where the connection stands.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        self.machine.phase()
    }

    /// The number of the newest attempt to connect.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.machine.attempt()
    }

    /// How far the history is loaded.
    #[must_use]
    pub fn history(&self) -> &HistoryProgress {
        &self.history
    }

    /// When the next [`Input::Tick`] is wanted, on the clock of [`Now::ms`].
    #[must_use]
    pub fn wakes_at(&self) -> Option<f64> {
        let looks = self.coverage.next_due_ms().filter(|_| self.may_look());
        let retries = self.listings.iter().filter_map(|l| l.retry_ms);
        retries
            .chain(self.machine_wakes_at)
            .chain(looks.map(|due| due.max(self.looks_from_ms)))
            .min_by(f64::total_cmp)
    }

    /// Takes over requests whose answers an earlier page did not see.
    pub fn restore_outbox(&mut self, kept: &str) {
        self.timeline.restore_outbox(kept);
    }

    /// Takes one input and returns what to do, in order.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Start => self.drive(now, stream::Input::Start, &mut effects),
            Input::Opened { attempt } => {
                self.drive(now, stream::Input::StreamOpened { attempt }, &mut effects)
            }
            Input::Alive { attempt } => self.drive(now, stream::Input::StreamAlive { attempt }, &mut effects),
            Input::Failed { attempt, failure } => {
                self.drive(
                    now,
                    stream::Input::StreamFailed { attempt, failure },
                    &mut effects,
                );
            }
            Input::Events { attempt, events } if attempt == self.machine.attempt() => {
                match self.machine.phase() {
                    Phase::Live => self.apply(now, events, &mut effects),
                    Phase::CatchingUp => self.buffered.extend(events),
                    _ => {}
                }
            }
            Input::Events { .. } => {}
            Input::BadFrame { .. } | Input::LookAgain => self.plan_looks(now),
            Input::Page { listing, page } => self.listed(now, listing, page, &mut effects),
            Input::ListingFailed { listing, failure } => {
                self.listing_failed(now, listing, failure, &mut effects)
            }
            Input::Wake => self.drive(now, stream::Input::Wake, &mut effects),
            Input::WentOffline => self.drive(now, stream::Input::WentOffline, &mut effects),
            Input::Retry => self.drive(now, stream::Input::Retry, &mut effects),
            Input::Leave => self.drive(now, stream::Input::Leave, &mut effects),
            Input::Tick => self.tick(now, &mut effects),
        }
        effects
    }

    /// Ends the batch: brings the rows up to date. To be called at most once a frame, after [`Effect::Commit`].
    pub fn commit(&mut self, now: Now) -> (Changes, Vec<Effect>) {
        let changes = self.timeline.commit();
        let mut effects = Vec::new();
        let facts = self.timeline.facts();
        match (facts.is_deleted(), facts.is_terminated()) {
            (true, _) => self.drive(now, stream::Input::Deleted, &mut effects),
            // The end is believed only from a merged log: a newer status may not be known before.
            (_, true) if *self.machine.phase() == Phase::Live => {
                self.drive(now, stream::Input::Terminated, &mut effects);
            }
            _ => {}
        }
        (changes, effects)
    }

    /// Notes a request with input events, as JSON, that is about to leave.
    pub fn send(&mut self, events: Vec<Box<str>>) -> (OutgoingId, Vec<Effect>) {
        let id = self.timeline.send(events);
        (id, vec![Effect::KeepOutbox, Effect::Commit])
    }

    /// The request was answered: `stored` are the events of the response, empty after a refusal.
    pub fn sent(&mut self, id: OutgoingId, stored: Vec<Event>) -> Vec<Effect> {
        self.timeline.sent(id, stored);
        let mut effects = vec![Effect::KeepOutbox, Effect::Commit];
        self.settle(&mut effects);
        effects
    }

    /// The answer to the request was lost. It is looked for in the history, and never sent again.
    pub fn lost(&mut self, now: Now, id: OutgoingId, message: String) -> Vec<Effect> {
        self.timeline.lost(id, message);
        for after in LOST_AFTER_MS {
            self.coverage.plan_tail(now.ms + after);
        }
        let mut effects = vec![Effect::KeepOutbox, Effect::Commit];
        self.settle(&mut effects);
        effects
    }

    /// Takes an unconfirmed request off the timeline at the user's wish.
    pub fn drop_local(&mut self, id: OutgoingId) -> (Option<Outgoing>, Vec<Effect>) {
        let dropped = self.timeline.drop_local(id);
        (dropped, vec![Effect::KeepOutbox, Effect::Commit])
    }

    pub(super) fn drive(&mut self, now: Now, input: stream::Input, effects: &mut Vec<Effect>) {
        let was_live = *self.machine.phase() == Phase::Live;
        let steps = self.machine.handle(now, input);
        if was_live && *self.machine.phase() != Phase::Live {
            self.interrupted(now, effects);
        }
        for step in steps {
            self.carry_out(now, step, effects);
        }
    }

    fn carry_out(&mut self, now: Now, step: stream::Effect, effects: &mut Vec<Effect>) {
        match step {
            stream::Effect::OpenStream { attempt, previews } => {
                effects.push(Effect::OpenStream { attempt, previews });
            }
            stream::Effect::Close { .. } => {
                self.buffered.clear();
                self.cancel_listings(effects, |l| matches!(l.purpose, Purpose::CatchUp { .. }));
                effects.push(Effect::CloseStream);
            }
            stream::Effect::LoadHistory { attempt } => {
                let mut listing = self.new_listing(Purpose::CatchUp { attempt }, self.coverage.floor());
                listing.gap = self.open_gap;
                self.begin(listing, effects);
            }
            stream::Effect::GoLive { .. } => self.go_live(now, effects),
            stream::Effect::WakeAt(at) => self.machine_wakes_at = Some(at),
            stream::Effect::PhaseChanged => self.phase_changed(now, effects),
        }
    }

    fn phase_changed(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match self.machine.phase() {
            Phase::Ended(EndReason::Terminated) => {
                self.machine_wakes_at = None;
                // The events that close a session are listed, but not always streamed.
                self.plan_looks(now);
            }
            Phase::Ended(reason) => {
                self.machine_wakes_at = None;
                if let EndReason::Refused(failure) = reason
                    && !self.ever_live
                {
                    self.history = HistoryProgress::Failed(failure.message.clone());
                }
                self.coverage.cancel();
                self.cancel_listings(effects, |_| true);
            }
            Phase::Offline => self.machine_wakes_at = None,
            _ => {}
        }
    }

    fn interrupted(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let cause = match self.machine.phase() {
            Phase::Backoff { failure, .. } => failure.message.clone(),
            Phase::Offline => "The browser went offline.".to_owned(),
            Phase::Ended(_) => return,
            _ => "The page was asleep.".to_owned(),
        };
        let from = self.timeline.newest_time().unwrap_or(now.wall);
        self.open_gap = Some(self.timeline.open_gap(Gap::begins(from, now.wall, cause)));
        effects.push(Effect::Commit);
    }

    fn go_live(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.ever_live = true;
        self.timeline.stream_restarted();
        let buffered = std::mem::take(&mut self.buffered);
        self.apply(now, buffered, effects);
        if let Some(number) = self.open_gap.take() {
            self.timeline.update_gap(number, |gap| gap.until = Some(now.wall));
        }
    }

    /// Merges events of a live stream.
    fn apply(&mut self, now: Now, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let mut became_idle = false;
        for event in events {
            became_idle |= *event.event_type() == EventType::SessionStatusIdle;
            self.timeline.stream_event(event);
        }
        if self.hears.unknown_types {
            self.coverage.reaches(self.timeline.newest_time());
        }
        if became_idle {
            effects.push(Effect::RefreshSession);
            if !self.hears.unknown_types {
                self.plan_looks(now);
            }
        }
        self.settle(effects);
        effects.push(Effect::Commit);
    }

    /// Plans to look for events that the stream did not tell.
    fn plan_looks(&mut self, now: Now) {
        let covered = self.coverage.covered();
        self.coverage
            .plan(now.ms, covered, self.timeline.newest_time(), None);
    }

    pub(super) fn settle(&mut self, effects: &mut Vec<Effect>) {
        let settled = self.timeline.settle();
        if !settled.is_empty() {
            effects.push(Effect::KeepOutbox);
            effects.extend(settled.into_iter().map(Effect::Settled));
        }
    }

    fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.machine_wakes_at.is_some_and(|at| at <= now.ms) {
            self.machine_wakes_at = None;
            self.drive(now, stream::Input::Tick, effects);
        }
        self.ask_again(now, effects);
        self.look_if_due(now, effects);
    }
}
