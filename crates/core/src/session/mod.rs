//! The fold over the events of one session: everything the screen shows about it.
//!
//! Live, reloaded and imported sessions go through the same [`Timeline`]; the order in which events arrive does not
//! matter for the final state.

mod around;
mod by_id;
mod commit;
mod echo;
mod facts;
mod first_message;
mod frames;
mod gap;
mod learn;
mod listed;
mod log;
mod order;
mod outbox;
mod pairing;
mod place;
mod preview;
mod query;
mod rows;
mod runs;
mod search;
mod status;
mod threads;
mod timeline;
mod view;
pub mod words;
mod workflows;

pub use facts::{Facts, Stop};
pub use first_message::FirstMessage;
pub use frames::FrameId;
pub use gap::Gap;
pub use listed::Listed;
pub use log::{EventLog, Side, Slot, Upserted};
pub use order::OrderKey;
pub use outbox::{Outbox, Outgoing, OutgoingId, OutgoingState};
pub use pairing::{CallLinks, Expects, Pairing, RequestLinks};
pub use preview::{Preview, PreviewId};
pub use query::Query;
pub use rows::{Row, RowChange, RowList};
pub use search::Search;
pub use status::Asked;
pub use threads::{Thread, ThreadState, Threads};
pub use timeline::{Changes, Timeline};
pub use view::View;
pub use workflows::{Run, RunPhase, RunState, Workflows};

#[cfg(test)]
mod tests;
