//! Where an event stands in the timeline.

use crate::protocol::Timestamp;

/// Sort key of everything in the timeline: a time first, then the order within that time.
///
/// The server sorts by `processed_at` and keeps inputs that are not processed yet at the tail; rows that exist only on
/// this page (previews, unsent input) follow the same rule. What has no time and is no input that waits stands at the time of
/// what it came behind, see [`Place`](super::place::Place).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    micros: i64,
    tie: i64,
}

/// Before every time: where something without a time stands in a log that has no time at all.
pub(super) const BEGINNING: i64 = i64::MIN;

const PREVIEW: i64 = i64::MAX - 2;
const PENDING: i64 = i64::MAX - 1;
const LOCAL: i64 = i64::MAX;

impl OrderKey {
    /// Key of a stored event; without a time it is pending and stands at the tail.
    #[must_use]
    pub fn stored(time: Option<Timestamp>, tie: i64) -> Self {
        Self {
            micros: time.map_or(PENDING, Timestamp::micros),
            tie,
        }
    }

    /// Key of an event that stands at a time which is not its own.
    pub(super) fn beside(micros: i64, tie: i64) -> Self {
        Self { micros, tie }
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
