//! Any bytes go in; the reader of CTRF files says what is wrong with them, or a history is made of
//! what it read. It never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_ctrf(data));
