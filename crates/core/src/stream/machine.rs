//! Transitions of the stream connection.

use super::backoff::Backoff;
use super::messages::{Effect, Input, Now, Settings};
use super::phase::{EndReason, Failure, Hindrance, Phase};
use crate::bounds::within;

/// Silence after which a waking page no longer trusts an open socket.
const WAKE_SUSPECT_MS: f64 = 20_000.0;

/// A heartbeat that comes this soon may only greet.
const GREETING_MS: f64 = 2_000.0;

/// How often in a row a stream may fail to open, or close before a byte is seen, while lists arrive, before its session is polled. Less may be chance.
const REJECTIONS: u32 = 3;

/// One request for a stream.
#[derive(Clone, Debug)]
struct Link {
    attempt: u32,
    requested_ms: f64,
    is_open: bool,
    /// Whether a byte of the body was seen.
    is_heard: bool,
    alive_ms: f64,
}

/// What is known of listing the history since the connection began.
#[derive(Clone, Debug, PartialEq)]
enum Lists {
    Unknown,
    Arrive { after_ms: f64 },
    Fail(Failure),
}

/// The state machine of one session's connection: at most one stream that counts, and one that is about to replace it.
#[derive(Clone, Debug)]
pub struct Machine {
    settings: Settings,
    phase: Phase,
    previews: bool,
    backoff: Backoff,
    attempts: u32,
    link: Option<Link>,
    successor: Option<Link>,
    lists: Lists,
    /// Why the stream could not be opened, while nothing is known of the lists.
    rejected: Option<Failure>,
    rejections: u32,
    connected_ms: f64,
    /// Whether the newest part of the history is there since the connection began.
    is_shown: bool,
    is_tail_asked: bool,
    live_since_ms: f64,
    /// How long the stream may be silent before the next one is opened.
    silence_ms: f64,
    heartbeats_seen: bool,
    retry_stream_at_ms: f64,
    retry_stream_after_ms: f64,
}

