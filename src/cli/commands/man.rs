//! `shardwright man`: a command goes in, its page for `man` comes out on standard output; or every
//! page goes into a folder.

use std::fs;
use std::path::Path;

use anyhow::Context;
use roff::{Roff, roman};

use crate::cli::args::{self, ManArgs};
use crate::cli::commands::help::exit_codes;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::report::facts::number_of;

/// Commands that run a program, as in `man 1 ls`.
const SECTION: &str = "1";
const MANUAL: &str = "shardwright";

pub(crate) fn exec(args: &ManArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let mut tool = args::command();
    tool.build();
    match &args.to {
        Some(folder) => write_all(&tool, folder, streams)?,
        None => streams.data(&page(named(&tool, &args.command)?)?)?,
    }
    Ok(Exit::Passed)
}

fn named<'a>(tool: &'a clap::Command, words: &[String]) -> Result<&'a clap::Command, Refused> {
    words.iter().try_fold(tool, |command, word| {
        command.find_subcommand(word).ok_or_else(|| Refused {
            message: format!(
                "there is no command `{}` of which this could be the page",
                words.join(" ")
            ),
            hint: Some("`shardwright --help` lists the commands".to_owned()),
            exit: Exit::Usage,
        })
    })
}

/// The text of a page, in the language of roff.
fn page(command: &clap::Command) -> anyhow::Result<String> {
    let name = name_of(command);
    let usage = command.clone().render_usage().to_string();
    let ends = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let command = command.clone().name(name.clone()).bin_name(name.replace('-', " "));
    let is_above = command.has_subcommands();
    let page = clap_mangen::Man::new(command).section(SECTION).manual(MANUAL);
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    let usage = usage.trim_start_matches("Usage:").trim();
    Roff::new().control("SH", ["SYNOPSIS"]).text([roman(usage)]).to_writer(&mut text)?;
    page.render_options_section(&mut text)?;
    if is_above {
        page.render_subcommands_section(&mut text)?;
    }
    as_it_is("EXAMPLES", ends.trim_start_matches("Examples:\n")).to_writer(&mut text)?;
    as_it_is("EXIT STATUS", &exit_codes::text()).to_writer(&mut text)?;
    Ok(String::from_utf8(text)?)
}

/// A section whose lines stay as they are, from the left edge, so that they fit a terminal.
fn as_it_is(title: &str, text: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", [title]).control("nf", []).control("in", ["2n"]);
    for line in text.lines() {
        section.text([roman(line)]);
    }
    section.control("in", []).control("fi", []);
    section
}

/// `shardwright-timings-show`, as git and cargo name theirs.
fn name_of(command: &clap::Command) -> String {
    command.get_bin_name().unwrap_or_else(|| command.get_name()).replace(' ', "-")
}

fn write_all(tool: &clap::Command, folder: &Path, streams: &mut Streams) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let all = below(tool);
    for command in &all {
        let file = folder.join(format!("{}.{SECTION}", name_of(command)));
        let text = page(command)?;
        fs::write(&file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    streams.say(&format!("{} in {}", number_of(all.len(), "page"), folder.display()));
    Ok(())
}

/// A command and all below it that a person types.
fn below(command: &clap::Command) -> Vec<&clap::Command> {
    let seen = command.get_subcommands().filter(|command| !command.is_hide_set());
    [command].into_iter().chain(seen.flat_map(below)).collect()
}
