//! Times without a connection, marked in the timeline.

use crate::protocol::Timestamp;

/// One interruption of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Time of the last event before the interruption: where the mark stands.
    pub from: Timestamp,
    /// Wall clock when the interruption was noticed.
    pub since: Timestamp,
    /// Wall clock when the history was merged again; `None` while the gap is open.
    pub until: Option<Timestamp>,
    /// How many events the history filled in.
    pub filled: usize,
    /// Why the connection broke, for the reader.
    pub cause: String,
}
