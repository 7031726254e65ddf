//! Any bytes go in; each reader of other tools' timings says what is wrong with them, or what it read
//! makes a timings file that can be read. None ever panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_import(data));
