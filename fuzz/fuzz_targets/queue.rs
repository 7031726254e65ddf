//! Any bytes go in, as what a queue's server holds; readers of its log and of who waits say what is
//! wrong with them, or what they offer can be taken. They never panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_queue(data));
