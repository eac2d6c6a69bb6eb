//! What the screen says, as plain data: rules about events that belong together, told in the terms of the reader.
//!
//! Everything here is computed from the timeline (and, where events do not say it, the Session object) at the moment it is
//! asked for. Components draw it and decide nothing. Names and arguments of tools are made exact here
//! ([`crate::markdown::visible_exactly`]); prose is not.

mod argument;
mod call;
mod context;
mod deep_link;
mod json;
mod session_state;
mod thread;
mod waiting;

pub use argument::{Argument, Part, Shortened};
pub use call::{Answer, Outcome, ToolCall};
pub use context::{describe, stop_in_words};
pub use deep_link::{Shown, shown_in};
pub use json::exact_json;
pub use session_state::{Hold, SessionState};
pub use thread::thread_label;
pub use waiting::{Fate, InFlight, Kind, Verdict, WaitingCall, fate, waiting_calls};

#[cfg(test)]
mod tests;
