//! Time is linear in the input. Nothing is measured: if something were quadratic, these tests would run for hours.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fold;
mod markdown;
mod sse;
