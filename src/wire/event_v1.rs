//! One event, one line of NDJSON.
