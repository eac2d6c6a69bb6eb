//! Times without a connection, marked in the timeline.

use crate::protocol::Timestamp;

/// One interruption of the stream, or several between which nothing happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Time of the last event before the interruption: where the mark stands.
    pub from: Timestamp,
    /// Wall clock when the first interruption was noticed.
    pub since: Timestamp,
    /// Wall clock when the stream was open and the history merged again; `None` while the gap is open.
    pub until: Option<Timestamp>,
    /// Whether the history is still being asked for events of this time.
    pub filling: bool,
    /// How many events the history filled in.
    pub filled: usize,
    /// How many interruptions the mark stands for.
    pub times: u32,
    /// Why the connection broke last, for the reader.
    pub cause: String,
}

impl Gap {
    /// An interruption that begins now.
    #[must_use]
    pub fn begins(from: Timestamp, now: Timestamp, cause: String) -> Self {
        Self {
            from,
            since: now,
            until: None,
            filling: false,
            filled: 0,
            times: 1,
            cause,
        }
    }

    /// The connection broke again before anything else happened.
    pub(super) fn goes_on(&mut self, next: Self) {
        self.until = next.until;
        self.filling |= next.filling;
        self.filled += next.filled;
        self.times += next.times;
        self.cause = next.cause;
    }
}