impl Machine {
    /// A machine that waits for [`Input::Start`].
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            phase: Phase::Idle,
            previews: true,
            backoff: Backoff::new(settings.backoff),
            attempts: 0,
            link: None,
            successor: None,
            lists: Lists::Unknown,
            rejected: None,
            rejections: 0,
            connected_ms: 0.0,
            is_shown: false,
            is_tail_asked: false,
            live_since_ms: 0.0,
            silence_ms: settings.stall_timeout_ms,
            heartbeats_seen: false,
            retry_stream_at_ms: 0.0,
            retry_stream_after_ms: settings.retry_stream_ms.0,
        }
    }

    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Attempts to open a stream so far.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The attempt whose stream counts, if there is one.
    #[must_use]
    pub fn followed(&self) -> Option<u32> {
        self.link.as_ref().map(|link| link.attempt)
    }

    /// Whether a byte was seen of the stream that counts.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.is_heard)
    }

    /// Takes one input and returns what to do, in order.
    #[must_use]
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        if matches!(self.phase, Phase::Ended(_)) {
            return effects;
        }
        match input {
            Input::Start => {
                if self.phase == Phase::Idle {
                    self.connect(now, &mut effects);
                }
            }
            Input::StreamOpened { attempt } => self.opened(now, attempt, &mut effects),
            Input::StreamAlive { attempt, heartbeat } => self.alive(now, attempt, heartbeat, &mut effects),
            Input::StreamFailed { attempt, failure } => self.failed(now, attempt, failure, &mut effects),
            Input::StreamWithheld { attempt } => {
                let is_silent = self.followed() == Some(attempt);
                if is_silent && matches!(self.phase, Phase::Live | Phase::CatchingUp) {
                    self.close_successor(&mut effects);
                    if let Some(link) = &mut self.link {
                        link.is_heard = false;
                    }
                    self.poll(now, Hindrance::Withheld, &mut effects);
                }
            }
            Input::HistoryShown => self.history_shown(now, &mut effects),
            Input::HistoryFailed(failure) => self.history_failed(now, failure, &mut effects),
            Input::CaughtUp { attempt } => {
                if self.followed() == Some(attempt) && self.phase == Phase::CatchingUp {
                    self.go_live(now, &mut effects);
                }
            }
            Input::Deleted => self.end(EndReason::Deleted, &mut effects),
            Input::Terminated => self.end(EndReason::Terminated, &mut effects),
            Input::Leave => self.end(EndReason::Left, &mut effects),
            Input::Wake => self.wake(now, &mut effects),
            Input::Retry => match self.phase {
                Phase::Backoff { .. } | Phase::Offline => self.connect(now, &mut effects),
                Phase::Polling { .. } => self.retry_stream(now, 0.0, &mut effects),
                _ => {}
            },
            Input::WentOffline => {
                if self.phase != Phase::Idle {
                    self.close(&mut effects);
                    self.enter(Phase::Offline, &mut effects);
                }
            }
            Input::Tick => self.tick(now, &mut effects),
        }
        effects
    }

    fn enter(&mut self, phase: Phase, effects: &mut Vec<Effect>) {
        self.phase = phase;
        effects.push(Effect::PhaseChanged);
    }

    fn connect(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.connected_ms = now.ms;
        self.lists = Lists::Unknown;
        self.rejected = None;
        self.is_shown = false;
        self.is_tail_asked = false;
        self.enter(Phase::Connecting, effects);
        self.link = Some(self.open(now, effects));
        effects.push(Effect::LoadHistory);
        self.ask_to_wake(effects);
    }

    fn open(&mut self, now: Now, effects: &mut Vec<Effect>) -> Link {
        self.attempts += 1;
        effects.push(Effect::OpenStream {
            attempt: self.attempts,
            previews: self.previews,
        });
        Link {
            attempt: self.attempts,
            requested_ms: now.ms,
            is_open: false,
            is_heard: false,
            alive_ms: now.ms,
        }
    }

    fn close(&mut self, effects: &mut Vec<Effect>) {
        self.close_successor(effects);
        if let Some(Link { attempt, .. }) = self.link.take() {
            effects.push(Effect::CloseStream { attempt });
        }
    }

    fn close_successor(&mut self, effects: &mut Vec<Effect>) {
        if let Some(Link { attempt, .. }) = self.successor.take() {
            effects.push(Effect::CloseStream { attempt });
        }
    }

    fn end(&mut self, reason: EndReason, effects: &mut Vec<Effect>) {
        self.close(effects);
        self.enter(Phase::Ended(reason), effects);
    }

    fn opened(&mut self, now: Now, attempt: u32, effects: &mut Vec<Effect>) {
        self.adopt(now, attempt, effects);
        let Some(link) = self.link.as_mut().filter(|l| l.attempt == attempt && !l.is_open) else {
            return;
        };
        link.is_open = true;
        link.alive_ms = now.ms;
        match self.phase {
            // Its headers were seen before and proved nothing.
            Phase::Polling {
                why: Hindrance::Withheld,
            } => {}
            Phase::Connecting | Phase::Polling { .. } => self.catch_up(now, effects),
            _ => self.ask_to_wake(effects),
        }
    }

    fn alive(&mut self, now: Now, attempt: u32, heartbeat: bool, effects: &mut Vec<Effect>) {
        self.adopt(now, attempt, effects);
        let Some(link) = self.link.as_mut().filter(|l| l.attempt == attempt) else {
            return;
        };
        link.is_open = true;
        link.is_heard = true;
        link.alive_ms = now.ms;
        self.rejections = 0;
        if heartbeat && now.ms - link.requested_ms > GREETING_MS {
            self.heartbeats_seen = true;
            self.silence_ms = self.settings.stall_timeout_ms;
        }
        if matches!(self.phase, Phase::Connecting | Phase::Polling { .. }) {
            self.catch_up(now, effects);
        }
    }

    /// The stream shows life: what happened before it did is listed behind it.
    fn catch_up(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.is_tail_asked = false;
        self.enter(Phase::CatchingUp, effects);
        self.ask_for_tail(effects);
        self.ask_to_wake(effects);
        self.go_on_alone(now, effects);
    }

    fn go_live(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.live_since_ms = now.ms;
        self.retry_stream_after_ms = self.settings.retry_stream_ms.0;
        self.enter(Phase::Live, effects);
        effects.push(Effect::GoLive);
        self.ask_to_wake(effects);
    }

    /// Why lists are refused, if they are.
    fn refusal_of_lists(&self) -> Option<Failure> {
        match &self.lists {
            Lists::Fail(failure) if failure.is_final() => Some(failure.clone()),
            _ => None,
        }
    }

    /// A stream that is open goes on without lists if they are refused.
    fn go_on_alone(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.phase == Phase::CatchingUp && self.refusal_of_lists().is_some() {
            self.go_live(now, effects);
        }
    }

    fn ask_for_tail(&mut self, effects: &mut Vec<Effect>) {
        if let (Some(attempt), true, false) = (self.followed(), self.is_shown, self.is_tail_asked) {
            self.is_tail_asked = true;
            effects.push(Effect::LoadTail { attempt });
        }
    }

    fn history_shown(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.is_shown = true;
        if !matches!(self.lists, Lists::Arrive { .. }) {
            let after_ms = now.ms - self.connected_ms;
            self.lists = Lists::Arrive { after_ms };
        }
        match self.phase {
            Phase::Connecting => {
                self.judge(now, effects);
                self.ask_to_wake(effects);
            }
            Phase::CatchingUp => self.ask_for_tail(effects),
            _ => {}
        }
    }

    fn history_failed(&mut self, now: Now, failure: Failure, effects: &mut Vec<Effect>) {
        self.lists = Lists::Fail(failure.clone());
        match self.phase {
            Phase::Connecting => {
                self.judge(now, effects);
                self.ask_to_wake(effects);
            }
            Phase::CatchingUp => self.go_on_alone(now, effects),
            Phase::Live => {}
            _ if failure.is_final() => self.end(EndReason::Refused(failure), effects),
            Phase::Polling { .. } => self.wait(now, failure, effects),
            _ => {}
        }
    }

    /// Decides what a connection without a stream is, as soon as the lists tell whether the server answers at all.
    fn judge(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match (&self.lists, self.rejected.clone()) {
            (Lists::Arrive { .. }, None) if now.ms >= self.sign_deadline() => {
                self.poll(now, Hindrance::NoSign, effects);
            }
            (Lists::Arrive { .. }, Some(failure)) => self.reject(now, failure, effects),
            (Lists::Fail(failure), rejected)
                if failure.is_final() && (rejected.is_some() || now.ms >= self.sign_deadline()) =>
            {
                self.end(EndReason::Refused(failure.clone()), effects);
            }
            (Lists::Fail(failure), Some(_)) => {
                let failure = failure.clone();
                self.wait(now, failure, effects);
            }
            _ => {}
        }
    }

    fn reject(&mut self, now: Now, failure: Failure, effects: &mut Vec<Effect>) {
        self.rejections += 1;
        if !failure.is_refusal() && self.rejections < REJECTIONS {
            self.wait(now, failure, effects);
            return;
        }
        if failure.status.is_none() && self.phase == Phase::Connecting && self.previews {
            // A refusal of the previews looks the same where the browser tells no status.
            self.previews = false;
            self.rejected = None;
            self.link = Some(self.open(now, effects));
            return;
        }
        // Where that failed as well it was not for them.
        self.previews |= failure.status.is_none();
        self.poll(now, hindrance(failure), effects);
    }

    fn poll(&mut self, now: Now, why: Hindrance, effects: &mut Vec<Effect>) {
        self.rejected = None;
        self.retry_stream_at_ms = now.ms + self.retry_stream_after_ms;
        self.enter(Phase::Polling { why }, effects);
        self.ask_to_wake(effects);
    }

    /// Asks for the stream again while polling goes on. The next time comes after a pause, within bounds.
    fn retry_stream(&mut self, now: Now, next_after_ms: f64, effects: &mut Vec<Effect>) {
        let (shortest, longest) = self.settings.retry_stream_ms;
        self.close(effects);
        self.retry_stream_after_ms = within(next_after_ms, shortest, longest);
        self.retry_stream_at_ms = now.ms + self.retry_stream_after_ms;
        self.link = Some(self.open(now, effects));
        self.ask_to_wake(effects);
    }

    fn failed(&mut self, now: Now, attempt: u32, failure: Failure, effects: &mut Vec<Effect>) {
        if self.successor.as_ref().is_some_and(|s| s.attempt == attempt) {
            // What it was to replace was silent for long: there is nothing left to trust.
            self.wait(now, failure, effects);
            return;
        }
        let Some(link) = self.link.take_if(|link| link.attempt == attempt) else {
            return;
        };
        effects.push(Effect::CloseStream { attempt });
        if !link.is_open && matches!(failure.status, Some(400 | 422)) && self.previews {
            self.previews = false;
            self.link = Some(self.open(now, effects));
            return;
        }
        match &self.phase {
            Phase::Connecting => {
                self.rejected = Some(failure);
                self.judge(now, effects);
                self.ask_to_wake(effects);
            }
            // A stream that never told anything is no loss.
            Phase::Polling { .. } => {
                // The next request asks the other way.
                self.previews ^= !link.is_open && failure.status.is_none();
                let why = hindrance(failure);
                self.enter(Phase::Polling { why }, effects);
                self.ask_to_wake(effects);
            }
            Phase::CatchingUp | Phase::Live if self.is_shown && !link.is_heard && !self.was_good(now) => {
                self.reject(now, failure, effects);
            }
            _ => self.wait(now, failure, effects),
        }
    }

    /// Whether the stream was followed for a while.
    fn was_good(&self, now: Now) -> bool {
        self.phase == Phase::Live && now.ms - self.live_since_ms >= self.settings.good_after_ms
    }

    fn wait(&mut self, now: Now, failure: Failure, effects: &mut Vec<Effect>) {
        if self.was_good(now) {
            self.backoff.reset();
            self.rejections = 0;
        }
        self.close(effects);
        let wait = self.backoff.next_wait_ms(now.random, failure.retry_after_ms);
        let until_ms = now.ms + wait;
        self.enter(Phase::Backoff { until_ms, failure }, effects);
        self.ask_to_wake(effects);
    }

    fn wake(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.phase {
            // A server that named a time is left alone until then, whatever the browser did meanwhile.
            Phase::Backoff { failure, .. } if failure.retry_after_ms.is_some() => {}
            Phase::Backoff { .. } | Phase::Offline => self.connect(now, effects),
            Phase::Polling { .. } => self.retry_stream(now, 0.0, effects),
            // A suspended device can keep a dead socket open for ever; silence while away is the only sign of it.
            Phase::Live | Phase::CatchingUp => {
                let is_suspect = |link: &Link| now.ms - link.alive_ms > WAKE_SUSPECT_MS;
                if self.link.as_ref().is_some_and(is_suspect) {
                    self.renew(now, effects);
                    self.is_tail_asked = false;
                    self.enter(Phase::CatchingUp, effects);
                    self.ask_for_tail(effects);
                    self.ask_to_wake(effects);
                    self.go_on_alone(now, effects);
                }
            }
            _ => {}
        }
    }

    /// Opens the next stream while the silent one is still open: if it was only quiet, nothing is missed.
    fn renew(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.close_successor(effects);
        self.successor = Some(self.open(now, effects));
    }

    /// The next stream shows life: it takes the place of the silent one.
    fn adopt(&mut self, now: Now, attempt: u32, effects: &mut Vec<Effect>) {
        let Some(next) = self.successor.take_if(|s| s.attempt == attempt) else {
            return;
        };
        if let Some(Link { attempt, .. }) = self.link.replace(next) {
            effects.push(Effect::CloseStream { attempt });
        }
        self.is_tail_asked = false;
        self.ask_for_tail(effects);
        self.expect_silence(now);
    }

    /// A silence was looked into: where no heartbeat was ever seen, the next may last longer.
    fn expect_silence(&mut self, now: Now) {
        if let Some(link) = &mut self.link {
            link.alive_ms = now.ms;
        }
        if !self.heartbeats_seen {
            let longest = self
                .settings
                .quiet_stall_timeout_ms
                .max(self.settings.stall_timeout_ms);
            self.silence_ms = (2.0 * self.silence_ms).min(longest);
        }
    }

    fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.phase {
            Phase::Connecting => {
                self.judge(now, effects);
                if self.phase == Phase::Connecting
                    && now.ms >= self.connected_ms + self.settings.handshake_timeout_ms
                {
                    let failure = Failure::network("The server did not answer in time.");
                    self.wait(now, failure, effects);
                }
            }
            Phase::CatchingUp | Phase::Live => self.listen(now, effects),
            Phase::Polling { .. } if now.ms >= self.retry_stream_at_ms => {
                self.retry_stream(now, 2.0 * self.retry_stream_after_ms, effects);
            }
            Phase::Backoff { until_ms, .. } if now.ms >= *until_ms => self.connect(now, effects),
            _ => {}
        }
        self.ask_to_wake(effects);
    }

    fn listen(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if let Some(next) = &self.successor {
            if now.ms >= next.requested_ms + self.settings.handshake_timeout_ms {
                // Nothing tells that it is better than the one that is open.
                self.close_successor(effects);
                self.expect_silence(now);
            }
        } else if self
            .link
            .as_ref()
            .is_some_and(|l| now.ms >= l.alive_ms + self.silence_ms)
        {
            self.renew(now, effects);
        }
    }

    fn sign_deadline(&self) -> f64 {
        let patience = match self.lists {
            // On a slow line the stream, too, may take longer.
            Lists::Arrive { after_ms } => 1.5 * after_ms,
            _ => 0.0,
        };
        self.connected_ms + self.settings.sign_timeout_ms.max(patience)
    }

    fn ask_to_wake(&self, effects: &mut Vec<Effect>) {
        let at = match &self.phase {
            Phase::Connecting
                if matches!(self.lists, Lists::Arrive { .. }) || self.refusal_of_lists().is_some() =>
            {
                Some(self.sign_deadline())
            }
            Phase::Connecting => Some(self.connected_ms + self.settings.handshake_timeout_ms),
            Phase::CatchingUp | Phase::Live => match (&self.successor, &self.link) {
                (Some(next), _) => Some(next.requested_ms + self.settings.handshake_timeout_ms),
                (None, Some(link)) => Some(link.alive_ms + self.silence_ms),
                (None, None) => None,
            },
            Phase::Polling { .. } => Some(self.retry_stream_at_ms),
            Phase::Backoff { until_ms, .. } => Some(*until_ms),
            Phase::Idle | Phase::Offline | Phase::Ended(_) => None,
        };
        effects.extend(at.map(Effect::WakeAt));
    }
}

fn hindrance(failure: Failure) -> Hindrance {
    match failure.status {
        Some(_) => Hindrance::Refused(failure),
        None => Hindrance::Blocked(failure),
    }
}
