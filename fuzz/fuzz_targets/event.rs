//! Reading, describing and writing of events.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| playground_fuzz::event::check(data));
