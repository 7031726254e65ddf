//! Joining JUnit files, beside the tools that the registries offer, in one run on one machine. Prints
//! times, peak memory and what is wrong with what came out; asserts only that ours is right.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/programs.rs"]
mod programs;
#[path = "support/tool.rs"]
mod tool;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::figures::{median, spread};
use crate::programs::run;

const ROUNDS: usize = 5;
const NPM: [&str; 2] = ["junit-report-merger@9.0.4", "junit-merge@2.0.0"];
const PYPI: [&str; 2] = ["junitparser==5.0.3", "junit2html==31.1.4"];

/// Says what is wrong with a joined file: takes it and the inputs.
const JUDGE: &str = r"
import sys, xml.etree.ElementTree as tree
def look(path):
    cases = suites = failures = skipped = attributes = text = properties = wrong = 0
    stack, root = [], None
    for what, it in tree.iterparse(path, events=('start', 'end')):
        if what == 'start':
            root = it if root is None else root
            if it.tag == 'testsuite': stack.append([0, 0, 0])
            continue
        if it.tag == 'testcase':
            now = (1, it.find('failure') is not None, it.find('skipped') is not None)
            cases, failures, skipped = cases + 1, failures + now[1], skipped + now[2]
            for open in stack: open[:] = [a + b for a, b in zip(open, now)]
            attributes += sum(name in it.attrib for name in ('name', 'classname', 'file', 'line', 'time'))
            text += sum(len(part.text.strip()) for part in it if part.text)
            properties += len(it.findall('properties/property'))
            it.clear()
        if it.tag == 'testsuite':
            counted = stack.pop()
            told = [it.get(name) for name in ('tests', 'failures', 'skipped')]
            wrong += told != [str(number) for number in counted]
            suites += 1
            attributes += sum(name in it.attrib for name in ('timestamp', 'hostname'))
            it.clear()
    told = [root.get(name) for name in ('tests', 'failures', 'skipped')]
    seconds = float(root.get('time') or 'nan')
    return dict(cases=cases, suites=suites, attributes=attributes, text=text, properties=properties), \
        wrong, told == [str(number) for number in (cases, failures, skipped)], seconds
inputs = [look(path) for path in sys.argv[2:]]
sums = {name: sum(it[0][name] for it in inputs) for name in inputs[0][0]}
found, wrong, root, seconds = look(sys.argv[1])
faults = [f'{sums[name] - found[name]} {name} lost' for name in sums if sums[name] != found[name]]
if wrong: faults.append(f'{wrong} suites with wrong or no numbers')
if not root: faults.append('wrong or no numbers on the root')
elif abs(seconds - sum(it[3] for it in inputs)) > 1: faults.append('wrong time on the root')
print('; '.join(faults) or 'correct')
";

/// A name, and what makes the command that writes a file; nothing if it is not installed.
type Way<'a> = (&'a str, Box<dyn Fn(&Path) -> Command + 'a>);

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("junit");
    fs::remove_dir_all(folder.join("in")).ok();
    beside_peers(&folder);
    large(&folder);
}

fn beside_peers(folder: &Path) {
    let inputs = generate(&folder.join("in/29"), 32, 1_000, "first");
    println!("32 files of 1,000 test cases, {} MB:", megabytes(&inputs));
    let ways = ways(folder, &inputs);
    let mut figures = vec![(Vec::new(), 0); ways.len()];
    // In turns, so that what else the machine does falls on all of them.
    for _ in 0..ROUNDS {
        for ((name, way), (times, peak)) in ways.iter().zip(&mut figures) {
            let (seconds, memory) = measure(&mut way(&output(folder, name)));
            times.push(seconds);
            *peak = memory.max(*peak);
        }
    }
    let ours = median(&mut figures[0].0);
    for ((name, _), (times, peak)) in ways.iter().zip(&mut figures) {
        let middle = median(times);
        let times = spread(times, 3);
        let said = judge(&written(folder, name), &inputs);
        println!("  {name}: {times} s, {:.0} times ours, {peak} MB: {said}", middle / ours);
        assert!(*name != OURS || said == "correct", "{said}");
    }
    println!();
}

const OURS: &str = "merge";

