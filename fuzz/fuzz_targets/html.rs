//! Any bytes go in as a page of Playwright's HTML report, as its zip or as the texts in it; what is
//! admitted is joined with a sound report and read back the same. It never panics.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shardwright::fuzz_html(data));
