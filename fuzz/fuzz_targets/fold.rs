//! The fold: any delivery of a log ends like reading it once.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| playground_fuzz::fold::check(data));
