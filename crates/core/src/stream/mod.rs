//! The connection to one event stream as a pure state machine.
//!
//! The machine never reads a clock, draws a random number or touches the network: the driver passes the time and a
//! random fraction with every input and carries out the returned effects. Every asynchronous answer names the attempt
//! it belongs to, so an answer that arrives after its connection was given up is ignored.
//!
//! ```text
//! Idle → Connecting → CatchingUp → Live → Backoff → Connecting → …
//!                                       ↘ Offline (until the browser is online again)
//!                                       ↘ Ended (deleted, terminated, refused, left)
//! ```

mod backoff;
mod machine;

pub use backoff::{Backoff, BackoffSettings};
pub use machine::{Effect, EndReason, Failure, Input, Machine, Now, Phase, Settings};

#[cfg(test)]
mod tests;
