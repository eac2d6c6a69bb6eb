//! What goes into the machine of a connection and what comes out of it.

use super::backoff::BackoffSettings;
use super::phase::Failure;
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
    /// How long a stream may show no sign of life before its session is polled, if lists arrive meanwhile.
    pub sign_timeout_ms: f64,
    /// How long a connection may take if no list arrives either.
    pub handshake_timeout_ms: f64,
    /// How long a stream may stay without a single byte before the next one is opened.
    pub stall_timeout_ms: f64,
    /// Upper bound of the same where silence turned out to be normal.
    pub quiet_stall_timeout_ms: f64,
    /// How long a connection must have been live before earlier failures are forgotten.
    pub good_after_ms: f64,
    /// Waiting times between attempts.
    pub backoff: BackoffSettings,
    /// How long polling goes on before the stream is tried again: the first time, and the bound of the growing pause.
    pub retry_stream_ms: (f64, f64),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sign_timeout_ms: 1_200.0,
            handshake_timeout_ms: 20_000.0,
            stall_timeout_ms: 60_000.0,
            quiet_stall_timeout_ms: 600_000.0,
            good_after_ms: 5_000.0,
            backoff: BackoffSettings::default(),
            retry_stream_ms: (20_000.0, 300_000.0),
        }
    }
}

/// What the driver tells the machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The session was opened on the screen.
    Start,
    /// Response headers with status 200 arrived. Some browsers tell only when the first byte of the body is there.
    StreamOpened {
        /// The attempt that the stream belongs to.
        attempt: u32,
    },
    /// Any byte arrived on the stream.
    StreamAlive {
        /// The attempt that the stream belongs to.
        attempt: u32,
        /// It was a comment or a ping: something that comes in silence, too.
        heartbeat: bool,
    },
    /// The stream ended, could not be opened, or sent an `error` frame.
    StreamFailed {
        /// The attempt that the stream belongs to.
        attempt: u32,
        /// What happened.
        failure: Failure,
    },
    /// The log grew, and the open stream, of which no byte was seen, did not tell.
    StreamWithheld {
        /// The attempt that the stream belongs to.
        attempt: u32,
    },
    /// The newest part of the history is merged.
    HistoryShown,
    /// The history could not be listed.
    HistoryFailed(Failure),
    /// The end of the history was listed behind the open stream and is merged.
    CaughtUp {
        /// The attempt that asked for it.
        attempt: u32,
    },
    /// The log contains `session.deleted`.
    Deleted,
    /// The log contains `session.status_terminated`, or the Session object says the same.
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
    /// Open a stream. Another one may still be open.
    OpenStream {
        /// To be repeated in every input about this stream.
        attempt: u32,
        /// Whether to ask for `event_deltas[]`.
        previews: bool,
    },
    /// Abort a stream, and the listing behind it.
    CloseStream {
        /// The attempt to abort.
        attempt: u32,
    },
    /// List the history from its end, beside the opening stream; end in [`Input::HistoryShown`] or
    /// [`Input::HistoryFailed`].
    LoadHistory,
    /// List the end of the history behind the open stream; end in [`Input::CaughtUp`] or [`Input::HistoryFailed`].
    LoadTail {
        /// To be repeated in the inputs about this listing.
        attempt: u32,
    },
    /// The log is complete: apply what was buffered, and from now on frames as they arrive.
    GoLive,
    /// Send [`Input::Tick`] at this time; replaces the previously asked time.
    WakeAt(f64),
    /// The phase changed; show it.
    PhaseChanged,
}
