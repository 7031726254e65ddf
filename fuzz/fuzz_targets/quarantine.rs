//! Any bytes go in as `quarantine.toml`; what is wrong with them has a place in them. Its reader
//! never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_quarantine(data));
