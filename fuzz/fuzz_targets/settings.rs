//! Any bytes go in as `shardwright.toml`; neither its reader nor the command line with its values
//! panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_settings(data));
