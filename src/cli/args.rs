//! The commands and which flags each of them takes.

pub(crate) mod commit;
pub(crate) mod detail;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod plan_format;
pub(crate) mod queue;
pub(crate) mod report;
pub(crate) mod timings;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, ColorChoice, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::cli::args::doctor::DoctorArgs;
use crate::cli::args::init::InitArgs;
use crate::cli::args::plan_format::{PlanFormat, PlanFormatParser};
use crate::cli::args::queue::QueueArgs;
use crate::cli::args::report::ReportArgs;
use crate::cli::args::timings::TimingsArgs;
use crate::config::environment::Environment;
use crate::config::flags::log::{LogFlags, LogFormat};
use crate::config::flags::plan::{Counts, PlanFlags};
use crate::config::flags::retry::RetryFlags;
use crate::config::flags::run::{ReportFlags, RunFlags};
use crate::config::flags::sandbox::SandboxFlags;
use crate::config::flags::suite::SuiteFlags;
use crate::model::per_test::PerTest;

/// Split a Playwright suite by time, run each shard in a locked container, get one true report
#[derive(Debug, Parser)]
#[command(name = "shardwright", version, max_term_width = 100, after_help = ENDS)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: SharedFlags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const ENDS: &str = "\
Examples:
  shardwright run --shards 4      the whole suite in four containers, here
  shardwright run --shard 2/4     one node of a CI matrix
  shardwright merge all-reports   join the reports of all nodes

More: `shardwright help run` for a command and all its flags, `shardwright help
exit-codes`, `timings`, `ci` or `strategies` for what goes beyond one of them.
Flags can also stand in shardwright.toml (`shards = 4`) or in the environment
(`SHARDWRIGHT_SHARDS=4`). A flag beats the environment, the environment beats
the file.";

const DISCOVER_EXAMPLES: &str = "\
Examples:
  shardwright discover                   the tests of each spec file
  shardwright discover --tag @slow       only those with a tag
  shardwright discover --discover scan   without Playwright or a container";

const PLAN_EXAMPLES: &str = "\
Examples:
  shardwright plan --shards 4                  how long each of four takes
  shardwright plan --shards 4 --format list    which tests each of them gets
  shardwright plan --shards 4 --compare        every strategy, and Playwright's
  shardwright plan --what-if 1..16             what more shards would bring
  shardwright plan --shards auto --target 5m   the fewest that need 5 minutes
  shardwright plan --shards 4 -o plan.json     the plan for other programs
  shardwright plan --shards auto --format github
                                               the matrix of a job that runs it";

const RUN_EXAMPLES: &str = "\
Examples:
  shardwright run --shards 4                    all tests in four containers
  shardwright run --shards 4 --update-timings   and learn how long tests take
  shardwright run --shard 2/4                   one node of a CI matrix
  shardwright run --shard auto                  the same; the CI says which one
  shardwright run --shards 2 tests/checkout     the specs of one folder
  shardwright run --shards 4 -- --retries=2     what follows -- is Playwright's
  shardwright run --shards 4 --dry-run          only show what would be run";

const MERGE_EXAMPLES: &str = "\
Examples:
  shardwright merge all-reports     every report below a folder
  shardwright merge node-1 node-2   two folders
  shardwright merge all-reports --update-timings
                                    and learn how long tests take
  shardwright merge s3://ci/run-1   what `run --artifacts s3://ci/run-1` left
  shardwright merge junit -o all    a folder of JUnit files of any tool";

const REPORT_EXAMPLES: &str = "\
Examples:
  shardwright report flaky all-runs            what is flaky, since when
  shardwright report failed all-runs           what fails, since when
  shardwright report slow all-runs             what is slow or gets slower
  shardwright report skew shardwright-report   why its shards were late";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  shardwright completions bash \\
    > ~/.local/share/bash-completion/completions/shardwright
  shardwright completions fish > ~/.config/fish/completions/shardwright.fish
  shardwright completions zsh > \"${fpath[1]}/_shardwright\"";

const MAN_EXAMPLES: &str = "\
Examples:
  shardwright man run | man -l -   read the page of a command
  shardwright man --to ~/.local/share/man/man1
                                   write all pages to where man finds them";

const HELP_EXAMPLES: &str = "\
Examples:
  shardwright help run          a command and all its flags
  shardwright help exit-codes   what they mean, and what to do";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  shardwright schema > shardwright.schema.json

Then, in the first line of shardwright.toml:
  #:schema ./shardwright.schema.json";

/// The command line as it is shown: that each flag has a variable is said once, at the end.
pub(crate) fn command() -> clap::Command {
    fn short(command: clap::Command) -> clap::Command {
        command.mut_args(|argument| argument.hide_env(true)).mut_subcommands(short)
    }
    short(Cli::command()).mut_subcommand("doctor", doctor::short)
}

