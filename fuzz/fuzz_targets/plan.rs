//! Any bytes go in; the reader of plans says what is wrong with them, or what it read is written and
//! read back the same. It never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_plan(data));
