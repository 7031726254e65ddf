//! A shell around the library.

fn main() -> std::process::ExitCode {
    shardwright::run()
}
