#!/usr/bin/env bash
# Calls the tool once. Its inputs are INPUT_* in the environment and become words of one command line, each as it
# is; outputs go to $GITHUB_OUTPUT, and the tool's exit code is that of the step.
set -euo pipefail

# shellcheck source=action/common.sh
. "$GITHUB_ACTION_PATH/action/common.sh"

# Whatever becomes of it: the code is an output, too.
trap 'output exit-code "$?"' EXIT

command=${INPUT_COMMAND-}
case $command in
  run | plan | merge) ;;
  *) fail 2 "the input \`command\` is \`$command\`; \`run\`, \`plan\` or \`merge\` is expected" ;;
esac

cd -- "${INPUT_DIRECTORY:-.}" 2>/dev/null ||
  fail 2 "the input \`working-directory\` is \`$INPUT_DIRECTORY\`, and there is no such folder"
words=("$command")
give() { # give FLAG VALUE: in one word, so that no value is taken for a flag; nothing where it is empty
  if [ -n "$2" ]; then words+=("$1=$2"); fi
}
give --shards "${INPUT_SHARDS-}"
give --shard "${INPUT_SHARD-}"
give --strategy "${INPUT_STRATEGY-}"
give --timings "${INPUT_TIMINGS-}"
give --target "${INPUT_TARGET-}"
give --isolation "${INPUT_ISOLATION-}"
give --image "${INPUT_IMAGE-}"
give --output "${INPUT_OUTPUT-}"

# What the job says of its nodes beats what GitHub does.
export SHARDWRIGHT_NODE_INDEX=${SHARDWRIGHT_NODE_INDEX:-${JOB_INDEX-}}
export SHARDWRIGHT_NODE_TOTAL=${SHARDWRIGHT_NODE_TOTAL:-${JOB_TOTAL-}}

if [ "$command" = plan ]; then words+=("--format=github"); fi

# Words with quotes as in a shell, of which nothing is ever expanded: xargs knows no more than quotes.
if [[ ${INPUT_ARGS-} == *[![:space:]]* ]]; then
  list=$(mktemp "$RUNNER_TEMP/shardwright.XXXXXX")
  printf '%s\n' "$INPUT_ARGS" | xargs printf '%s\0' >"$list" ||
    fail 2 "the input \`args\` has a quote without its partner on the same line: $INPUT_ARGS"
  while IFS= read -r -d '' word; do words+=("$word"); done <"$list"
  rm -f -- "$list"
fi

if [ "$command" != plan ]; then
  "$TOOL" "${words[@]}"
  exit
fi

matrix=$(mktemp "$RUNNER_TEMP/shardwright.XXXXXX")
"$TOOL" "${words[@]}" >"$matrix"
cat -- "$matrix"
planned=$(cat -- "$matrix")
rm -f -- "$matrix"
case $planned in
  '{"include":['*) output matrix "$planned" ;;
  *) fail 2 "\`plan\` printed no matrix: leave out of the input \`args\` what makes it print something else" ;;
esac
