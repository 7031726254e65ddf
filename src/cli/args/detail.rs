//! How much of the flags a help shows: arguments in, the command line as they want it shown out.

use std::ffi::OsString;

/// What one mostly wants of the commands that have more flags than fit a screen; `-h` shows these,
/// `--help` all.
const COMMON: [&str; 25] = [
    "config",
    "directory",
    "dry_run",
    "env",
    "format",
    "grep",
    "help",
    "isolation",
    "output",
    "compare",
    "plan_file",
    "project",
    "quiet",
    "rerun",
    "retries",
    "shard",
    "shards",
    "strategy",
    "tag",
    "target",
    "update_timings",
    "verbose",
    "what_if",
    "workers",
    "x",
];
/// A command with more flags than these shows only the common ones.
const FIT: usize = 15;

/// How much of the flags is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// `-h`: what one mostly wants.
    Common,
    /// `--help`: all.
    All,
}

impl Detail {
    /// What the arguments ask for.
    pub(crate) fn of(arguments: &[OsString]) -> Self {
        let ours = arguments.iter().take_while(|argument| *argument != "--");
        if ours.into_iter().any(|argument| argument == "--help") { Self::All } else { Self::Common }
    }

    /// The command line with the other flags hidden from its help.
    pub(crate) fn show(self, command: clap::Command) -> clap::Command {
        match self {
            Self::All => command,
            Self::Common => brief(command),
        }
    }
}

/// The flags of all commands stand at the tool itself, so what is rare of them is hidden there.
fn brief(tool: clap::Command) -> clap::Command {
    let is_common = |flag: &clap::Arg| COMMON.contains(&flag.get_id().as_str());
    let rare = |flag: clap::Arg| {
        let is_hidden = flag.is_global_set() && !is_common(&flag);
        flag.hide_short_help(is_hidden)
    };
    shortened(tool.mut_args(rare))
}

fn shortened(command: clap::Command) -> clap::Command {
    let flags = command.get_arguments().filter(|argument| !argument.is_positional());
    let command = if flags.count() > FIT { only_common(command) } else { command };
    command.mut_subcommands(shortened)
}

fn only_common(command: clap::Command) -> clap::Command {
    let more = format!("All flags: shardwright {} --help", command.get_name());
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let rare = |flag: clap::Arg| {
        let is_common = flag.is_positional() || COMMON.contains(&flag.get_id().as_str());
        flag.hide_short_help(!is_common)
    };
    command.after_help(format!("{examples}\n\n{more}")).mut_args(rare)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Detail};
    use crate::cli::args::command;

    #[test]
    fn what_is_common_is_a_flag() {
        let command = command();
        let all = command.get_subcommands().chain([&command]);
        let ids: Vec<&str> =
            all.flat_map(clap::Command::get_arguments).map(|flag| flag.get_id().as_str()).collect();
        for name in COMMON {
            assert!(ids.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_short_help_fits_a_screen_and_the_long_one_has_every_flag() {
        let help = |detail: Detail, name: &str| {
            let mut command = detail.show(command());
            command.build();
            command.find_subcommand_mut(name).unwrap().render_help().to_string()
        };
        for name in ["run", "plan", "discover"] {
            let (brief, all) = (help(Detail::Common, name), help(Detail::All, name));
            assert!(brief.lines().count() <= 64, "{name}: {brief}");
            assert!(!brief.contains("--log-level") && all.contains("--log-level"), "{name}");
            assert!(brief.contains(&format!("All flags: shardwright {name} --help")), "{name}");
        }
    }
}
