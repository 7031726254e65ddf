//! `shardwright help`: a command or a topic goes in, its text comes out on standard output.
//!
//! To add a topic: one file here and one line in [`TOPICS`].

mod ci;
pub(crate) mod exit_codes;
mod strategies;
mod timings;

use crate::cli::args::{self, HelpArgs};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;

/// What goes beyond one command.
pub(crate) struct Topic {
    /// As typed after `help`.
    pub(crate) name: &'static str,
    /// Lines of at most 80 columns.
    text: fn() -> String,
}

/// Every topic; one that is named as a command is beats it, and says where the flags are.
pub(crate) const TOPICS: [Topic; 4] = [
    Topic { name: "exit-codes", text: exit_codes::text },
    Topic { name: "timings", text: timings::text },
    Topic { name: "ci", text: ci::text },
    Topic { name: "strategies", text: strategies::text },
];

pub(crate) fn exec(args: &HelpArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    if let [word] = args.words.as_slice()
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == word)
    {
        streams.data(&(topic.text)())?;
        return Ok(Exit::Passed);
    }
    let asked = args.words.iter().map(String::as_str);
    let asked = ["shardwright"].into_iter().chain(asked).chain(["--help"]);
    match known(args::command()).try_get_matches_from(asked) {
        Err(error) => Ok(streams.usage(&error)),
        // No word of a command ends where its help is asked for.
        Ok(_) => Ok(Exit::Usage),
    }
}

/// The command line and the topics, so that what was meant by a wrong word is found in both.
fn known(command: clap::Command) -> clap::Command {
    let topics = TOPICS.iter().map(|topic| topic.name);
    let topics = topics.filter(|name| command.find_subcommand(name).is_none());
    let topics: Vec<clap::Command> =
        topics.map(|name| clap::Command::new(name).hide(true)).collect();
    command.subcommands(topics)
}

/// Rows of words and what they mean, the second column in line; text that is longer than a line
/// goes on below it.
fn table(rows: &[(String, String)]) -> String {
    use crate::report::console::width::{folded, width};
    let widest = rows.iter().map(|(word, _)| width(word)).max().unwrap_or(0);
    let row = |(word, about): &(String, String)| {
        let gap = " ".repeat(widest - width(word));
        let lines = folded(about, &format!("  {word}{gap}  "), &" ".repeat(widest + 4));
        lines.join("\n") + "\n"
    };
    rows.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::TOPICS;
    use crate::report::console::width::{COLUMNS, width};

    #[test]
    fn every_topic_fits_a_terminal_and_says_where_more_stands() {
        for topic in &TOPICS {
            let text = (topic.text)();
            for line in text.lines() {
                assert!(width(line) <= COLUMNS, "{}: {line}", topic.name);
            }
            assert!(text.contains("shardwright "), "{}: no example", topic.name);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", topic.name);
        }
    }
}
