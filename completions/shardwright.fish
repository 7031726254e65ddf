# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_shardwright_global_optspecs
    string join \n C/directory= settings= profile= show-config color= q/quiet v/verbose log-format= log-level= h/help V/version
end

function __fish_shardwright_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_shardwright_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_shardwright_using_subcommand
    set -l cmd (__fish_shardwright_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c shardwright -n "__fish_shardwright_needs_command" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_needs_command" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_needs_command" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_needs_command" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_needs_command" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_needs_command" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_needs_command" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_needs_command" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_needs_command" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_needs_command" -s V -l version -d 'Print version'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "discover" -d 'Show what there is to run'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "plan" -d 'Show who would run what, and how good the plan is'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "run" -d 'Run the suite in shards and report'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "merge" -d 'Join the results of many shards into one report'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "timings" -d 'Look after the durations of earlier runs'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "report" -d 'Show what one run or many say: flaky, failed and slow tests, late shards'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "init" -d 'Write settings and a CI workflow to start from'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "schema" -d 'Print the JSON schema of shardwright.toml, by which editors complete and check it'
complete -c shardwright -n "__fish_shardwright_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l project -d 'Only tests of this project; may be repeated' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s g -l grep -d 'Only tests whose title matches this regular expression, as in Playwright' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l grep-invert -d 'Only tests whose title does not match' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l tag -d 'Only tests with this tag; of several, with any of them' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l discover -d 'Who says which tests there are' -r -f -a "auto\t'Playwright where it is installed, else scan'
playwright\t'Playwright lists its tests in the sandbox: exact'
scan\t'Read the source files: fast, needs no Playwright'"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l format -d 'How to print it' -r -f -a "table\t'For people'
list\t'One line a test'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l isolation -d 'What shards run in' -r -f -a "docker\t'A locked-down container each'
process\t'A process group each on this machine, not locked down'"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l engine -d 'The container engine\'s command' -r -f -a "docker\t''
podman\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l image -d 'The container image [default: the official one of the installed Playwright version]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l memory -d 'Memory of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l cpus -d 'CPUs of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l pids-limit -d 'Processes and threads of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l tmp-size -d 'Size of one shard\'s `/tmp`, which counts against its memory' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l disk -d 'What one shard may write to disk, to its results and its view of the project' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l network -d 'What shards can reach' -r -f -a "bridge\t'Their own loopback, and the outside through the engine'
none\t'Their own loopback only'
host\t'The host\'s network'"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l env -d 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l writable -d 'Where the engine allows no private view of the project: a folder that tests may write to' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l fake -d 'Play the suite of this script instead of running anything' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand discover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l project -d 'Only tests of this project; may be repeated' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s g -l grep -d 'Only tests whose title matches this regular expression, as in Playwright' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l grep-invert -d 'Only tests whose title does not match' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l tag -d 'Only tests with this tag; of several, with any of them' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l discover -d 'Who says which tests there are' -r -f -a "auto\t'Playwright where it is installed, else scan'
playwright\t'Playwright lists its tests in the sandbox: exact'
scan\t'Read the source files: fast, needs no Playwright'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s n -l shards -d 'How many shards; `auto` takes as many as pay, or the fewest that meet --target' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l target -d 'What the slowest shard may take, as 90s or 5m: for `--shards auto`' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l strategy -d 'Which rule deals the tests' -r -f -a "balanced\t'the least predicted time; single tests only of files that stand in the way'
lpt\t'longest groups first, each to the shard that has the least to do'
round-robin\t'in turn like cards: what failed last time first, then the longest'
file\t'whole files, and the files of a folder together as far as balance allows'
tag\t'groups with the same tags in one shard; or spreads the tags that are named'
fail-first\t'what failed last time first in every shard, then the longest'
exec:PATH\t'a program of yours: JSON in, JSON out'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l strategy-timeout -d 'What the program of `--strategy exec:PATH` may take' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l previous -d 'An earlier plan, or a report that has one: tests stay on its shards where that costs little' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l rerun -d 'Only what failed, timed out, was interrupted or did not run in these earlier results, and what is new since; a folder of `run` or `merge`, or of several nodes' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l spread -d 'With `--strategy tag`: deal tests with this tag evenly to all shards' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l priority -d 'Start tests with this tag first in every shard; may be repeated, the most urgent first' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s j -l workers -d 'Playwright workers in each shard [default: as configured, else half of --cpus]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l format -d 'How to print it, or the CI system whose nodes it is to start' -r -f -a "table\t'For people'
list\t'One line a test'
json\t'For programs'
github\t'For GitHub Actions: the matrix of a job, as JSON'
gitlab\t'For GitLab: a child pipeline; it runs `.shardwright` of .gitlab/shardwright.yml'
circleci\t'For CircleCI: the parameters of a continued pipeline, as JSON'
buildkite\t'For Buildkite: steps for `buildkite-agent pipeline upload`'
azure\t'For Azure Pipelines: sets the output variable `matrix`'
kubernetes\t'For Kubernetes: a patch that makes a Job an Indexed Job of so many nodes'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s o -l plan-file -d 'Also write the plan as JSON to this file' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l what-if -d 'Show what these numbers of shards would take, as 1..16 or 1,2,4,8' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l isolation -d 'What shards run in' -r -f -a "docker\t'A locked-down container each'
process\t'A process group each on this machine, not locked down'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l engine -d 'The container engine\'s command' -r -f -a "docker\t''
podman\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l image -d 'The container image [default: the official one of the installed Playwright version]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l memory -d 'Memory of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l cpus -d 'CPUs of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l pids-limit -d 'Processes and threads of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l tmp-size -d 'Size of one shard\'s `/tmp`, which counts against its memory' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l disk -d 'What one shard may write to disk, to its results and its view of the project' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l network -d 'What shards can reach' -r -f -a "bridge\t'Their own loopback, and the outside through the engine'
none\t'Their own loopback only'
host\t'The host\'s network'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l env -d 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l writable -d 'Where the engine allows no private view of the project: a folder that tests may write to' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l fake -d 'Play the suite of this script instead of running anything' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l compare -d 'Show the plans of all strategies and of Playwright\'s own --shard side by side'
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l project -d 'Only tests of this project; may be repeated' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s g -l grep -d 'Only tests whose title matches this regular expression, as in Playwright' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l grep-invert -d 'Only tests whose title does not match' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l tag -d 'Only tests with this tag; of several, with any of them' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l discover -d 'Who says which tests there are' -r -f -a "auto\t'Playwright where it is installed, else scan'
playwright\t'Playwright lists its tests in the sandbox: exact'
scan\t'Read the source files: fast, needs no Playwright'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s n -l shards -d 'How many shards; `auto` takes as many as pay, or the fewest that meet --target' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l target -d 'What the slowest shard may take, as 90s or 5m: for `--shards auto`' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l strategy -d 'Which rule deals the tests' -r -f -a "balanced\t'the least predicted time; single tests only of files that stand in the way'
lpt\t'longest groups first, each to the shard that has the least to do'
round-robin\t'in turn like cards: what failed last time first, then the longest'
file\t'whole files, and the files of a folder together as far as balance allows'
tag\t'groups with the same tags in one shard; or spreads the tags that are named'
fail-first\t'what failed last time first in every shard, then the longest'
exec:PATH\t'a program of yours: JSON in, JSON out'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l strategy-timeout -d 'What the program of `--strategy exec:PATH` may take' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l previous -d 'An earlier plan, or a report that has one: tests stay on its shards where that costs little' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l rerun -d 'Only what failed, timed out, was interrupted or did not run in these earlier results, and what is new since; a folder of `run` or `merge`, or of several nodes' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l spread -d 'With `--strategy tag`: deal tests with this tag evenly to all shards' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l priority -d 'Start tests with this tag first in every shard; may be repeated, the most urgent first' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s j -l workers -d 'Playwright workers in each shard [default: as configured, else half of --cpus]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l shard -d 'Run one part, as one node of a CI matrix; `auto` asks the CI which; `merge` joins the parts' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l plan -d 'Run exactly this plan, a file of `plan -o` or a report\'s folder: it says how many shards there are, and no strategy is asked' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l pin -d 'Run the plan in this file; where there is no such file yet, plan and write it there, so that a job that is run again gets the same tests' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l shard-timeout -d 'What one shard may take before it is killed, as 90s or 20m' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l stall-timeout -d 'A shard of which nothing is heard for so long is ended and tried again: no test begins or ends, and nothing is printed' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l timeout -d 'What the whole run may take, from the first shard\'s start; then what runs is ended in order' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l max-failures -d 'Stop all shards after so many failed tests' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l events -d 'Also write every event to this file as it happens, `-` for standard output' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l progress -d 'How the run is shown' -r -f -a "auto\t'Bars on a terminal, plain lines elsewhere'
bar\t'A live view'
plain\t'A line when something happens'
none\t'Nothing until the end'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l jobs -d 'Shards at once; `auto`: as many as fit the available memory, at --memory each, and twice the CPUs, at --cpus each [default: all; with `--shards auto` auto; with `--isolation process` one where a server has a port]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l pressure -d 'How much of the machine\'s memory may be in use: from the first on shards start one by one, from the second on no more start, from the third on the youngest is ended and what is left of it runs later; `off` looks at no memory' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l machine-limit -d 'Start no shard where so many run on this machine, those of your other runs with this flag included; who came first starts first' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l machine -d 'Read `/proc` and `/sys` below this folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s o -l output -d 'The folder for reports and logs, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l quarantine -d 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l today -d 'The day that entries of the quarantine are compared with, for tests of the tool' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l retries -d 'Run failed tests again in a fresh sandbox, at most so often; a pass there is flaky. What Playwright retries by itself it has retried before' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l fault-retries -d 'After a fault (out of memory, a crash, the engine gone), run what has no result yet again in a fresh sandbox, at most so often for each shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l backoff -d 'How long to wait after a shard\'s first fault, and at most' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l backoff-factor -d 'What each wait is times the one before' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l backoff-jitter -d 'By what part a wait may be longer or shorter, so that shards do not come back together' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l retry-budget -d 'All shards together may try again so often; then what is broken stays broken' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l isolation -d 'What shards run in' -r -f -a "docker\t'A locked-down container each'
process\t'A process group each on this machine, not locked down'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l engine -d 'The container engine\'s command' -r -f -a "docker\t''
podman\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l image -d 'The container image [default: the official one of the installed Playwright version]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l memory -d 'Memory of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l cpus -d 'CPUs of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l pids-limit -d 'Processes and threads of one shard' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l tmp-size -d 'Size of one shard\'s `/tmp`, which counts against its memory' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l disk -d 'What one shard may write to disk, to its results and its view of the project' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l network -d 'What shards can reach' -r -f -a "bridge\t'Their own loopback, and the outside through the engine'
none\t'Their own loopback only'
host\t'The host\'s network'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l env -d 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l writable -d 'Where the engine allows no private view of the project: a folder that tests may write to' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l fake -d 'Play the suite of this script instead of running anything' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s x -d 'Stop all shards after the first failed test'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l fail-on-flaky -d 'A flaky test makes the exit code 1'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l dry-run -d 'Print the plan and the commands that would run it, run nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l update-timings -d 'Write the new durations to the timings file'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -s o -l output -d 'The folder for reports and logs, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l quarantine -d 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l today -d 'The day that entries of the quarantine are compared with, for tests of the tool' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l update-timings -d 'Write the new durations to the timings file'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l fail-on-flaky -d 'A flaky test makes the exit code 1'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l in-order -d 'JUnit files that do not say when they ran did so in the order in which they are named: the last attempt of a test decides'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "show" -d 'Show the slowest files and tests, and what is flaky, failing, stale or unknown'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "update" -d 'Learn from runs: their reports in, new durations out'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "commit" -d 'Learn from runs and commit it, where it is worth a commit'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "import" -d 'Take durations over from other tools'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "prune" -d 'Remove what the suite does not have any more'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "merge" -d 'Join two timings files, or the two sides of a conflict'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "merge-driver" -d 'Join timings for git, which calls it'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and not __fish_seen_subcommand_from show update commit import prune merge merge-driver help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l files -d 'How many files and tests to show' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l format -d 'How to print it' -r -f -a "table\t'For people'
list\t'One line a test'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l stale -d 'Only what the suite and the history do not have in common, all of it'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l from -d 'Folders with what `run` or `run --shard I/N` wrote, at any depth; parts may be missing' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l threshold -d 'How far the prediction has to be out, or a plan to be improved, to be worth a commit; 0% takes every change' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l branch -d 'The branch to push to [default: the one that is checked out, else the CI machine\'s]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l remote -d 'Where to push to' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l subject -d 'The first line of the message' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l ci-skip -d 'What stands behind it so that CI leaves the commit alone; empty for nothing' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l push -d 'Push it, and only it, on top of the branch as it is there by then'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l strict -d 'A push that fails makes the exit code 3; without it, it is a warning'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l dry-run -d 'Only print the message that the commit would have'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from commit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l input-format -d 'What they are [default: what they look like]' -r -f -a "playwright-json\t'the output of Playwright\'s JSON reporter'
blob\t'blob reports of Playwright: a zip file, or a folder of them'
junit\t'JUnit XML, of Playwright or of another tool that names spec files'
cypress-split\t'the timings of cypress-split: whole spec files'
pytest-split\t'the `.test_durations` of pytest-split'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l replace -d 'Also replace what is known already'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l dry-run -d 'Only show what would be removed'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -s o -l merged -d 'Where the result goes [default: standard output]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l timings -d 'Where the durations of earlier runs are kept, from the project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l conflicted -d 'Resolve the conflict markers in the file'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from merge-driver" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the slowest files and tests, and what is flaky, failing, stale or unknown'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "update" -d 'Learn from runs: their reports in, new durations out'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "commit" -d 'Learn from runs and commit it, where it is worth a commit'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "import" -d 'Take durations over from other tools'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove what the suite does not have any more'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Join two timings files, or the two sides of a conflict'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "merge-driver" -d 'Join timings for git, which calls it'
complete -c shardwright -n "__fish_shardwright_using_subcommand timings; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -f -a "flaky" -d 'Show which tests are flaky, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -f -a "failed" -d 'Show which tests fail, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -f -a "slow" -d 'Show the slowest tests and files, and which of them got slower'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -f -a "skew" -d 'Show which shards were late and why, and how the plan could be better'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and not __fish_seen_subcommand_from flaky failed slow skew help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l since -d 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l limit -d 'How many tests to show [default: 20; all of them in JSON]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l format -d 'How to print it' -r -f -a "table\t'For people'
json\t'For programs'
markdown\t'For a job summary or a comment'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l quarantine -d 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l today -d 'The day that entries of the quarantine are compared with, for tests of the tool' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from flaky" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l since -d 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l limit -d 'How many tests to show [default: 20; all of them in JSON]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l format -d 'How to print it' -r -f -a "table\t'For people'
json\t'For programs'
markdown\t'For a job summary or a comment'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from failed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l since -d 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l limit -d 'How many tests to show [default: 20; all of them in JSON]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l format -d 'How to print it' -r -f -a "table\t'For people'
json\t'For programs'
markdown\t'For a job summary or a comment'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from slow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l since -d 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l limit -d 'How many runs, shards and sentences to show [default: 20; all of them in JSON]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l format -d 'How to print it' -r -f -a "table\t'For people'
json\t'For programs'
markdown\t'For a job summary or a comment'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from skew" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "flaky" -d 'Show which tests are flaky, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "failed" -d 'Show which tests fail, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "slow" -d 'Show the slowest tests and files, and which of them got slower'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "skew" -d 'Show which shards were late and why, and how the plan could be better'
complete -c shardwright -n "__fish_shardwright_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s c -l config -d 'Playwright configuration, a file or its folder, as in Playwright' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l ci -d 'The CI to write a workflow for, or none [default: the one that the repository shows]' -r -f -a "github\t'GitHub Actions'
gitlab\t'GitLab'
circleci\t'CircleCI'
buildkite\t'Buildkite'
azure\t'Azure Pipelines'
bitbucket\t'Bitbucket'
semaphore\t'Semaphore'
jenkins\t'Jenkins'
none\t'No workflow'"
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s y -l yes -d 'Ask nothing; what is there stays as it is, but for a new line in .gitignore'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l force -d 'Also replace what is there and says something else'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l dry-run -d 'Print what would be written, write nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -s C -l directory -d 'Project folder' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l settings -d 'File with values for any of these flags [default: shardwright.toml]' -r -F
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l profile -d 'Which profile of that file holds, besides what stands at its top' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l log-format -d 'What standard error is: for people, or one JSON object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l log-level -d 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]' -r
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -l show-config -d 'Show what the command goes by, each setting with its value and who says so; do nothing'
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -s q -l quiet -d 'Only errors and results'
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -s v -l verbose -d 'Also what the shards print'
complete -c shardwright -n "__fish_shardwright_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "discover" -d 'Show what there is to run'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "plan" -d 'Show who would run what, and how good the plan is'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "run" -d 'Run the suite in shards and report'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "merge" -d 'Join the results of many shards into one report'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "timings" -d 'Look after the durations of earlier runs'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "report" -d 'Show what one run or many say: flaky, failed and slow tests, late shards'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "init" -d 'Write settings and a CI workflow to start from'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "schema" -d 'Print the JSON schema of shardwright.toml, by which editors complete and check it'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and not __fish_seen_subcommand_from discover plan run merge timings report init completions schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "show" -d 'Show the slowest files and tests, and what is flaky, failing, stale or unknown'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "update" -d 'Learn from runs: their reports in, new durations out'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "commit" -d 'Learn from runs and commit it, where it is worth a commit'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "import" -d 'Take durations over from other tools'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "prune" -d 'Remove what the suite does not have any more'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "merge" -d 'Join two timings files, or the two sides of a conflict'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from timings" -f -a "merge-driver" -d 'Join timings for git, which calls it'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "flaky" -d 'Show which tests are flaky, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "failed" -d 'Show which tests fail, how often, since when'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "slow" -d 'Show the slowest tests and files, and which of them got slower'
complete -c shardwright -n "__fish_shardwright_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "skew" -d 'Show which shards were late and why, and how the plan could be better'
