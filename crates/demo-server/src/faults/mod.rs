//! Faults on purpose.
//!
//! A fault is data ([`fault`]); the queue says which requests it hits ([`queue`]). What it does is in one module for
//! each thing that passes by: requests and answers ([`delivery`]), bytes of a body ([`body`]), frames of a stream
//! (`crate::sse`).

pub(crate) mod amount;
mod body;
pub(crate) mod delivery;
pub(crate) mod fault;
mod merge;
mod queue;
pub(crate) mod stream;

pub(crate) use fault::{Effect, ErrorText, Sever};
pub(crate) use queue::{Faults, Hit};
