//! The Markdown readers: the nodes they make, and that both agree.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| playground_fuzz::markdown::check(data));
