//! Watching one session: the connection, the listing of its history and the timeline put together, without a browser.
//!
//! The rule is *open, then list, then merge*, on the first connection and on every other. A [`Watch`] says what to open
//! and what to list; whoever drives it reports what arrived. Nothing in here reads a clock, draws a random number or
//! waits, so that every order of frames, pages, cuts and failures can be tried in a test.
//!
//! How a gap is filled: the history is listed newest first, without a filter by time, because a filter may leave out
//! input that waits to be processed. The listing ends once it reaches a moment that is known to be covered, with an
//! overlap, since an event may be listed later than its neighbours. For the same reason the end of the history is looked
//! at again a few times after each connection.

mod coverage;
mod history;
mod listing;
mod messages;
mod paging;
#[expect(clippy::module_inception, reason = "the room is named after what lives in it")]
mod watch;

pub use history::HistoryProgress;
pub use listing::ListingId;
pub use messages::{Effect, Hears, Input};
pub use watch::Watch;
