//! The connection to one event stream as a pure state machine.
//!
//! The machine never reads a clock, draws a random number or touches the network: the driver passes the time and a
//! random fraction with every input and carries out the returned effects. Every asynchronous answer names the attempt
//! it belongs to, so an answer that arrives after its connection was given up is ignored.
//!
//! ```text
//! Idle → Connecting → CatchingUp → Live → Backoff → Connecting → …
//!           ↘ Polling ↗        ↙          ↘ Offline (until the browser is online again)
//!                    Polling              ↘ Ended (deleted, terminated, refused, left)
//! ```
//!
//! The history is listed beside the opening stream, so that it is shown whatever becomes of the stream. Only what is
//! listed *behind* a stream that has shown life makes the log complete. A stream without life, while lists arrive, is
//! polled around: the end of the history is listed every few seconds and the stream is tried again now and then.

mod backoff;
mod frame;
mod machine;
mod messages;
mod phase;

pub use backoff::{Backoff, BackoffSettings};
pub use frame::{SIGNS_OF_LIFE, event_in};
pub use machine::Machine;
pub use messages::{Effect, Input, Now, Settings};
pub use phase::{EndReason, Failure, Hindrance, Phase};

#[cfg(test)]
mod tests;
