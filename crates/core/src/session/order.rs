//! Where an event stands in the timeline.

use crate::protocol::Timestamp;

/// Sort key of everything in the timeline: processing time first, then arrival.
///
/// The server sorts by `processed_at` and keeps inputs that are not processed yet at the tail; rows that exist only on
/// this page (previews, unsent input) follow the same rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    micros: i64,
    tie: i64,
}

const PREVIEW: i64 = i64::MAX - 2;
const PENDING: i64 = i64::MAX - 1;
const LOCAL: i64 = i64::MAX;

impl OrderKey {
    /// Key of a stored event; without a time it is pending and stands at the tail.
    #[must_use]
    pub fn stored(processed_at: Option<Timestamp>, tie: i64) -> Self {
        Self {
            micros: processed_at.map_or(PENDING, Timestamp::micros),
            tie,
        }
    }

    /// Key of streaming text that has no final event yet.
    #[must_use]
    pub fn preview(tie: i64) -> Self {
        Self { micros: PREVIEW, tie }
    }

    /// Key of input that the server has not confirmed.
    #[must_use]
    pub fn local(tie: i64) -> Self {
        Self { micros: LOCAL, tie }
    }

    /// Key directly before everything at a time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self {
            micros: time.micros(),
            tie: i64::MIN,
        }
    }

    /// Key directly after everything at or before a time.
    #[must_use]
    pub fn after(time: Timestamp) -> Self {
        Self {
            micros: time.micros(),
            tie: i64::MAX,
        }
    }

    /// Whether the event waits for the server.
    #[must_use]
    pub fn is_pending(self) -> bool {
        self.micros == PENDING
    }

    /// Whether both stand at the same time, so that only the tie separates them.
    #[must_use]
    pub fn same_time(self, other: Self) -> bool {
        self.micros == other.micros
    }

    /// The tie breaker.
    #[must_use]
    pub fn tie(self) -> i64 {
        self.tie
    }
}
