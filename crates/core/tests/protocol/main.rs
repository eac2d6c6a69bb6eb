//! What comes from the API goes out equal, and what is sent has the documented form.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod events;
mod fixtures;
mod inputs;
mod objects;
mod robustness;
mod tolerance;
