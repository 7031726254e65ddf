'use strict';
// What comes in: `task.json` beside this file; in mode `node` also `selection.json`, later. What
// goes out: files in the folder `task.out`: `list.json` (the suite, in test groups exactly as
// Playwright forms them; in mode `node` handed out before the selection is awaited) or
// `events.ndjson` (each test's begin and end as it happens), and `html/` (Playwright's own HTML
// report).
// Private fields of Playwright are feature-detected; without them the result is coarser groups,
// another order or no HTML report, never a wrong selection: before 1.50, which knows no other, a
// shard does not start without them.

const fs = require('fs');
const path = require('path');
const { chooseOnDemand, prune, rank, sort, wantedRanks } = require('./order.cjs');
const { describeSuite, focus, sharedProjects } = require('./suite.cjs');
const { task } = require('./task.cjs');
const { describeTest, json, keyOf, slashes } = require('./tests.cjs');
const { htmlReporter, preprocesses } = require('./versions.cjs');

const OUTPUT_LIMIT = 1 << 20;
// How often, and how long at most, a selection is looked for, in milliseconds.
const LOOK = 3;
const PATIENCE = 10 * 60 * 1000;
// A Playwright that a test starts must not report as if it were this one.
delete process.env.PW_TEST_REPORTER;

class ShardwrightReporter {
  constructor(options) {
    this.options = options || {};
    this.errors = [];
    this.up = Date.now();
    if (task.mode === 'list') return;
    this.events = fs.openSync(path.join(task.out, 'events.ndjson'), 'a');
    if (!preprocesses()) chooseOnDemand();
  }

  printsToStdio() {
    return false;
  }

  /** Called by Playwright 1.62 and newer before it builds its test groups. */
  async preprocess({ config, suite, testRun }) {
    if (task.mode === 'list') return;
    if (task.mode === 'node') {
      this.list = describeSuite(config, suite, this.errors);
      this.writeList();
      Object.assign(task, await selection());
    }
    const wanted = wantedRanks();
    const shared = sharedProjects(suite);
    for (const project of [...suite.suites]) {
      if (shared.has(project.project().name)) continue;
      const kept = new Map();
      if (rank(project, wanted, kept) === Infinity) testRun.exclude(project);
      else prune(project, kept, testRun);
      sort(project, kept);
    }
  }

  onBegin(config, suite) {
    this.config = config;
    if (task.mode === 'list') return void (this.suite = suite);
    const shared = sharedProjects(suite);
    const tests = suite.allTests().map(test => describeTest(test, shared));
    this.tests = tests.length;
    const { up } = this;
    this.write({ event: 'listed', version: config.version, workers: config.workers, up, at: Date.now(), tests });
    this.html = htmlReporter(config, this.options);
    this.guard(html => { html.onConfigure(config); html.onBegin(suite); });
  }

  onTestBegin(test, result) {
    if (task.mode === 'list') return;
    this.write({ event: 'test-begin', key: keyOf(test), retry: result.retry, at: +result.startTime });
  }

  onTestEnd(test, result) {
    if (task.mode === 'list') return;
    this.write({
      event: 'test-end',
      key: keyOf(test),
      result: {
        status: result.status,
        expected: test.expectedStatus,
        retry: result.retry,
        again: triesAgain(test, result),
        started: +result.startTime,
        duration: Math.max(0, Math.round(result.duration)),
        warmup: Math.max(0, Math.round(warmup(result.steps))),
        worker: Math.max(0, result.parallelIndex),
        process: result.workerIndex < 0 ? undefined : result.workerIndex,
        errors: (result.errors || []).map(error => this.describeError(error)),
        attachments: result.attachments.map(({ name, contentType, path }) => ({ name, contentType, path })),
        annotations: (result.annotations || test.annotations || [])
          .map(({ type, description }) => ({ type, description })),
        stdout: joined(result.stdout),
        stderr: joined(result.stderr),
      },
    });
  }

  onError(error) {
    this.errors.push(this.describeError(error));
    if (task.mode === 'list') return;
    this.write({ event: 'error', error: this.describeError(error) });
    this.guard(html => html.onError(error));
  }

  async onEnd(result) {
    if (task.mode === 'list') {
      if (this.suite) focus(this.suite, sharedProjects(this.suite));
      this.list = describeSuite(this.config, this.suite, this.errors);
      return this.writeList();
    }
    // A suite that could not be loaded is known to be so only after it was handed out.
    if (this.list && !this.tests) this.writeList();
    if (this.html) await this.html.onEnd(result).catch(error => this.htmlFailed(error));
    this.status = result.status;
  }

  // The last word comes after every other reporter has had its own.
  async onExit() {
    if (task.mode !== 'list') this.write({ event: 'end', status: this.status || 'failed' });
  }

  // Whoever waits for it must not see half of it.
  writeList() {
    const file = path.join(task.out, 'list.json');
    fs.writeFileSync(`${file}.part`, json(this.list));
    fs.renameSync(`${file}.part`, file);
  }

  describeError(error) {
    const root = this.config && this.config.rootDir;
    const { file, line, column } = error.location || {};
    const shown = file && root ? slashes(path.relative(root, file)) : file;
    return {
      message: error.message || error.value || 'unknown error',
      stack: error.stack || '',
      snippet: error.snippet || '',
      location: shown ? `${shown}:${line}:${column}` : '',
    };
  }

  // A line is one write, so that a kill can tear only the last one.
  write(event) {
    fs.writeSync(this.events, json(event) + '\n');
  }

  guard(call) {
    if (!this.html) return;
    try {
      call(this.html);
    } catch (error) {
      this.htmlFailed(error);
    }
  }

  // The HTML report is an extra: when it breaks, the run goes on without it.
  htmlFailed(error) {
    this.html = undefined;
    this.write({ event: 'note', text: `no HTML report of this shard: ${error && error.message}` });
  }
}

/** What the tool writes once it knows what this run is to do. */
async function selection() {
  const file = path.join(__dirname, 'selection.json');
  const parent = process.ppid;
  let stopped = false;
  const stop = () => { stopped = true; };
  process.once('SIGINT', stop);
  try {
    for (const start = Date.now(); !fs.existsSync(file);) {
      if (stopped) throw new Error('interrupted before the tests to run were chosen');
      if (process.ppid !== parent || Date.now() - start > PATIENCE) throw new Error('nobody chose which tests to run');
      await new Promise(resolve => setTimeout(resolve, LOOK));
    }
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Whether Playwright itself will try a failed test once more. */
function triesAgain(test, result) {
  const well = result.status === test.expectedStatus || ['skipped', 'interrupted'].includes(result.status);
  return !well && result.retry < test.retries;
}

/** Milliseconds that a test spent on starting its worker's browser, which the next test will not. */
function warmup(steps) {
  const starts = ({ category, title }) => category === 'fixture' && /^fixture:? "?browser"?$/i.test(title);
  return (steps || []).reduce((sum, step) => sum + (starts(step) ? step.duration : warmup(step.steps)), 0);
}

function joined(chunks) {
  const text = (chunks || []).map(chunk => chunk.toString()).join('');
  return text.length <= OUTPUT_LIMIT ? text : `${text.slice(0, OUTPUT_LIMIT)}\n[${text.length - OUTPUT_LIMIT} characters left out]\n`;
}

module.exports = ShardwrightReporter;