/// Ours first.
fn ways<'a>(folder: &'a Path, inputs: &'a [PathBuf]) -> Vec<Way<'a>> {
    let mut ways: Vec<Way<'_>> = vec![(OURS, Box::new(|output| ours(inputs, output)))];
    let (modules, packages) = (folder.join("peers"), folder.join("python"));
    fs::create_dir_all(&modules).expect("a folder");
    fs::write(modules.join("package.json"), "{\"private\":true}\n").expect("a file");
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund"]).args(NPM).current_dir(&modules);
    if installed(&mut npm) {
        let node = move |file: &str| {
            let mut node = Command::new("node");
            node.arg(modules.join("node_modules").join(file));
            node
        };
        let second = node.clone();
        ways.push((
            "junit-report-merger",
            Box::new(move |output| {
                let mut node = node("junit-report-merger/cli.js");
                node.arg(output).args(inputs);
                node
            }),
        ));
        ways.push((
            "junit-merge",
            Box::new(move |output| {
                let mut node = second("junit-merge/bin/junit-merge");
                node.arg("-o").arg(output).args(inputs);
                node
            }),
        ));
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--target"]).arg(&packages).args(PYPI);
    if installed(&mut pip) {
        let python = move |module: &str, command: &str| {
            let mut python = Command::new("python3");
            python.env("PYTHONPATH", &packages).args(["-m", module, command]);
            python
        };
        let second = python.clone();
        ways.push((
            "junitparser",
            Box::new(move |output| {
                let mut python = python("junitparser", "merge");
                python.args(inputs).arg(output);
                python
            }),
        ));
        ways.push((
            "junit2html",
            Box::new(move |output| {
                let mut python = second("junit2htmlreport", "--merge");
                python.arg(output).args(inputs);
                python
            }),
        ));
    }
    ways
}

fn installed(command: &mut Command) -> bool {
    let good = command.output().is_ok_and(|output| output.status.success());
    if !good {
        println!("  {command:?} failed: its tools are left out");
    }
    good
}

/// A gigabyte: every test once, and every test twice, the second time with another result.
fn large(folder: &Path) {
    let halves =
        ["first", "second"].map(|run| generate(&folder.join(format!("in/{run}")), 4, 140_000, run));
    let again = halves[0].iter().chain(&halves[1]).cloned().collect::<Vec<_>>();
    let other = generate(&folder.join("in/other"), 4, 140_000, "third");
    let apart = halves[0].iter().chain(&other).cloned().collect::<Vec<_>>();
    for (what, inputs) in [("every test once", apart), ("every test in two files", again)] {
        let output = output(folder, OURS);
        let mut times = Vec::new();
        let mut peak = 0;
        for _ in 0..3 {
            let (seconds, memory) = measure(&mut ours(&inputs, &output));
            times.push(seconds);
            peak = memory.max(peak);
        }
        let (size, times) = (megabytes(&inputs), spread(&mut times, 2));
        println!("8 files of 140,000 test cases, {size} MB, {what}: {times} s, {peak} MB");
    }
}

fn ours(inputs: &[PathBuf], output: &Path) -> Command {
    let mut tool = Command::new(tool::path());
    tool.arg("merge").args(inputs).arg("-o").arg(output);
    tool
}

/// Where a way writes: ours takes a folder, the others a file.
fn output(folder: &Path, name: &str) -> PathBuf {
    folder.join("out").join(name).with_extension(if name == OURS { "" } else { "xml" })
}

fn written(folder: &Path, name: &str) -> PathBuf {
    let output = output(folder, name);
    if name == OURS { output.join("junit.xml") } else { output }
}

fn judge(written: &Path, inputs: &[PathBuf]) -> String {
    let mut python = Command::new("python3");
    let said = run(python.args(["-c", JUDGE]).arg(written).args(inputs));
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// Seconds, and the most memory that it had, in MB.
fn measure(command: &mut Command) -> (f64, u64) {
    let output = command.stdout(Stdio::null()).stderr(Stdio::null());
    fs::create_dir_all(Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit/out")).expect("a folder");
    let start = Instant::now();
    let mut child = output.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = format!("/proc/{}/status", child.id());
    // What a process has had at most is told until it ends.
    let looker = thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let told = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let told = told.and_then(|told| told.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            let Some(told) = told else { break };
            peak = told.max(peak);
            thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let status = child.wait().expect("an end");
    let seconds = start.elapsed().as_secs_f64();
    // 1: tests failed.
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?}: {status}");
    (seconds, looker.join().expect("a figure").div_ceil(1024))
}

fn megabytes(inputs: &[PathBuf]) -> u64 {
    inputs.iter().map(|path| fs::metadata(path).expect("a file").len()).sum::<u64>() / 1_000_000
}

/// Files in the manner of Playwright: ten test cases a suite, one in twenty failed, one in fifteen
/// skipped. The first run and the second hold the same tests, others other ones.
fn generate(folder: &Path, files: usize, cases: usize, run: &str) -> Vec<PathBuf> {
    fs::create_dir_all(folder).expect("a folder");
    let area = if run == "third" { "other" } else { "area" };
    let spoilt = usize::from(run == "second");
    let file = |number: usize| {
        let path = folder.join(format!("{run}-{number}.xml"));
        let mut out = BufWriter::new(File::create(&path).expect("a file"));
        let mut body = String::new();
        let mut all = Numbers::default();
        let mut suites = String::new();
        for first in (0..cases).step_by(10) {
            let file = format!("{area}-{number}/f{}.spec.ts", first / 10);
            let mut numbers = Numbers::default();
            body.clear();
            for case in first..first + 10 {
                write_case(&mut body, &mut numbers, &file, case, (case + spoilt) % 20);
            }
            let told = numbers.told();
            let _ = write!(
                suites,
                "<testsuite name=\"{file}\" timestamp=\"2026-01-0{}T00:00:00.000Z\" \
                 hostname=\"chromium\" {told}>\n{body}</testsuite>\n",
                spoilt + 1
            );
            all.add(&numbers);
        }
        let told = all.told();
        let head = format!("<testsuites id=\"\" name=\"\" {told}>\n");
        for part in [&head, &suites, "</testsuites>\n"] {
            out.write_all(part.as_bytes()).expect("room on the disk");
        }
        out.flush().expect("room on the disk");
        path
    };
    (0..files).map(file).collect()
}

#[derive(Default)]
struct Numbers {
    tests: usize,
    failures: usize,
    skipped: usize,
    milliseconds: usize,
}

impl Numbers {
    fn add(&mut self, other: &Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.skipped += other.skipped;
        self.milliseconds += other.milliseconds;
    }

    fn told(&self) -> String {
        let Self { tests, failures, skipped, milliseconds } = self;
        format!(
            "tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\" \
             time=\"{}.{:03}\"",
            milliseconds / 1_000,
            milliseconds % 1_000
        )
    }
}

fn write_case(out: &mut String, numbers: &mut Numbers, file: &str, case: usize, fate: usize) {
    let milliseconds = case * 7_919 % 3_000;
    numbers.tests += 1;
    numbers.milliseconds += milliseconds;
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    let _ = writeln!(
        out,
        "<testcase name=\"checkout › does thing {case} &amp; checks it\" classname=\"{file}\" \
         time=\"{seconds}.{rest:03}\" file=\"{file}\" line=\"{case}\">\n<properties>\n<property \
         name=\"owner\" value=\"team\">\n</property>\n</properties>"
    );
    if fate == 0 {
        numbers.failures += 1;
        let _ =
            write!(out, "<failure message=\"expected {case}\" type=\"expect.toBe\">\n<![CDATA[");
        for step in 0..14 {
            let line = step * 7;
            let _ = writeln!(out, "    at step{step} (/app/tests/helpers/page-{step}.ts:{line}:3)");
        }
        out.push_str("]]>\n</failure>\n");
    } else if case % 15 == 7 {
        numbers.skipped += 1;
        out.push_str("<skipped>\n</skipped>\n");
    }
    out.push_str("<system-out>\n<![CDATA[");
    for line in 0..7 {
        let _ = writeln!(
            out,
            "[{line}] the page said something of test {case} and went on to http://127.0.0.1:3000/"
        );
    }
    out.push_str("]]>\n</system-out>\n</testcase>\n");
}
