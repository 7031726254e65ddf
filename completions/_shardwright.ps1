
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'shardwright' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'shardwright'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'shardwright' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('discover', 'discover', [CompletionResultType]::ParameterValue, 'Show what there is to run')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show who would run what, and how good the plan is')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run the suite in shards and report')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join the results of many shards into one report')
            [CompletionResult]::new('timings', 'timings', [CompletionResultType]::ParameterValue, 'Look after the durations of earlier runs')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show what one run or many say: flaky, failed and slow tests, late shards')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write settings and a CI workflow to start from')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON schema of shardwright.toml, by which editors complete and check it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;discover' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Only tests of this project; may be repeated')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep-invert', '--grep-invert', [CompletionResultType]::ParameterName, 'Only tests whose title does not match')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only tests with this tag; of several, with any of them')
            [CompletionResult]::new('--discover', '--discover', [CompletionResultType]::ParameterName, 'Who says which tests there are')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--isolation', '--isolation', [CompletionResultType]::ParameterName, 'What shards run in')
            [CompletionResult]::new('--engine', '--engine', [CompletionResultType]::ParameterName, 'The container engine''s command')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'The container image [default: the official one of the installed Playwright version]')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Memory of one shard')
            [CompletionResult]::new('--cpus', '--cpus', [CompletionResultType]::ParameterName, 'CPUs of one shard')
            [CompletionResult]::new('--pids-limit', '--pids-limit', [CompletionResultType]::ParameterName, 'Processes and threads of one shard')
            [CompletionResult]::new('--tmp-size', '--tmp-size', [CompletionResultType]::ParameterName, 'Size of one shard''s `/tmp`, which counts against its memory')
            [CompletionResult]::new('--disk', '--disk', [CompletionResultType]::ParameterName, 'What one shard may write to disk, to its results and its view of the project')
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'What shards can reach')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are')
            [CompletionResult]::new('--writable', '--writable', [CompletionResultType]::ParameterName, 'Where the engine allows no private view of the project: a folder that tests may write to')
            [CompletionResult]::new('--fake', '--fake', [CompletionResultType]::ParameterName, 'Play the suite of this script instead of running anything')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;plan' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Only tests of this project; may be repeated')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep-invert', '--grep-invert', [CompletionResultType]::ParameterName, 'Only tests whose title does not match')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only tests with this tag; of several, with any of them')
            [CompletionResult]::new('--discover', '--discover', [CompletionResultType]::ParameterName, 'Who says which tests there are')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'How many shards; `auto` takes as many as pay, or the fewest that meet --target')
            [CompletionResult]::new('--shards', '--shards', [CompletionResultType]::ParameterName, 'How many shards; `auto` takes as many as pay, or the fewest that meet --target')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'What the slowest shard may take, as 90s or 5m: for `--shards auto`')
            [CompletionResult]::new('--strategy', '--strategy', [CompletionResultType]::ParameterName, 'Which rule deals the tests')
            [CompletionResult]::new('--strategy-timeout', '--strategy-timeout', [CompletionResultType]::ParameterName, 'What the program of `--strategy exec:PATH` may take')
            [CompletionResult]::new('--previous', '--previous', [CompletionResultType]::ParameterName, 'An earlier plan, or a report that has one: tests stay on its shards where that costs little')
            [CompletionResult]::new('--rerun', '--rerun', [CompletionResultType]::ParameterName, 'Only what failed, timed out, was interrupted or did not run in these earlier results, and what is new since; a folder of `run` or `merge`, or of several nodes')
            [CompletionResult]::new('--spread', '--spread', [CompletionResultType]::ParameterName, 'With `--strategy tag`: deal tests with this tag evenly to all shards')
            [CompletionResult]::new('--priority', '--priority', [CompletionResultType]::ParameterName, 'Start tests with this tag first in every shard; may be repeated, the most urgent first')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Playwright workers in each shard [default: as configured, else half of --cpus]')
            [CompletionResult]::new('--workers', '--workers', [CompletionResultType]::ParameterName, 'Playwright workers in each shard [default: as configured, else half of --cpus]')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it, or the CI system whose nodes it is to start')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Also write the plan as JSON to this file')
            [CompletionResult]::new('--plan-file', '--plan-file', [CompletionResultType]::ParameterName, 'Also write the plan as JSON to this file')
            [CompletionResult]::new('--what-if', '--what-if', [CompletionResultType]::ParameterName, 'Show what these numbers of shards would take, as 1..16 or 1,2,4,8')
            [CompletionResult]::new('--isolation', '--isolation', [CompletionResultType]::ParameterName, 'What shards run in')
            [CompletionResult]::new('--engine', '--engine', [CompletionResultType]::ParameterName, 'The container engine''s command')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'The container image [default: the official one of the installed Playwright version]')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Memory of one shard')
            [CompletionResult]::new('--cpus', '--cpus', [CompletionResultType]::ParameterName, 'CPUs of one shard')
            [CompletionResult]::new('--pids-limit', '--pids-limit', [CompletionResultType]::ParameterName, 'Processes and threads of one shard')
            [CompletionResult]::new('--tmp-size', '--tmp-size', [CompletionResultType]::ParameterName, 'Size of one shard''s `/tmp`, which counts against its memory')
            [CompletionResult]::new('--disk', '--disk', [CompletionResultType]::ParameterName, 'What one shard may write to disk, to its results and its view of the project')
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'What shards can reach')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are')
            [CompletionResult]::new('--writable', '--writable', [CompletionResultType]::ParameterName, 'Where the engine allows no private view of the project: a folder that tests may write to')
            [CompletionResult]::new('--fake', '--fake', [CompletionResultType]::ParameterName, 'Play the suite of this script instead of running anything')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Show the plans of all strategies and of Playwright''s own --shard side by side')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;run' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Only tests of this project; may be repeated')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only tests whose title matches this regular expression, as in Playwright')
            [CompletionResult]::new('--grep-invert', '--grep-invert', [CompletionResultType]::ParameterName, 'Only tests whose title does not match')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only tests with this tag; of several, with any of them')
            [CompletionResult]::new('--discover', '--discover', [CompletionResultType]::ParameterName, 'Who says which tests there are')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'How many shards; `auto` takes as many as pay, or the fewest that meet --target')
            [CompletionResult]::new('--shards', '--shards', [CompletionResultType]::ParameterName, 'How many shards; `auto` takes as many as pay, or the fewest that meet --target')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'What the slowest shard may take, as 90s or 5m: for `--shards auto`')
            [CompletionResult]::new('--strategy', '--strategy', [CompletionResultType]::ParameterName, 'Which rule deals the tests')
            [CompletionResult]::new('--strategy-timeout', '--strategy-timeout', [CompletionResultType]::ParameterName, 'What the program of `--strategy exec:PATH` may take')
            [CompletionResult]::new('--previous', '--previous', [CompletionResultType]::ParameterName, 'An earlier plan, or a report that has one: tests stay on its shards where that costs little')
            [CompletionResult]::new('--rerun', '--rerun', [CompletionResultType]::ParameterName, 'Only what failed, timed out, was interrupted or did not run in these earlier results, and what is new since; a folder of `run` or `merge`, or of several nodes')
            [CompletionResult]::new('--spread', '--spread', [CompletionResultType]::ParameterName, 'With `--strategy tag`: deal tests with this tag evenly to all shards')
            [CompletionResult]::new('--priority', '--priority', [CompletionResultType]::ParameterName, 'Start tests with this tag first in every shard; may be repeated, the most urgent first')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Playwright workers in each shard [default: as configured, else half of --cpus]')
            [CompletionResult]::new('--workers', '--workers', [CompletionResultType]::ParameterName, 'Playwright workers in each shard [default: as configured, else half of --cpus]')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Run one part, as one node of a CI matrix; `auto` asks the CI which; `merge` joins the parts')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Run exactly this plan, a file of `plan -o` or a report''s folder: it says how many shards there are, and no strategy is asked')
            [CompletionResult]::new('--pin', '--pin', [CompletionResultType]::ParameterName, 'Run the plan in this file; where there is no such file yet, plan and write it there, so that a job that is run again gets the same tests')
            [CompletionResult]::new('--shard-timeout', '--shard-timeout', [CompletionResultType]::ParameterName, 'What one shard may take before it is killed, as 90s or 20m')
            [CompletionResult]::new('--stall-timeout', '--stall-timeout', [CompletionResultType]::ParameterName, 'A shard of which nothing is heard for so long is ended and tried again: no test begins or ends, and nothing is printed')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'What the whole run may take, from the first shard''s start; then what runs is ended in order')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop all shards after so many failed tests')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Also write every event to this file as it happens, `-` for standard output')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How the run is shown')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Shards at once; `auto`: as many as fit the available memory, at --memory each, and twice the CPUs, at --cpus each [default: all; with `--shards auto` auto; with `--isolation process` one where a server has a port]')
            [CompletionResult]::new('--pressure', '--pressure', [CompletionResultType]::ParameterName, 'How much of the machine''s memory may be in use: from the first on shards start one by one, from the second on no more start, from the third on the youngest is ended and what is left of it runs later; `off` looks at no memory')
            [CompletionResult]::new('--machine-limit', '--machine-limit', [CompletionResultType]::ParameterName, 'Start no shard where so many run on this machine, those of your other runs with this flag included; who came first starts first')
            [CompletionResult]::new('--machine', '--machine', [CompletionResultType]::ParameterName, 'Read `/proc` and `/sys` below this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The folder for reports and logs, from the project folder')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The folder for reports and logs, from the project folder')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that entries of the quarantine are compared with, for tests of the tool')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Run failed tests again in a fresh sandbox, at most so often; a pass there is flaky. What Playwright retries by itself it has retried before')
            [CompletionResult]::new('--fault-retries', '--fault-retries', [CompletionResultType]::ParameterName, 'After a fault (out of memory, a crash, the engine gone), run what has no result yet again in a fresh sandbox, at most so often for each shard')
            [CompletionResult]::new('--backoff', '--backoff', [CompletionResultType]::ParameterName, 'How long to wait after a shard''s first fault, and at most')
            [CompletionResult]::new('--backoff-factor', '--backoff-factor', [CompletionResultType]::ParameterName, 'What each wait is times the one before')
            [CompletionResult]::new('--backoff-jitter', '--backoff-jitter', [CompletionResultType]::ParameterName, 'By what part a wait may be longer or shorter, so that shards do not come back together')
            [CompletionResult]::new('--retry-budget', '--retry-budget', [CompletionResultType]::ParameterName, 'All shards together may try again so often; then what is broken stays broken')
            [CompletionResult]::new('--isolation', '--isolation', [CompletionResultType]::ParameterName, 'What shards run in')
            [CompletionResult]::new('--engine', '--engine', [CompletionResultType]::ParameterName, 'The container engine''s command')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'The container image [default: the official one of the installed Playwright version]')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Memory of one shard')
            [CompletionResult]::new('--cpus', '--cpus', [CompletionResultType]::ParameterName, 'CPUs of one shard')
            [CompletionResult]::new('--pids-limit', '--pids-limit', [CompletionResultType]::ParameterName, 'Processes and threads of one shard')
            [CompletionResult]::new('--tmp-size', '--tmp-size', [CompletionResultType]::ParameterName, 'Size of one shard''s `/tmp`, which counts against its memory')
            [CompletionResult]::new('--disk', '--disk', [CompletionResultType]::ParameterName, 'What one shard may write to disk, to its results and its view of the project')
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'What shards can reach')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Let a variable in, with its value here or another; may be repeated. CI and TZ always are')
            [CompletionResult]::new('--writable', '--writable', [CompletionResultType]::ParameterName, 'Where the engine allows no private view of the project: a folder that tests may write to')
            [CompletionResult]::new('--fake', '--fake', [CompletionResultType]::ParameterName, 'Play the suite of this script instead of running anything')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'Stop all shards after the first failed test')
            [CompletionResult]::new('--fail-on-flaky', '--fail-on-flaky', [CompletionResultType]::ParameterName, 'A flaky test makes the exit code 1')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and the commands that would run it, run nothing')
            [CompletionResult]::new('--update-timings', '--update-timings', [CompletionResultType]::ParameterName, 'Write the new durations to the timings file')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;merge' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The folder for reports and logs, from the project folder')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The folder for reports and logs, from the project folder')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that entries of the quarantine are compared with, for tests of the tool')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--update-timings', '--update-timings', [CompletionResultType]::ParameterName, 'Write the new durations to the timings file')
            [CompletionResult]::new('--fail-on-flaky', '--fail-on-flaky', [CompletionResultType]::ParameterName, 'A flaky test makes the exit code 1')
            [CompletionResult]::new('--in-order', '--in-order', [CompletionResultType]::ParameterName, 'JUnit files that do not say when they ran did so in the order in which they are named: the last attempt of a test decides')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the slowest files and tests, and what is flaky, failing, stale or unknown')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Learn from runs: their reports in, new durations out')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Learn from runs and commit it, where it is worth a commit')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take durations over from other tools')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove what the suite does not have any more')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join two timings files, or the two sides of a conflict')
            [CompletionResult]::new('merge-driver', 'merge-driver', [CompletionResultType]::ParameterValue, 'Join timings for git, which calls it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;timings;show' {
            [CompletionResult]::new('--files', '--files', [CompletionResultType]::ParameterName, 'How many files and tests to show')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--stale', '--stale', [CompletionResultType]::ParameterName, 'Only what the suite and the history do not have in common, all of it')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;update' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Folders with what `run` or `run --shard I/N` wrote, at any depth; parts may be missing')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;commit' {
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('--threshold', '--threshold', [CompletionResultType]::ParameterName, 'How far the prediction has to be out, or a plan to be improved, to be worth a commit; 0% takes every change')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The branch to push to [default: the one that is checked out, else the CI machine''s]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Where to push to')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'The first line of the message')
            [CompletionResult]::new('--ci-skip', '--ci-skip', [CompletionResultType]::ParameterName, 'What stands behind it so that CI leaves the commit alone; empty for nothing')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--push', '--push', [CompletionResultType]::ParameterName, 'Push it, and only it, on top of the branch as it is there by then')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A push that fails makes the exit code 3; without it, it is a warning')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only print the message that the commit would have')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;import' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'What they are [default: what they look like]')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Also replace what is known already')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;prune' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only show what would be removed')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;merge' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the result goes [default: standard output]')
            [CompletionResult]::new('--merged', '--merged', [CompletionResultType]::ParameterName, 'Where the result goes [default: standard output]')
            [CompletionResult]::new('--timings', '--timings', [CompletionResultType]::ParameterName, 'Where the durations of earlier runs are kept, from the project folder')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--conflicted', '--conflicted', [CompletionResultType]::ParameterName, 'Resolve the conflict markers in the file')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;merge-driver' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;timings;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the slowest files and tests, and what is flaky, failing, stale or unknown')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Learn from runs: their reports in, new durations out')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Learn from runs and commit it, where it is worth a commit')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take durations over from other tools')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove what the suite does not have any more')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join two timings files, or the two sides of a conflict')
            [CompletionResult]::new('merge-driver', 'merge-driver', [CompletionResultType]::ParameterValue, 'Join timings for git, which calls it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;timings;help;show' {
            break
        }
        'shardwright;timings;help;update' {
            break
        }
        'shardwright;timings;help;commit' {
            break
        }
        'shardwright;timings;help;import' {
            break
        }
        'shardwright;timings;help;prune' {
            break
        }
        'shardwright;timings;help;merge' {
            break
        }
        'shardwright;timings;help;merge-driver' {
            break
        }
        'shardwright;timings;help;help' {
            break
        }
        'shardwright;report' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('flaky', 'flaky', [CompletionResultType]::ParameterValue, 'Show which tests are flaky, how often, since when')
            [CompletionResult]::new('failed', 'failed', [CompletionResultType]::ParameterValue, 'Show which tests fail, how often, since when')
            [CompletionResult]::new('slow', 'slow', [CompletionResultType]::ParameterValue, 'Show the slowest tests and files, and which of them got slower')
            [CompletionResult]::new('skew', 'skew', [CompletionResultType]::ParameterValue, 'Show which shards were late and why, and how the plan could be better')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;report;flaky' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many tests to show [default: 20; all of them in JSON]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Tests whose failures do not fail the run until a day, from the project folder [default: quarantine.toml]')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that entries of the quarantine are compared with, for tests of the tool')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;report;failed' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many tests to show [default: 20; all of them in JSON]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;report;slow' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many tests to show [default: 20; all of them in JSON]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;report;skew' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only runs that began since a day or moment (2026-11-01), or so long ago (14d)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many runs, shards and sentences to show [default: 20; all of them in JSON]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;report;help' {
            [CompletionResult]::new('flaky', 'flaky', [CompletionResultType]::ParameterValue, 'Show which tests are flaky, how often, since when')
            [CompletionResult]::new('failed', 'failed', [CompletionResultType]::ParameterValue, 'Show which tests fail, how often, since when')
            [CompletionResult]::new('slow', 'slow', [CompletionResultType]::ParameterValue, 'Show the slowest tests and files, and which of them got slower')
            [CompletionResult]::new('skew', 'skew', [CompletionResultType]::ParameterValue, 'Show which shards were late and why, and how the plan could be better')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;report;help;flaky' {
            break
        }
        'shardwright;report;help;failed' {
            break
        }
        'shardwright;report;help;slow' {
            break
        }
        'shardwright;report;help;skew' {
            break
        }
        'shardwright;report;help;help' {
            break
        }
        'shardwright;init' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Playwright configuration, a file or its folder, as in Playwright')
            [CompletionResult]::new('--ci', '--ci', [CompletionResultType]::ParameterName, 'The CI to write a workflow for, or none [default: the one that the repository shows]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Ask nothing; what is there stays as it is, but for a new line in .gitignore')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing; what is there stays as it is, but for a new line in .gitignore')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Also replace what is there and says something else')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be written, write nothing')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;schema' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Project folder')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'File with values for any of these flags [default: shardwright.toml]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Which profile of that file holds, besides what stands at its top')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'What standard error is: for people, or one JSON object a line')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]')
            [CompletionResult]::new('--show-config', '--show-config', [CompletionResultType]::ParameterName, 'Show what the command goes by, each setting with its value and who says so; do nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and results')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also what the shards print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'shardwright;help' {
            [CompletionResult]::new('discover', 'discover', [CompletionResultType]::ParameterValue, 'Show what there is to run')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show who would run what, and how good the plan is')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run the suite in shards and report')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join the results of many shards into one report')
            [CompletionResult]::new('timings', 'timings', [CompletionResultType]::ParameterValue, 'Look after the durations of earlier runs')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show what one run or many say: flaky, failed and slow tests, late shards')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write settings and a CI workflow to start from')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON schema of shardwright.toml, by which editors complete and check it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'shardwright;help;discover' {
            break
        }
        'shardwright;help;plan' {
            break
        }
        'shardwright;help;run' {
            break
        }
        'shardwright;help;merge' {
            break
        }
        'shardwright;help;timings' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the slowest files and tests, and what is flaky, failing, stale or unknown')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Learn from runs: their reports in, new durations out')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Learn from runs and commit it, where it is worth a commit')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take durations over from other tools')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove what the suite does not have any more')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join two timings files, or the two sides of a conflict')
            [CompletionResult]::new('merge-driver', 'merge-driver', [CompletionResultType]::ParameterValue, 'Join timings for git, which calls it')
            break
        }
        'shardwright;help;timings;show' {
            break
        }
        'shardwright;help;timings;update' {
            break
        }
        'shardwright;help;timings;commit' {
            break
        }
        'shardwright;help;timings;import' {
            break
        }
        'shardwright;help;timings;prune' {
            break
        }
        'shardwright;help;timings;merge' {
            break
        }
        'shardwright;help;timings;merge-driver' {
            break
        }
        'shardwright;help;report' {
            [CompletionResult]::new('flaky', 'flaky', [CompletionResultType]::ParameterValue, 'Show which tests are flaky, how often, since when')
            [CompletionResult]::new('failed', 'failed', [CompletionResultType]::ParameterValue, 'Show which tests fail, how often, since when')
            [CompletionResult]::new('slow', 'slow', [CompletionResultType]::ParameterValue, 'Show the slowest tests and files, and which of them got slower')
            [CompletionResult]::new('skew', 'skew', [CompletionResultType]::ParameterValue, 'Show which shards were late and why, and how the plan could be better')
            break
        }
        'shardwright;help;report;flaky' {
            break
        }
        'shardwright;help;report;failed' {
            break
        }
        'shardwright;help;report;slow' {
            break
        }
        'shardwright;help;report;skew' {
            break
        }
        'shardwright;help;init' {
            break
        }
        'shardwright;help;completions' {
            break
        }
        'shardwright;help;schema' {
            break
        }
        'shardwright;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
