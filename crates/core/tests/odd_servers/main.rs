//! The fold over what servers send that do not follow the documentation: nothing is hidden, lost or doubled, and what can be
//! meant in only one way is understood.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod approvals;
mod bend;
mod bent;
mod elements;
mod seen;
mod times;
mod unknown_types;
