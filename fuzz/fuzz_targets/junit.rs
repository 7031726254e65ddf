//! Any bytes go in; the reader of JUnit files says what is wrong with them, or what it read is joined,
//! read back the same and well-formed. It never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_junit(data));
