//! The SSE parser against a model of the standard and another implementation.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| playground_fuzz::sse::check(data));
