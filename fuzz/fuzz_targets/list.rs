//! Any bytes go in as what a sandbox says: a list of tests, or lines of events. Reading them never
//! panics, and what was understood can be kept.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_list(data));