/// Whether a command tells of the tool alone, so that the settings of a project do not matter to it.
pub(crate) fn is_about_the_tool(name: &str) -> bool {
    matches!(name, "completions" | "schema" | "man" | "help")
}

/// The log's format where the arguments as a whole cannot be read; `command` has the defaults.
pub(crate) fn log_format(
    arguments: &[OsString],
    environment: &Environment,
    command: &clap::Command,
) -> LogFormat {
    const FLAG: &str = "--log-format";
    let ours = arguments.iter().filter_map(|argument| argument.to_str());
    let ours: Vec<&str> = ours.take_while(|argument| *argument != "--").collect();
    let named = ours.windows(2).filter(|pair| pair[0] == FLAG).map(|pair| pair[1]);
    let joined = ours.iter().filter_map(|argument| argument.strip_prefix(FLAG)?.strip_prefix('='));
    let said = named.chain(joined).last().or_else(|| environment.get("SHARDWRIGHT_LOG_FORMAT"));
    let flag = command.get_arguments().find(|argument| argument.get_id() == "log_format");
    let default = flag.and_then(|flag| flag.get_default_values().first()?.to_str());
    let said = said.or(default);
    if said == Some("json") { LogFormat::Json } else { LogFormat::Text }
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global")]
pub(crate) struct SharedFlags {
    /// Project folder
    #[arg(
        short = 'C',
        long,
        value_name = "DIR",
        default_value = ".",
        global = true,
        env = "SHARDWRIGHT_DIRECTORY"
    )]
    pub(crate) directory: PathBuf,

    /// File with values for any of these flags [default: shardwright.toml]
    #[arg(long, value_name = "FILE", global = true, env = "SHARDWRIGHT_SETTINGS")]
    pub(crate) settings: Option<PathBuf>,

    /// Which profile of that file holds, besides what stands at its top
    #[arg(long, value_name = "NAME", global = true, env = "SHARDWRIGHT_PROFILE")]
    pub(crate) profile: Option<String>,

    /// Show what the command goes by, each setting with its value and who says so; do nothing
    #[arg(long, global = true)]
    pub(crate) show_config: bool,

    /// When to colour
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        env = "SHARDWRIGHT_COLOR"
    )]
    pub(crate) color: ColorChoice,

    /// Only errors and results
    #[arg(short, long, global = true, conflicts_with = "verbose", env = "SHARDWRIGHT_QUIET")]
    pub(crate) quiet: bool,

    /// Also what the shards print
    #[arg(short, long, global = true, env = "SHARDWRIGHT_VERBOSE")]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) log: LogFlags,

    /// Show help: `-h` what one mostly wants, `--help` all flags
    // Both in the short form, a line a flag: `Detail` says which flags there are.
    #[arg(short, long, global = true, action = ArgAction::HelpShort)]
    pub(crate) help: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what there is to run
    #[command(after_help = DISCOVER_EXAMPLES)]
    Discover(Box<DiscoverArgs>),
    /// Show who would run what, and how good the plan is
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(Box<PlanArgs>),
    /// Run the suite in shards and report
    #[command(after_help = RUN_EXAMPLES)]
    Run(Box<RunArgs>),
    /// Join the results of many shards into one report
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Look after the durations of earlier runs
    #[command(after_help = timings::EXAMPLES)]
    Timings(TimingsArgs),
    /// Show what one run or many say: flaky, failed and slow tests, late shards
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Look after the runs that machines share: show, cancel and remove them
    #[command(after_help = queue::EXAMPLES)]
    Queue(QueueArgs),
    /// Show what this machine and project lack for a run, and how to mend it
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(Box<DoctorArgs>),
    /// Write settings and a CI workflow to start from
    #[command(after_help = init::EXAMPLES)]
    Init(InitArgs),
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Print the JSON schema of shardwright.toml, by which editors complete and check it
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema,
    /// Print the page for `man` of the tool or a command, or write all of them
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
    /// Explain a command, or what goes beyond one: exit-codes, timings, ci, strategies
    #[command(after_help = HELP_EXAMPLES)]
    Help(HelpArgs),
}

impl Command {
    /// Takes in what the settings file says of some tests.
    pub(crate) fn heed(&mut self, per_test: PerTest) {
        match self {
            Self::Plan(args) => args.plan.per_test = per_test,
            Self::Run(args) => {
                args.retry.per_test = per_test.clone();
                args.plan.per_test = per_test;
            }
            Self::Discover(_)
            | Self::Doctor(_)
            | Self::Merge(_)
            | Self::Timings(_)
            | Self::Report(_)
            | Self::Queue(_)
            | Self::Init(_)
            | Self::Completions(_)
            | Self::Schema
            | Self::Man(_)
            | Self::Help(_) => {}
        }
    }
}

