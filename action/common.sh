# shellcheck shell=bash
# Sourced by the action's scripts: messages that GitHub shows, outputs of a step. Works in bash 3.2, which macOS has.

escaped() { # escaped TEXT: as the data of a workflow command
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

notice() { printf '::notice title=shardwright::%s\n' "$(escaped "$1")"; }

fail() { # fail EXIT-CODE MESSAGE
  printf '::error title=shardwright::%s\n' "$(escaped "$2")"
  exit "$1"
}

output() { # output NAME VALUE: of this step; a value of any lines
  local mark
  mark=end-$RANDOM$RANDOM$RANDOM
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >>"$GITHUB_OUTPUT"
}
