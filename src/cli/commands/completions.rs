//! `shardwright completions SHELL`: a script for the shell on standard output. It asks the tool
//! for values while a command is typed, so it stays as it is when flags change.

use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::cli::args::CompletionsArgs;
use crate::cli::commands::complete::VARIABLE;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;

const NAME: &str = "shardwright";

/// Bash takes words apart at `@`, `=` and `:`, which our values have in them: they are put together
/// again for the tool, and of its answers only what stands behind the last break is handed back.
const BASH: &str = r#"
_shardwright() {
    local line=$COMP_LINE words=() last=-1 index=0 i word
    for i in "${!COMP_WORDS[@]}"; do
        word=${COMP_WORDS[i]}
        if ((last >= 0)) && [[ $line != [[:space:]]* ]]; then
            words[last]+=$word
        else
            line=${line#"${line%%[![:space:]]*}"}
            words[++last]=$word
        fi
        line=${line#"$word"}
        if ((i == COMP_CWORD)); then index=$last; fi
    done
    local current=${words[index]}
    local before=${current%"$2"}
    COMP_WORDS=("${words[@]}")
    COMP_CWORD=$index
    _clap_complete_shardwright "$1" "$current" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -o nospace -o bashdefault -F _shardwright shardwright
"#;

pub(crate) fn exec(args: &CompletionsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell.to_string());
    let mut script = Vec::new();
    shell
        .ok_or_else(|| anyhow::anyhow!("there is no script for {}", args.shell))?
        .write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    if args.shell == Shell::Bash {
        script.extend_from_slice(BASH.as_bytes());
    }
    streams.data(&String::from_utf8(script)?)?;
    Ok(Exit::Passed)
}
