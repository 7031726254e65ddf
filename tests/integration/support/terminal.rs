//! A program on a terminal of its own, and a person who answers what it asks.

use std::process::{Command, Stdio};

use crate::support::said;

/// Makes the terminal, gives an answer to each question, and ends with the program's exit code.
const PERSON: &str = "
import json, os, pty, sys
answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, given = b'', 0
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    while given < min(len(answers), shown.count(b'[y/N] ')):
        os.write(terminal, answers[given].encode() + b'\\n')
        given += 1
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
";

/// The program's exit code, and all that the terminal shows.
pub(crate) fn talk(program: &Command, answers: &[&str]) -> (i32, String) {
    let mut python = Command::new("python3");
    python.args(["-c", PERSON, &serde_json::json!(answers).to_string()]);
    python.arg(program.get_program()).args(program.get_args());
    python.env_clear().stdin(Stdio::null());
    python.current_dir(program.get_current_dir().expect("it has a folder"));
    python.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let said = said(python.output().expect("python starts"));
    assert_eq!(said.stderr, "", "{}", said.stdout);
    (said.code, said.stdout.replace("\r\n", "\n"))
}
