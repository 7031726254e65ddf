//! What a check found, before it has the check's name: made here, so that all of them read alike.

use crate::cli::exit::Exit;
use crate::cli::failure::{Explained, explained};
use crate::model::diagnosis::{Level, Remedy};

/// What a check found.
pub(super) struct Found {
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) remedy: Remedy,
    /// What a run would end with because of it.
    exit: Exit,
}

impl Found {
    pub(super) fn ok(message: impl Into<String>) -> Self {
        Self::of(Level::Ok, message)
    }

    pub(super) fn note(message: impl Into<String>) -> Self {
        Self::of(Level::Note, message)
    }

    pub(super) fn warning(message: impl Into<String>) -> Self {
        Self::of(Level::Warning, message)
    }

    /// Nobody could look, because of what another check says.
    pub(super) fn unseen(why: &str) -> Self {
        Self::note(format!("not looked at: {why}"))
    }

    /// What `run` refuses, in its own words.
    pub(super) fn refused(error: &anyhow::Error) -> Self {
        let Explained { message, hint, exit } = explained(error);
        let remedy = Remedy { advice: hint, command: None };
        Self { level: Level::Error, message, remedy, exit }
    }

    fn of(level: Level, message: impl Into<String>) -> Self {
        let (message, remedy) = (message.into(), Remedy::default());
        Self { level, message, remedy, exit: Exit::Passed }
    }

    pub(super) fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.remedy.advice = Some(advice.into());
        self
    }

    pub(super) fn with_command(mut self, command: impl Into<String>) -> Self {
        self.remedy.command = Some(command.into());
        self
    }

    /// Without what a command says better.
    pub(super) fn without_advice(mut self) -> Self {
        self.remedy.advice = None;
        self
    }
}

/// What a run with these findings would end with: it reads all files before it asks for a sandbox.
pub(super) fn exit(found: &[Found]) -> Exit {
    let errors = || found.iter().filter(|found| found.level == Level::Error);
    let has = |exit: &Exit| errors().any(|found| found.exit == *exit);
    let order = [Exit::Usage, Exit::BadInput, Exit::Nothing, Exit::NoSandbox];
    let first = order.into_iter().find(has);
    first.or_else(|| errors().next().map(|found| found.exit)).unwrap_or(Exit::Passed)
}

#[cfg(test)]
mod tests {
    use super::{Found, exit};
    use crate::cli::exit::Exit;
    use crate::cli::failure::Refused;
    use crate::model::diagnosis::Level;

    fn error(exit: Exit) -> Found {
        let (message, hint) = ("no".to_owned(), Some("mend it".to_owned()));
        Found::refused(&Refused { message, hint, exit }.into())
    }

    #[test]
    fn the_exit_code_is_that_of_the_run_and_only_errors_count() {
        let (bad, lost) = (error(Exit::BadInput), error(Exit::NoSandbox));
        assert_eq!((bad.level, bad.message.as_str()), (Level::Error, "no"));
        assert_eq!(bad.remedy.advice.as_deref(), Some("mend it"));
        assert_eq!(exit(&[Found::warning("x"), Found::note("x"), Found::ok("x")]), Exit::Passed);
        assert_eq!(exit(&[Found::ok("x"), error(Exit::NoSandbox)]), Exit::NoSandbox);
        assert_eq!(exit(&[lost, Found::warning("x"), bad]), Exit::BadInput);
        assert_eq!(exit(&[error(Exit::BadInput), error(Exit::Usage)]), Exit::Usage);
    }
}
