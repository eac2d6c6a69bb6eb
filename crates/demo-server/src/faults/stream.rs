//! What may go wrong with the frames of an event stream.

use serde::{Deserialize, Serialize};

use super::amount::Wait;

/// Counts are in frames; 0 is never.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StreamFaults {
    /// Begin without the comment that shows that the stream is open.
    pub(crate) no_opening_comment: bool,
    /// Silence after which a heartbeat comes; 15 s if absent.
    pub(crate) heartbeat_ms: Option<Wait>,
    /// Heartbeats are `event: ping` instead of comments.
    pub(crate) heartbeat_ping: bool,
    /// Comments and heartbeats pass, frames only after this time. What is held back for ever is lost.
    pub(crate) frames_after_ms: Option<Wait>,
    /// Begin with the whole history.
    pub(crate) replay: bool,
    /// Send every nth frame twice.
    pub(crate) duplicate_every: u64,
    /// Swap every nth frame with the one after it.
    pub(crate) reorder_every: u64,
    /// Leave every nth frame out.
    pub(crate) omit_every: u64,
    /// Leave the `event:` lines out.
    pub(crate) omit_event_names: bool,
    /// A comment before every nth frame.
    pub(crate) comment_every: u64,
    /// An `event: ping` before every nth frame.
    pub(crate) ping_every: u64,
    /// Begin with one frame of this many bytes, of a type that nobody knows.
    pub(crate) giant_frame_bytes: u64,
    /// After this many frames, an `event: error` with the fault's error, then the end.
    pub(crate) error_after_frames: Option<u64>,
    /// After this many frames, a clean end.
    pub(crate) end_after_frames: Option<u64>,
    /// CR, LF or CRLF; LF if absent.
    pub(crate) line_ending: Option<String>,
}
