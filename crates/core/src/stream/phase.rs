//! Where a connection stands, and what broke it.

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

    /// Whether the server offers no stream, so that asking again soon is pointless: it refuses, or answers something else.
    pub(super) fn is_refusal(&self) -> bool {
        self.is_final() || matches!(self.status, Some(200..=399 | 501 | 505))
    }
}

/// Why the stream is not followed although the history can be listed.
#[derive(Clone, Debug, PartialEq)]
pub enum Hindrance {
    /// The stream was requested, and neither headers nor a byte arrived.
    NoSign,
    /// It is open, but the log grew and the stream did not tell.
    Withheld,
    /// The server answered with a status that offers no stream.
    Refused(Failure),
    /// It breaks before it opens, each time, while lists arrive.
    Blocked(Failure),
}

/// Why the machine stopped for good.
#[derive(Clone, Debug, PartialEq)]
pub enum EndReason {
    /// `session.deleted` arrived, or the session is gone.
    Deleted,
    /// `session.status_terminated` arrived, or the Session object says that the session is over.
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
    /// The stream is requested and shows no life yet; the history is being listed beside it.
    Connecting,
    /// The stream is open, and the end of the history is being listed behind it.
    CatchingUp,
    /// The log is complete, and frames are applied as they arrive.
    Live,
    /// There is no stream to follow: the end of the history is listed every few seconds.
    Polling {
        /// What is the matter with the stream.
        why: Hindrance,
    },
    /// Waiting for the next attempt.
    Backoff {
        /// When the next attempt starts, on the clock of [`Now::ms`](super::Now::ms).
        until_ms: f64,
        /// What broke the last attempt.
        failure: Failure,
    },
    /// The browser says that it has no network.
    Offline,
    /// Over; no effect will follow.
    Ended(EndReason),
}
