//! States, inputs, effects and transitions of the stream connection.

use super::backoff::{Backoff, BackoffSettings};
use crate::protocol::Timestamp;

/// The moment of an input: two clocks and a random fraction in `[0, 1)`.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Milliseconds on any clock that does not go backwards.
    pub ms: f64,
    /// A fresh random fraction in `[0, 1)`.
    pub random: f64,
    /// What the clock on the wall says; only shown, never compared with times of the server.
    pub wall: Timestamp,
}

/// Waiting times of the machine, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How long a connection may take from the request to the response headers.
    pub handshake_timeout_ms: f64,
    /// How long a connection may stay without a single byte before it counts as dead.
    pub stall_timeout_ms: f64,
    /// How long a connection must have been live before earlier failures are forgotten.
    pub good_after_ms: f64,
    /// Waiting times between attempts.
    pub backoff: BackoffSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            handshake_timeout_ms: 20_000.0,
            stall_timeout_ms: 60_000.0,
            good_after_ms: 5_000.0,
            backoff: BackoffSettings::default(),
        }
    }
}

/// Why a connection or a history request failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// HTTP status, absent when no response arrived or the transport hides it.
    pub status: Option<u16>,
    /// `retry-after` of the response in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// What to tell the user; never contains a credential.
    pub message: String,
}

impl Failure {
    /// A failure without an HTTP response.
    pub fn network(message: impl Into<String>) -> Self {
        Self {
            status: None,
            retry_after_ms: None,
            message: message.into(),
        }
    }

    /// A failure told by an HTTP status.
    pub fn status(status: u16, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            retry_after_ms: None,
            message: message.into(),
        }
    }

    /// Whether a repetition cannot mend it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.status
            .is_some_and(|s| (400..500).contains(&s) && !matches!(s, 408 | 409 | 429))
    }
}

/// Why the machine stopped for good.
#[derive(Clone, Debug, PartialEq)]
pub enum EndReason {
    /// `session.deleted` arrived, or the session is gone.
    Deleted,
    /// `session.status_terminated` arrived.
    Terminated,
    /// The server refused in a way that a repetition cannot mend.
    Refused(Failure),
    /// The user left the session.
    Left,
}

/// Where the connection stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Not started.
    Idle,
    /// The request is out, no response headers yet.
    Connecting,
    /// The stream is open, the history is being listed, frames are buffered.
    CatchingUp,
    /// The history is merged, frames are applied as they arrive.
    Live,
    /// Waiting for the next attempt.
    Backoff {
        /// When the next attempt starts, on the clock of [`Now::ms`].
        until_ms: f64,
        /// What broke the last attempt.
        failure: Failure,
    },
    /// The browser says that it has no network.
    Offline,
    /// Over; no effect will follow.
    Ended(EndReason),
}

/// What the driver tells the machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The session was opened on the screen.
    Start,
    /// Response headers with status 200 arrived.
    StreamOpened {
        /// The attempt that the stream belongs to.
        attempt: u32,
    },
    /// Any byte arrived on the stream: a frame, a comment, a ping.
    StreamAlive {
        /// The attempt that the stream belongs to.
        attempt: u32,
    },
    /// The stream ended, could not be opened, or sent an `error` frame.
    StreamFailed {
        /// The attempt that the stream belongs to.
        attempt: u32,
        /// What happened.
        failure: Failure,
    },
    /// The history since the last known event is completely merged.
    HistoryLoaded {
        /// The attempt that asked for it.
        attempt: u32,
    },
    /// The history could not be listed.
    HistoryFailed {
        /// The attempt that asked for it.
        attempt: u32,
        /// What happened.
        failure: Failure,
    },
    /// The merged log contains `session.deleted`.
    Deleted,
    /// The merged log contains `session.status_terminated`.
    Terminated,
    /// The page became visible again or the browser came back online.
    Wake,
    /// The browser lost its network.
    WentOffline,
    /// The time asked for by [`Effect::WakeAt`] has come (an early or late tick does no harm).
    Tick,
    /// The user asks to connect now instead of waiting.
    Retry,
    /// The user left the session.
    Leave,
}

/// What the driver must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open the stream.
    OpenStream {
        /// To be repeated in every input about this stream.
        attempt: u32,
        /// Whether to ask for `event_deltas[]`.
        previews: bool,
    },
    /// Abort the stream and the history listing of this attempt and forget its buffered frames.
    Close {
        /// The attempt to abort.
        attempt: u32,
    },
    /// List the history: everything the log may lack.
    LoadHistory {
        /// To be repeated in the inputs about this listing.
        attempt: u32,
    },
    /// Apply the frames buffered while catching up, and from now on apply frames as they arrive.
    GoLive {
        /// The attempt that went live.
        attempt: u32,
    },
    /// Send [`Input::Tick`] at this time; replaces the previously asked time.
    WakeAt(f64),
    /// The phase changed; show it.
    PhaseChanged,
}

/// The state machine of one stream connection.
#[derive(Clone, Debug)]
pub struct Machine {
    settings: Settings,
    phase: Phase,
    attempt: u32,
    previews: bool,
    backoff: Backoff,
    last_alive_ms: f64,
    live_since_ms: f64,
    opened_at_ms: f64,
}

