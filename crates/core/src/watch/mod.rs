//! Watching one session: the connection, the listing of its history and the timeline put together, without a browser.
//!
//! The history is listed beside the opening stream and shown as soon as it is there. The log is complete once *open, then
//! list, then merge* is done, on the first connection and on every other. A [`Watch`] says what to open
//! and what to list; whoever drives it reports what arrived. Nothing in here reads a clock, draws a random number or
//! waits, so that every order of frames, pages, cuts and failures can be tried in a test.
//!
//! How a gap is filled: the history is listed newest first, without a filter by time, because a filter may leave out
//! input that waits to be processed. The listing ends once it reaches a moment that is known to be covered, with an
//! overlap, since an event may be listed later than its neighbours. For the same reason the end of the history is looked
//! at again a few times after each connection.
//!
//! A stream is not trusted blindly. Where there is none, or where it was never heard, the end of the history is looked at
//! every few seconds ([`vigil`]); a log that grows past an open stream convicts it ([`suspicion`]); and the Session object
//! is asked when the log says "running" and nothing happens ([`refresh`]).

mod coverage;
mod direction;
mod history;
mod listing;
mod messages;
mod paging;
mod refresh;
mod suspicion;
mod vigil;
#[expect(clippy::module_inception, reason = "the room is named after what lives in it")]
mod watch;

pub use history::HistoryProgress;
pub use listing::ListingId;
pub use messages::{Effect, Hears, Input};
pub use watch::Watch;
