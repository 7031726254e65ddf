//! Which binary is measured: the one that `cargo bench` built, or the one in `BENCH_TOOL`, such as that of a release.

use std::path::PathBuf;

/// Where it lies.
#[expect(clippy::disallowed_methods, reason = "a bench has no flags of its own")]
pub(crate) fn path() -> PathBuf {
    let named = std::env::var_os("BENCH_TOOL").map(PathBuf::from);
    // Benches start it in folders of their own.
    let named = named.map(|path| path.canonicalize().expect("BENCH_TOOL is a file"));
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_shardwright").into())
}
