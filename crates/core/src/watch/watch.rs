//! The watch over one session: inputs in, effects out.

use super::coverage::Coverage;
use super::history::HistoryProgress;
use super::listing::{GLANCE, Habits, Listing, Mark, Purpose};
use super::messages::{Effect, Hears, Input};
use super::refresh::{QUIET_MS, Refresh};
use super::suspicion::Suspicion;
use super::vigil::{Trust, Vigil};
use crate::protocol::{Event, EventType, SessionStatus, Timestamp};
use crate::session::{Asked, Changes, Gap, Outgoing, OutgoingId, Timeline};
use crate::stream::{self, EndReason, Machine, Now, Phase, Settings};

/// When the end of the history is asked for input whose answer was lost. The second look is for a server that was slow.
const LOST_AFTER_MS: [f64; 2] = [1_000.0, 6_000.0];

/// When the end of the history is looked at behind an input that was accepted, if the stream tells nothing.
const SENT_AFTER_MS: [f64; 2] = [3_000.0, 8_000.0];

/// A timer that comes so late tells that the device was asleep; those of hidden pages come once a minute.
const ASLEEP_MS: f64 = 90_000.0;

/// A stream of frames that cannot be read is looked behind at most this often.
const BAD_FRAME_PACE_MS: f64 = 2_000.0;

/// A silent stream is being replaced, or looked into, without a word to the reader.
#[derive(Debug)]
struct Renewal {
    /// The newest event then: where a mark stands if something turns out to be missing.
    from: Option<Timestamp>,
    /// When the stream was last seen to live.
    since: Timestamp,
    cause: &'static str,
    /// The stream behind which the log is listed to find out.
    attempt: u32,
}

/// One watched session.
#[derive(Debug)]
pub struct Watch {
    pub(super) machine: Machine,
    machine_wakes_at: Option<f64>,
    pub(super) timeline: Timeline,
    pub(super) coverage: Coverage,
    pub(super) vigil: Vigil,
    refresh: Refresh,
    suspicion: Suspicion,
    hears: Hears,
    pub(super) habits: Habits,
    /// The pages of a list that goes upwards, as the last listing found them.
    pub(super) marks: Vec<Mark>,
    /// Events that the next look at the end asks for first.
    pub(super) glance: u32,
    /// Pages of the history were merged.
    pub(super) has_merged: bool,
    pub(super) buffered: Vec<Event>,
    is_buffering: bool,
    /// Whether everything up to the frames of the open stream is in the log, or being listed.
    pub(super) is_contiguous: bool,
    pub(super) listings: Vec<Listing>,
    pub(super) listing_count: u32,
    pub(super) looks_from_ms: f64,
    bad_frame_ms: f64,
    pub(super) open_gap: Option<u32>,
    /// Whether the end of the log is known at the moment, by a stream or by polling.
    is_following: bool,
    has_followed: bool,
    /// When the stream was last seen to live, on the clock on the wall.
    alive_wall: Option<Timestamp>,
    renewal: Option<Renewal>,
    pub(super) history: HistoryProgress,
    /// Why the history will stay incomplete.
    pub(super) incomplete: Option<String>,
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
            vigil: Vigil::default(),
            refresh: Refresh::default(),
            suspicion: Suspicion::default(),
            hears,
            habits: Habits::default(),
            marks: Vec::new(),
            glance: GLANCE,
            has_merged: false,
            buffered: Vec::new(),
            is_buffering: false,
            is_contiguous: false,
            listings: Vec::new(),
            listing_count: 0,
            looks_from_ms: 0.0,
            bad_frame_ms: f64::MIN,
            open_gap: None,
            is_following: false,
            has_followed: false,
            alive_wall: None,
            renewal: None,
            history: HistoryProgress::Loading,
            incomplete: None,
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

    /// Whether the end of the log was ever known, by a stream or by polling.
    #[must_use]
    pub fn has_followed(&self) -> bool {
        self.has_followed
    }

