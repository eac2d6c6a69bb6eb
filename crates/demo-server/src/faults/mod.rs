//! Faults on purpose.
//!
//! A fault is data ([`fault`]); the queue says which requests it hits ([`queue`]). What it does is in one module for
//! each thing that passes by: what a request asks for ([`request`]), the pages of lists ([`paging`]), JSON in answers
//! and frames ([`shape`]), the way of an answer ([`delivery`]) and its bytes ([`body`]), frames (`crate::sse`).

pub(crate) mod amount;
mod body;
pub(crate) mod delivery;
pub(crate) mod fault;
mod merge;
pub(crate) mod paging;
mod queue;
mod request;
pub(crate) mod shape;
pub(crate) mod stream;

pub(crate) use fault::{Effect, ErrorText, Sever};
pub(crate) use queue::{Faults, Hit};