/// Arguments of `discover`.
#[derive(Debug, Args)]
pub(crate) struct DiscoverArgs {
    #[command(flatten)]
    pub(crate) suite: SuiteFlags,
    /// How to print it
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        default_value = "table",
        env = "SHARDWRIGHT_FORMAT"
    )]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) sandbox: SandboxFlags,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) suite: SuiteFlags,
    #[command(flatten)]
    pub(crate) plan: PlanFlags,
    /// How to print it, or the CI system whose nodes it is to start
    #[arg(long, value_name = "FORMAT", help_heading = "Output", default_value = "table",
        env = "SHARDWRIGHT_FORMAT", value_parser = PlanFormatParser)]
    pub(crate) format: PlanFormat,
    /// Also write the plan as JSON to this file
    #[arg(
        short = 'o',
        long = "plan-file",
        value_name = "FILE",
        help_heading = "Output",
        env = "SHARDWRIGHT_PLAN_FILE"
    )]
    pub(crate) plan_file: Option<PathBuf>,
    /// Show the plans of all strategies and of Playwright's own --shard side by side
    #[arg(long, help_heading = "Output")]
    pub(crate) compare: bool,
    /// Show what these numbers of shards would take, as 1..16 or 1,2,4,8
    #[arg(long, value_name = "COUNTS", help_heading = "Output",
        conflicts_with_all = ["compare", "plan_file"])]
    pub(crate) what_if: Option<Counts>,
    #[command(flatten)]
    pub(crate) sandbox: SandboxFlags,
}

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) suite: SuiteFlags,
    #[command(flatten)]
    pub(crate) plan: PlanFlags,
    #[command(flatten)]
    pub(crate) run: RunFlags,
    #[command(flatten)]
    pub(crate) retry: RetryFlags,
    #[command(flatten)]
    pub(crate) sandbox: SandboxFlags,
}

/// Arguments of `merge`.
#[derive(Debug, Clone, Args)]
pub(crate) struct MergeArgs {
    /// Folders with what `run --shard I/N` wrote, at any depth, or where `--artifacts` uploaded
    /// it; or folders with JUnit files, HTML or blob reports
    #[arg(value_name = "DIR", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) report: ReportFlags,
    /// Where the durations of earlier runs are kept, from the project folder
    #[arg(long, value_name = "FILE", default_value = "timings.json", env = "SHARDWRIGHT_TIMINGS")]
    pub(crate) timings: PathBuf,
    /// A flaky test makes the exit code 1
    #[arg(long, env = "SHARDWRIGHT_FAIL_ON_FLAKY")]
    pub(crate) fail_on_flaky: bool,
    /// JUnit files that do not say when they ran did so in the order in which they are named: the
    /// last attempt of a test decides
    #[arg(long, env = "SHARDWRIGHT_IN_ORDER")]
    pub(crate) in_order: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command, as in `timings show` [default: the whole tool]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
    /// Write every page to this folder, which is made
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(crate) to: Option<PathBuf>,
}

/// Arguments of `help`.
#[derive(Debug, Args)]
pub(crate) struct HelpArgs {
    /// A topic, or a command as in `timings show` [default: the whole tool]
    #[arg(value_name = "TOPIC")]
    pub(crate) words: Vec<String>,
}

/// How to print a suite or a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// One line a test
    List,
    /// For programs
    Json,
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::config::settings::known::known;
    use crate::report::console::width::{COLUMNS, width};

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_setting_has_a_variable_of_its_name() {
        fn named(command: &clap::Command, name: &str) -> Option<String> {
            let own = command.get_arguments().find(|argument| argument.get_long() == Some(name));
            let variable = own.and_then(|own| Some(own.get_env()?.to_string_lossy().into_owned()));
            variable.or_else(|| command.get_subcommands().find_map(|below| named(below, name)))
        }
        let command = command();
        for key in known(&command).flags {
            let variable = match key.name.as_str() {
                // As short as RUST_LOG, and documented so.
                "log-level" => "SHARDWRIGHT_LOG".to_owned(),
                name => format!("SHARDWRIGHT_{}", name.replace('-', "_").to_uppercase()),
            };
            assert_eq!(named(&command, &key.name), Some(variable));
            assert!(!key.shapes.is_empty(), "what does a value of `{}` look like?", key.name);
        }
    }

    #[test]
    fn every_command_that_people_type_has_examples_that_fit_a_terminal() {
        for command in [vec![command()], below(&command())].concat() {
            let name = command.get_name();
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Examples:\n  shardwright "), "{name}: {after}");
            for line in after.lines() {
                assert!(width(line) <= COLUMNS, "{name}: {line}");
            }
        }
    }

    /// Every command below one, without what git calls.
    fn below(command: &clap::Command) -> Vec<clap::Command> {
        let all = command.get_subcommands();
        let all = all.filter(|command| command.get_name() != "merge-driver");
        all.flat_map(|command| [vec![command.clone()], below(command)].concat()).collect()
    }
}
