//! A shell around the library.

/// That of musl gives every freed page back at once, to fetch it anew.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    shardwright::run()
}