impl Machine {
    /// A machine that waits for [`Input::Start`].
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            phase: Phase::Idle,
            attempt: 0,
            previews: true,
            backoff: Backoff::new(settings.backoff),
            last_alive_ms: 0.0,
            live_since_ms: 0.0,
            opened_at_ms: 0.0,
        }
    }

    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The number of the newest attempt; 0 before the first.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Failed attempts since the last good connection.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.backoff.failures()
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
            Input::StreamOpened { attempt } => {
                if attempt == self.attempt && self.phase == Phase::Connecting {
                    self.last_alive_ms = now.ms;
                    self.enter(Phase::CatchingUp, &mut effects);
                    effects.push(Effect::LoadHistory { attempt });
                    self.watch(&mut effects);
                }
            }
            Input::StreamAlive { attempt } => {
                if attempt == self.attempt {
                    self.last_alive_ms = now.ms;
                }
            }
            Input::StreamFailed { attempt, failure } => {
                if attempt == self.attempt && self.is_connected() {
                    self.stream_failed(now, failure, &mut effects);
                }
            }
            Input::HistoryLoaded { attempt } => {
                if attempt == self.attempt && self.phase == Phase::CatchingUp {
                    self.live_since_ms = now.ms;
                    self.enter(Phase::Live, &mut effects);
                    effects.push(Effect::GoLive { attempt });
                    self.watch(&mut effects);
                }
            }
            Input::HistoryFailed { attempt, failure } => {
                if attempt == self.attempt && self.phase == Phase::CatchingUp {
                    self.give_up_or_wait(now, failure, &mut effects);
                }
            }
            Input::Deleted => self.end(EndReason::Deleted, &mut effects),
            Input::Terminated => self.end(EndReason::Terminated, &mut effects),
            Input::Leave => self.end(EndReason::Left, &mut effects),
            Input::Wake => self.wake(now, &mut effects),
            Input::Retry => {
                if matches!(self.phase, Phase::Backoff { .. } | Phase::Offline) {
                    self.connect(now, &mut effects);
                }
            }
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

    fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Connecting | Phase::CatchingUp | Phase::Live)
    }

    fn enter(&mut self, phase: Phase, effects: &mut Vec<Effect>) {
        self.phase = phase;
        effects.push(Effect::PhaseChanged);
    }

    fn connect(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.attempt += 1;
        self.opened_at_ms = now.ms;
        self.last_alive_ms = now.ms;
        self.enter(Phase::Connecting, effects);
        effects.push(Effect::OpenStream {
            attempt: self.attempt,
            previews: self.previews,
        });
        effects.push(Effect::WakeAt(now.ms + self.settings.handshake_timeout_ms));
    }

    fn close(&mut self, effects: &mut Vec<Effect>) {
        if self.is_connected() {
            effects.push(Effect::Close {
                attempt: self.attempt,
            });
        }
    }

    fn end(&mut self, reason: EndReason, effects: &mut Vec<Effect>) {
        self.close(effects);
        self.enter(Phase::Ended(reason), effects);
    }

    fn stream_failed(&mut self, now: Now, failure: Failure, effects: &mut Vec<Effect>) {
        let refused_previews =
            failure.status == Some(400) && self.previews && self.phase == Phase::Connecting;
        if refused_previews {
            self.previews = false;
            self.close(effects);
            self.connect(now, effects);
            return;
        }
        self.give_up_or_wait(now, failure, effects);
    }

    fn give_up_or_wait(&mut self, now: Now, failure: Failure, effects: &mut Vec<Effect>) {
        if failure.is_final() {
            self.end(EndReason::Refused(failure), effects);
            return;
        }
        let was_good =
            self.phase == Phase::Live && now.ms - self.live_since_ms >= self.settings.good_after_ms;
        if was_good {
            self.backoff.reset();
        }
        self.close(effects);
        let wait = self.backoff.next_wait_ms(now.random, failure.retry_after_ms);
        let until_ms = now.ms + wait;
        self.enter(Phase::Backoff { until_ms, failure }, effects);
        effects.push(Effect::WakeAt(until_ms));
    }

    fn wake(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.phase {
            // A server that named a time is left alone until then, whatever the browser did meanwhile.
            Phase::Backoff { failure, .. } if failure.retry_after_ms.is_some() => {}
            Phase::Backoff { .. } | Phase::Offline => self.connect(now, effects),
            // A suspended device can keep a dead socket open for ever; silence while away is the only sign of it.
            Phase::Live | Phase::CatchingUp if now.ms - self.last_alive_ms > WAKE_SUSPECT_MS => {
                self.close(effects);
                self.connect(now, effects);
            }
            _ => {}
        }
    }

    fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.phase {
            Phase::Connecting => {
                let deadline = self.opened_at_ms + self.settings.handshake_timeout_ms;
                if now.ms >= deadline {
                    let failure = Failure::network("The server did not answer in time.");
                    self.give_up_or_wait(now, failure, effects);
                } else {
                    effects.push(Effect::WakeAt(deadline));
                }
            }
            Phase::CatchingUp | Phase::Live => {
                if now.ms >= self.last_alive_ms + self.settings.stall_timeout_ms {
                    let failure = Failure::network("The stream went silent.");
                    self.give_up_or_wait(now, failure, effects);
                } else {
                    self.watch(effects);
                }
            }
            Phase::Backoff { until_ms, .. } => {
                let until_ms = *until_ms;
                if now.ms >= until_ms {
                    self.connect(now, effects);
                } else {
                    effects.push(Effect::WakeAt(until_ms));
                }
            }
            Phase::Idle | Phase::Offline | Phase::Ended(_) => {}
        }
    }

    fn watch(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::WakeAt(
            self.last_alive_ms + self.settings.stall_timeout_ms,
        ));
    }
}

/// Silence after which a waking page no longer trusts an open socket.
const WAKE_SUSPECT_MS: f64 = 20_000.0;
