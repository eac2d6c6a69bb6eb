//! What must hold for any input: one module for each fuzz target, with a function `check` that panics if it does not.

mod bend;
pub mod event;
pub mod fold;
pub mod markdown;
pub mod sse;
