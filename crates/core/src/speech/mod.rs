//! What is said to those who listen: what happens, at a pace that can be followed, the most important first.
//!
//! [`Narrator`] decides what is worth saying: a call that wants an answer, an error that ends the session and a connection
//! that stays lost interrupt; the agent's text, a tool that failed, the end of a turn and being live again wait their turn.
//! Requests, usage, previews and what threads do are never said. [`Speech`] is the queue. Neither reads a clock.

mod narrator;
mod queue;

pub use narrator::{Connection, Narrator};
pub use queue::{Speech, Urgency, Utterance};

#[cfg(test)]
mod tests;
