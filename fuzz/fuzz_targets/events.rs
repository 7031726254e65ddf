//! Any bytes go in; the reader of events says what is wrong with them, or what it read is written and
//! read back the same and folds to an outcome. It never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_events(data));
