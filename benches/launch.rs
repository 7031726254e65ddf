//! How long the tool takes to say its version, beside a program that does nothing, and what a
//! release's static binary is: its size, and that it runs in a container that holds nothing else.
//! Prints figures; asserts nothing but that they could be had.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/programs.rs"]
mod programs;
#[path = "support/tool.rs"]
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use figures::spread;
use programs::run;

const ROUNDS: usize = 500;
#[cfg(target_arch = "x86_64")]
const TARGET: &str = "x86_64-unknown-linux-musl";
#[cfg(target_arch = "aarch64")]
const TARGET: &str = "aarch64-unknown-linux-musl";

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("launch");
    fs::create_dir_all(&folder).expect("a folder");
    let nothing = nothing(&folder);
    let released = released(&folder);
    let ways = [
        ("a C program that does nothing", nothing),
        ("shardwright --version", tool::path()),
        ("the static binary", released),
    ];
    let mut times = vec![Vec::new(); ways.len()];
    // In turns, so that what else the machine does falls on all of them.
    for _ in 0..ROUNDS {
        for ((_, program), times) in ways.iter().zip(&mut times) {
            let mut command = Command::new(program);
            let start = Instant::now();
            let ended = command.arg("--version").stdout(Stdio::null()).status();
            times.push(start.elapsed().as_secs_f64() * 1_000.0);
            assert!(ended.expect("it starts").success());
        }
    }
    for ((name, _), times) in ways.iter().zip(&mut times) {
        println!("{name}: {} ms", spread(times, 2));
    }
}

/// What every program costs.
fn nothing(folder: &Path) -> PathBuf {
    let (source, program) = (folder.join("nothing.c"), folder.join("nothing"));
    fs::write(&source, "int main(void) { return 0; }\n").expect("a file");
    run(Command::new("cc").arg("-O2").arg("-o").arg(&program).arg(&source));
    program
}

/// The binary of a release, made as a release makes it.
fn released(folder: &Path) -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    run(Command::new("bash").arg(top.join(".github/release.sh")).arg(TARGET));
    let name = format!("shardwright-{}-{TARGET}.tar.gz", env!("CARGO_PKG_VERSION"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let archive = target.join("release-archives").join(name);
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder).arg("shardwright"));
    let program = folder.join("shardwright");
    let said = run(Command::new("bash").arg(top.join(".github/empty-container.sh")).arg(&archive));
    let megabytes = |path: &Path| {
        let tenths = fs::metadata(path).expect("a file").len() / 100_000;
        format!("{}.{} MB", tenths / 10, tenths % 10)
    };
    println!(
        "{TARGET}: {}, packed {}; in an empty container: {}",
        megabytes(&program),
        megabytes(&archive),
        String::from_utf8_lossy(&said.stdout).trim()
    );
    program
}
