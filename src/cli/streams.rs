//! Where the tool writes: data to standard output, everything else to standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use clap::ColorChoice;

use crate::cli::exit::Exit;
use crate::cli::log::Log;
use crate::config::environment::Environment;
use crate::config::flags::log::{LogFormat, TOOL};
use crate::config::settings::Refusal;
use crate::model::outcome::Outcome;
use crate::report::console::width::folded;
use crate::report::text;
use crate::wire::log_v1::{Entry, Level, Numbers};

/// Both streams and how to write to them.
pub(crate) struct Streams {
    out: BufWriter<io::Stdout>,
    err: io::Stderr,
    colour: ColorChoice,
    quiet: bool,
    plain: bool,
    ci: bool,
    log: Log,
    /// The numbers of the run, once there are any.
    numbers: Option<Numbers>,
}

impl Streams {
    /// Those of this process.
    pub(crate) fn of_process(environment: &Environment) -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
            err: io::stderr(),
            colour: ColorChoice::Auto,
            quiet: false,
            // https://no-color.org
            plain: environment.get("NO_COLOR").is_some() || environment.get("TERM") == Some("dumb"),
            ci: environment.is_ci(),
            log: Log::early(LogFormat::Text),
            numbers: None,
        }
    }

    /// What the user wishes.
    pub(crate) fn choose(&mut self, colour: ColorChoice, quiet: bool) {
        self.colour = colour;
        self.quiet = quiet;
    }

    /// Where the log goes.
    pub(crate) fn choose_log(&mut self, log: Log) {
        self.log = log;
    }

    /// The log.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Data, as text or as JSON; what a CI machine would take for a command in it means the same
    /// in other letters.
    pub(crate) fn data(&mut self, text: &str) -> io::Result<()> {
        let is_json = text.starts_with('{');
        let text = if is_json { text::disarmed_json(text) } else { text::disarmed_lines(text) };
        self.out.write_all(text.as_bytes())
    }

    /// Text of ours alone, in which a CI machine is meant to find its commands.
    pub(crate) fn command(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// A line for people; not with `--quiet`.
    pub(crate) fn say(&mut self, text: &str) {
        if self.log.is_json() {
            let (level, entry) = remark(text);
            self.log.tell(TOOL, level, &entry);
        } else if !self.quiet {
            self.tell(text);
        }
    }

    /// A line that warns; always.
    pub(crate) fn warn(&mut self, text: &str) {
        if self.log.is_json() {
            self.log.always(Level::Warn, &Entry::Warning { message: text.to_owned() });
        } else {
            self.tell(text);
        }
    }

    /// A line for people, always. Nobody may be listening any more, which is no error.
    pub(crate) fn tell(&mut self, text: &str) {
        if self.log.is_json() {
            let (level, entry) = remark(text);
            self.log.always(level, &entry);
            return;
        }
        writeln!(self.err, "{}", text::disarmed_lines(text.trim_end_matches('\n'))).ok();
    }

    /// A command to the CI machine that shows the log, which a log for programs does not have.
    pub(crate) fn annotate(&mut self, line: &str) {
        if !self.log.is_json() {
            writeln!(self.err, "{}", text::disarmed(line)).ok();
        }
    }

    /// The same for a long line, broken between words where it is wider than a terminal.
    pub(crate) fn tell_folded(&mut self, text: &str) {
        if self.log.is_json() {
            self.tell(text);
        } else {
            self.tell(&folded(&text::disarmed(text), "", "  ").join("\n"));
        }
    }

    /// How a run went, for the last line of the log.
    pub(crate) fn conclude(&mut self, outcome: &Outcome) {
        self.numbers = Some(Numbers::of(outcome));
    }

    /// The last line of the log.
    pub(crate) fn end(&mut self, exit: Exit) {
        let level = if exit == Exit::Passed { Level::Info } else { Level::Error };
        let numbers = self.numbers.take();
        self.log.always(level, &Entry::Summary { exit_code: exit.code(), numbers });
    }

    /// A word that stands out where there are colours; `code` as in ECMA-48, 31 is red.
    pub(crate) fn coloured(&self, code: u8, word: &str) -> String {
        self.in_colour(code, word, self.err.is_terminal())
    }

    /// The same for a word among data.
    pub(crate) fn coloured_data(&self, code: u8, word: &str) -> String {
        self.in_colour(code, word, self.out.get_ref().is_terminal())
    }

    fn in_colour(&self, code: u8, word: &str, is_terminal: bool) -> String {
        let coloured = match self.colour {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => !self.plain && is_terminal,
        };
        if coloured { format!("\u{1b}[1;{code}m{word}\u{1b}[0m") } else { word.to_owned() }
    }

    /// Whether only errors and results are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether a person watches; some CI machines give a terminal that nobody sees.
    pub(crate) fn is_watched(&self) -> bool {
        !self.ci && self.err.is_terminal()
    }

    /// Whether a person can be asked something.
    pub(crate) fn can_ask(&self) -> bool {
        self.is_watched() && io::stdin().is_terminal() && !self.log.is_json()
    }

    /// Asks a person; whatever is no yes is a no.
    pub(crate) fn ask(&mut self, question: &str) -> bool {
        let question = text::disarmed_lines(question);
        write!(self.err, "{question} [y/N] ").ok();
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok();
        ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
    }

    /// What clap says: help on standard output, errors on standard error.
    pub(crate) fn usage(&mut self, error: &clap::Error) -> Exit {
        if error.use_stderr() && self.log.is_json() {
            let message = Refusal::from(error).to_string();
            let exit_code = Exit::Usage.code();
            let (caused_by, details, hint) = (Vec::new(), Vec::new(), None);
            let entry = Entry::Error { message, caused_by, details, hint, exit_code };
            self.log.always(Level::Error, &entry);
            return Exit::Usage;
        }
        let text = error.render();
        let plain = self.plain || !self.err.is_terminal();
        let text = if plain { text.to_string() } else { text.ansi().to_string() };
        if error.use_stderr() {
            write!(self.err, "{text}").ok();
            return Exit::Usage;
        }
        self.data(&text).ok();
        Exit::Passed
    }

    /// Hands over what is still held back. Whoever read it may have gone, which is no error.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self.out.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// A line for people as an entry of the log.
fn remark(line: &str) -> (Level, Entry) {
    let plain = text::strip_ansi(line);
    match plain.trim_end().strip_prefix("warning: ") {
        Some(message) => (Level::Warn, Entry::Warning { message: message.to_owned() }),
        None => (Level::Info, Entry::note(None, plain.trim_end())),
    }
}