    /// Attempts to open a stream so far.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.machine.attempts()
    }

    /// How far the history is loaded.
    #[must_use]
    pub fn history(&self) -> &HistoryProgress {
        &self.history
    }

    /// When the next [`Input::Tick`] is wanted, on the clock of [`Now::ms`].
    #[must_use]
    pub fn wakes_at(&self) -> Option<f64> {
        let pages = self.listings.iter().filter_map(|l| l.retry_ms);
        pages
            .chain(self.machine_wakes_at)
            .chain(self.next_look_ms())
            .chain(self.refresh.next_due_ms(self.is_polling()))
            .chain(self.suspicion.judged_at_ms())
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
            Input::Start => {
                self.drive(now, stream::Input::Start, &mut effects);
                self.refresh.want(now.ms);
            }
            Input::Opened { attempt } => {
                self.drive(now, stream::Input::StreamOpened { attempt }, &mut effects)
            }
            Input::Heartbeat { attempt } => self.alive(now, attempt, true, &mut effects),
            Input::Failed { attempt, failure } => {
                self.drive(
                    now,
                    stream::Input::StreamFailed { attempt, failure },
                    &mut effects,
                );
            }
            Input::Events { attempt, events } => {
                self.alive(now, attempt, false, &mut effects);
                if Some(attempt) == self.machine.followed() {
                    self.suspicion.stream_told();
                    match self.is_buffering {
                        true => self.buffered.extend(events),
                        false => self.apply(now, events, &mut effects),
                    }
                }
            }
            Input::LookAgain => self.plan_looks(now),
            Input::Page { listing, page } => self.listed(now, listing, page, &mut effects),
            Input::ListingFailed { listing, failure } => {
                self.listing_failed(now, listing, failure, &mut effects)
            }
            Input::Session { status, is_archived } => self.session(now, status, is_archived, &mut effects),
            Input::SessionFailed(failure) => {
                self.refresh.answered();
                let is_over =
                    matches!(self.machine.phase(), Phase::Ended(why) if *why != EndReason::Terminated);
                if !is_over && !failure.is_final() {
                    self.refresh.failed(now.ms, failure.retry_after_ms.unwrap_or(0.0));
                }
            }
            Input::Wake => self.wake(now, &mut effects),
            Input::WentOffline => self.drive(now, stream::Input::WentOffline, &mut effects),
            Input::Retry => self.drive(now, stream::Input::Retry, &mut effects),
            Input::Leave => self.drive(now, stream::Input::Leave, &mut effects),
            Input::Tick => {
                if self.wakes_at().is_some_and(|at| now.ms - at > ASLEEP_MS) {
                    self.wake(now, &mut effects);
                }
                if self.machine_wakes_at.is_some_and(|at| at <= now.ms) {
                    self.machine_wakes_at = None;
                    self.drive(now, stream::Input::Tick, &mut effects);
                }
                if self.suspicion.is_confirmed(now.ms)
                    && let Some(attempt) = self.machine.followed()
                {
                    self.drive(now, stream::Input::StreamWithheld { attempt }, &mut effects);
                }
            }
        }
        self.do_what_is_due(now, &mut effects);
        effects
    }

    fn wake(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.drive(now, stream::Input::Wake, effects);
        if let Some(renewal) = &mut self.renewal {
            renewal.cause = "The page was asleep.";
        }
        self.refresh.want(now.ms);
        if self.is_polling() {
            self.coverage.plan_tail(now.ms, true);
        }
    }

    fn do_what_is_due(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.ask_again(now, effects);
        self.look_if_due(now, effects);
        let due = self.refresh.next_due_ms(self.is_polling());
        if due.is_some_and(|due| due <= now.ms) {
            self.refresh.ask(now.ms, self.asking(now));
            effects.push(Effect::RefreshSession);
        }
    }

    /// Ends the batch: brings the rows up to date. To be called at most once a frame, after [`Effect::Commit`].
    pub fn commit(&mut self, now: Now) -> (Changes, Vec<Effect>) {
        let changes = self.timeline.commit();
        let mut effects = Vec::new();
        if self.timeline.facts().is_deleted() {
            self.drive(now, stream::Input::Deleted, &mut effects);
        } else if self.timeline.is_over() {
            self.drive(now, stream::Input::Terminated, &mut effects);
        }
        (changes, effects)
    }

    /// Notes a request with input events, as JSON, that is about to leave.
    pub fn send(&mut self, events: Vec<Box<str>>) -> (OutgoingId, Vec<Effect>) {
        let id = self.timeline.send(events);
        (id, vec![Effect::KeepOutbox, Effect::Commit])
    }

    /// The server took the request: `stored` are the events that its answer names, perhaps none.
    pub fn sent(&mut self, now: Now, id: OutgoingId, stored: Vec<Event>) -> Vec<Effect> {
        // It begins a turn. Servers that do not tell are asked.
        self.vigil.news(now.ms);
        self.refresh.want_at(now.ms + SENT_AFTER_MS[0]);
        for after in SENT_AFTER_MS {
            self.coverage.plan_tail(now.ms + after, true);
        }
        self.timeline.sent(id, stored);
        self.answered()
    }

    /// The server refused the request: nothing was stored.
    pub fn refused(&mut self, id: OutgoingId) -> Vec<Effect> {
        self.timeline.drop_local(id);
        self.answered()
    }

    fn answered(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::KeepOutbox, Effect::Commit];
        self.settle(&mut effects);
        effects
    }

    /// The answer to the request was lost. It is looked for in the history, and never sent again.
    pub fn lost(&mut self, now: Now, id: OutgoingId, message: String) -> Vec<Effect> {
        self.timeline.lost(id, message);
        for after in LOST_AFTER_MS {
            self.coverage.plan_tail(now.ms + after, true);
        }
        self.answered()
    }

    /// Takes an unconfirmed request off the timeline at the user's wish.
    pub fn drop_local(&mut self, id: OutgoingId) -> (Option<Outgoing>, Vec<Effect>) {
        let dropped = self.timeline.drop_local(id);
        (dropped, vec![Effect::KeepOutbox, Effect::Commit])
    }

    pub(super) fn is_polling(&self) -> bool {
        matches!(self.machine.phase(), Phase::Polling { .. })
    }

    /// When the stream is to be checked although nothing calls for it.
    pub(super) fn vigil_due_ms(&self) -> Option<f64> {
        let trust = match self.machine.phase() {
            Phase::Polling { .. } => Trust::None,
            Phase::Live if self.suspicion.is_raised() => Trust::None,
            Phase::Live if !self.machine.is_heard() => Trust::Unheard,
            Phase::Live => Trust::Heard {
                is_busy: self.is_busy(),
            },
            _ => return None,
        };
        self.vigil.next_due_ms(trust)
    }

    /// Silence of a working session may be the end of its work that nobody told.
    pub(super) fn doubt_status(&mut self, now: Now) {
        if self.is_busy() {
            self.refresh.want(now.ms);
        }
    }

    fn is_busy(&self) -> bool {
        matches!(
            self.timeline.status(),
            Some(SessionStatus::Running | SessionStatus::Rescheduling)
        )
    }

    fn asking(&self, now: Now) -> Asked {
        self.timeline.asking(now.ms - self.vigil.news_ms() >= QUIET_MS)
    }

    fn session(&mut self, now: Now, status: SessionStatus, is_archived: bool, effects: &mut Vec<Effect>) {
        self.refresh.succeeded();
        let asked = self
            .refresh
            .answered()
            .unwrap_or_else(|| self.timeline.asking(false));
        self.timeline.retrieved(status, is_archived, asked);
        if self.timeline.is_over() {
            self.refresh.cancel();
        } else if self.timeline.is_in_doubt() {
            self.refresh.want_at(now.ms + QUIET_MS);
        }
        effects.push(Effect::Commit);
    }

    fn alive(&mut self, now: Now, attempt: u32, heartbeat: bool, effects: &mut Vec<Effect>) {
        self.alive_wall = Some(now.wall);
        self.drive(now, stream::Input::StreamAlive { attempt, heartbeat }, effects);
    }

    pub(super) fn drive(&mut self, now: Now, input: stream::Input, effects: &mut Vec<Effect>) {
        let followed = self.machine.followed();
        let steps = self.machine.handle(now, input);
        for step in steps {
            self.carry_out(now, step, followed, effects);
        }
    }

    fn carry_out(
        &mut self,
        now: Now,
        step: stream::Effect,
        followed: Option<u32>,
        effects: &mut Vec<Effect>,
    ) {
        match step {
            stream::Effect::OpenStream { attempt, previews } => {
                effects.push(Effect::OpenStream { attempt, previews });
            }
            stream::Effect::CloseStream { attempt } => {
                let is_behind = Purpose::Tail { attempt };
                self.cancel_listings(effects, |l| l.purpose == is_behind);
                if followed == Some(attempt) {
                    self.buffered.clear();
                }
                effects.push(Effect::CloseStream { attempt });
            }
            stream::Effect::LoadHistory => {
                self.is_buffering = true;
                self.is_contiguous = false;
                self.list_history(now, effects);
            }
            stream::Effect::LoadTail { attempt } => self.load_tail(now, attempt, effects),
            stream::Effect::GoLive => self.go_live(now, effects),
            stream::Effect::WakeAt(at) => self.machine_wakes_at = Some(at),
            stream::Effect::PhaseChanged => self.phase_changed(now, effects),
        }
    }

    fn load_tail(&mut self, now: Now, attempt: u32, effects: &mut Vec<Effect>) {
        if let Some(renewal) = &mut self.renewal {
            renewal.attempt = attempt;
        } else if self.is_following && self.is_contiguous && !self.is_polling() {
            // The stream before it may have been dead for a while, or only quiet.
            self.renewal = Some(Renewal {
                from: self.timeline.newest_time(),
                since: self.alive_wall.unwrap_or(now.wall),
                cause: "The stream went silent.",
                attempt,
            });
        }
        self.is_contiguous = false;
        self.cancel_listings(effects, |l| matches!(l.purpose, Purpose::Tail { .. }));
        self.list_tail(now, attempt, effects);
    }

    /// A stream took the place of a silent one, and the log was listed behind it: what was missed gets a mark. Returns
    /// whether this is what the listing was for.
    pub(super) fn renewed(&mut self, now: Now, listing: &Listing, effects: &mut Vec<Effect>) -> bool {
        let is_behind = |r: &mut Renewal| listing.purpose == Purpose::Tail { attempt: r.attempt };
        let Some(renewal) = self.renewal.take_if(is_behind) else {
            return false;
        };
        self.timeline.stream_restarted();
        if listing.news > 0 {
            let from = renewal.from.unwrap_or(now.wall);
            let mut gap = Gap::begins(from, renewal.since, renewal.cause.to_owned());
            gap.until = Some(now.wall);
            gap.filled = listing.news;
            self.timeline.open_gap(gap);
        }
        effects.push(Effect::Commit);
        true
    }

    fn phase_changed(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match self.machine.phase() {
            Phase::Polling { .. } => {
                // Between two listings nobody tells what happens: the next stream does not go on where this one was.
                self.is_contiguous = false;
                self.follows(now);
                self.stop_buffering(now, effects);
            }
            Phase::Backoff { .. } | Phase::Offline => {
                if *self.machine.phase() == Phase::Offline {
                    self.machine_wakes_at = None;
                }
                self.interrupted(now, effects);
            }
            Phase::Ended(reason) => {
                let reason = reason.clone();
                self.ended(now, &reason, effects);
            }
            _ => {}
        }
    }

    fn ended(&mut self, now: Now, reason: &EndReason, effects: &mut Vec<Effect>) {
        self.machine_wakes_at = None;
        self.is_following = false;
        self.suspicion.clear();
        self.refresh.cancel();
        if let Some(number) = self.open_gap.take() {
            self.timeline.update_gap(number, |gap| gap.until = Some(now.wall));
            if *reason == EndReason::Terminated {
                // The stream closed with the session.
                self.timeline.withdraw_gap(number);
            }
        }
        if *reason == EndReason::Terminated {
            // The events that close a session are listed, but not always streamed.
            self.plan_looks(now);
            return;
        }
        if let EndReason::Refused(failure) = reason
            && self.history == HistoryProgress::Loading
        {
            self.history = HistoryProgress::Failed(failure.message.clone());
        }
        self.coverage.cancel();
        self.cancel_listings(effects, |_| true);
    }

    fn interrupted(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.suspicion.clear();
        self.renewal = None;
        if !std::mem::replace(&mut self.is_following, false) {
            return;
        }
        let cause = match self.machine.phase() {
            Phase::Backoff { failure, .. } => failure.message.clone(),
            _ => "The browser went offline.".to_owned(),
        };
        let from = self.timeline.newest_time().unwrap_or(now.wall);
        self.open_gap = Some(self.timeline.open_gap(Gap::begins(from, now.wall, cause)));
        effects.push(Effect::Commit);
    }

    /// The end of the log was listed while there is no stream: nothing is missing up to now.
    pub(super) fn polled(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.is_polling() {
            self.close_gap(now);
            effects.push(Effect::Commit);
        }
    }

    fn close_gap(&mut self, now: Now) {
        if let Some(number) = self.open_gap.take() {
            self.timeline.update_gap(number, |gap| gap.until = Some(now.wall));
        }
    }

    /// Judges by a look at the end of the log whether the stream keeps events back.
    pub(super) fn judge_stream(&mut self, now: Now, look: &Listing) {
        if *self.machine.phase() == Phase::Live && look.is_from_the_end() && look.gap.is_none() {
            self.suspicion.looked(now.ms, look.news, self.machine.is_heard());
        }
    }

    fn follows(&mut self, now: Now) {
        self.is_following = true;
        self.has_followed = true;
        self.vigil.begins(now.ms);
        self.suspicion.clear();
    }

    fn go_live(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.follows(now);
        self.timeline.stream_restarted();
        self.stop_buffering(now, effects);
        self.close_gap(now);
        effects.push(Effect::Commit);
    }

    /// From now on frames are applied as they arrive.
    pub(super) fn stop_buffering(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.is_buffering = false;
        let buffered = std::mem::take(&mut self.buffered);
        if !buffered.is_empty() {
            self.apply(now, buffered, effects);
        }
    }

    /// Merges events of the stream.
    fn apply(&mut self, now: Now, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let mut became_idle = false;
        let frames = self.timeline.newest_frame();
        let mut is_bad = false;
        for event in events {
            match event.event_type() {
                EventType::SessionStatusIdle => became_idle = true,
                EventType::SpanModelRequestEnd => self.vigil.request_ended(now.ms),
                _ => {}
            }
            is_bad |= !event.is_readable()
                && event
                    .id()
                    .is_some_and(|id| self.timeline.log().find(id).is_none());
            self.timeline.stream_event(event);
        }
        // The history has what could not be read, unless it was a preview.
        is_bad |= self.timeline.newest_frame() > frames;
        if is_bad && now.ms - self.bad_frame_ms >= BAD_FRAME_PACE_MS {
            self.bad_frame_ms = now.ms;
            self.plan_looks(now);
        }
        self.vigil.news(now.ms);
        if self.hears.unknown_types && self.is_contiguous {
            self.coverage.reaches(self.timeline.newest_time());
        }
        if became_idle {
            self.refresh.want_behind_event(now.ms);
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
}
