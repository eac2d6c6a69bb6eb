//! The server over real HTTP, in process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod harness;
mod reading;

mod admission;
mod approvals;
mod catalog;
mod faults;
mod injection;
mod interrupts;
mod limits;
mod list_faults;
mod lists;
mod names;
mod outcomes;
mod page_faults;
mod past;
mod refusals;
mod restarts;
mod sessions;
mod shape_faults;
mod stats;
mod stream_faults;
mod streams;
mod threads;
mod troubles;
mod turns;
