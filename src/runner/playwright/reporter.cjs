'use strict';
// What comes in: `task.json` beside this file; in mode `node` also `selection.json`, later. What
// goes out: files in the folder `task.out`: `list.json` (the suite, in test groups exactly as
// Playwright forms them; in mode `node` handed out before the selection is awaited) or
// `events.ndjson` (each test's begin and end as it happens), and `html/` (Playwright's own HTML
// report).
// Private fields of Playwright are feature-detected; without them the result is coarser groups,
// another order or no HTML report, never a wrong selection.

const fs = require('fs');
const path = require('path');

const OUTPUT_LIMIT = 1 << 20;
// How often, and how long at most, a selection is looked for, in milliseconds.
const LOOK = 3;
const PATIENCE = 10 * 60 * 1000;
// A Playwright that a test starts must not report as if it were this one.
delete process.env.PW_TEST_REPORTER;
const task = JSON.parse(fs.readFileSync(path.join(__dirname, 'task.json'), 'utf8'));

class ShardwrightReporter {
  constructor(options) {
    this.options = options || {};
    this.errors = [];
    if (task.mode !== 'list') this.events = fs.openSync(path.join(task.out, 'events.ndjson'), 'a');
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
    const ranks = new Map(task.tests.map((key, rank) => [keyText(key), rank]));
    const whole = new Map((task.files || []).map((file, rank) => [file, task.tests.length + rank]));
    const shared = sharedProjects(suite);
    for (const project of [...suite.suites]) {
      if (shared.has(project.project().name)) continue;
      const kept = new Map();
      if (rank(project, ranks, whole, kept) === Infinity) testRun.exclude(project);
      else prune(project, kept, testRun);
    }
  }

  onBegin(config, suite) {
    this.config = config;
    if (task.mode === 'list') return void (this.suite = suite);
    const shared = sharedProjects(suite);
    const tests = suite.allTests().map(test => describeTest(test, shared));
    this.tests = tests.length;
    this.write({ event: 'listed', version: config.version, workers: config.workers, tests });
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

/** The suite as the tool reads it; without one, what went wrong. */
function describeSuite(config, suite, errors) {
  const shared = suite ? sharedProjects(suite) : new Set();
  const place = project => config.projects.indexOf(project.project());
  const projects = suite ? suite.suites.slice().sort((a, b) => place(a) - place(b)) : [];
  const dealt = projects.filter(project => !shared.has(project.project().name));
  const beside = projects.filter(project => !dealt.includes(project));
  return {
    version: config && config.version,
    workers: config && config.workers,
    root: config && suite && !mapped(suite) ? config.rootDir : undefined,
    sharded: Boolean(config && config.shard),
    servers: config ? servers(config) : undefined,
    projects: projects.map(describeProject),
    shared: beside.flatMap(project => project.allTests().map(test => describeTest(test, shared))),
    groups: dealt.flatMap(project => testGroups(project, config.workers)),
    errors,
  };
}

/** Whether a file may be known to Playwright by another name: that of what it was compiled from. */
function mapped(suite) {
  const compiled = new Set();
  for (const file of suite.suites.flatMap(project => project.suites)) {
    const loaded = file._requireFile;
    if (!loaded || (file.location && file.location.file !== loaded)) return true;
    if (loaded.endsWith('.js')) compiled.add(loaded);
  }
  return [...compiled].some(file => fs.readFileSync(file, 'utf8').includes('sourceMappingURL'));
}

/** Names of projects that others in this run depend on; they run in every shard that needs them. */
function sharedProjects(suite) {
  const shared = new Set();
  if (task.noDeps) return shared;
  for (const { dependencies, teardown } of suite.suites.map(describeProject)) {
    for (const name of [...dependencies, ...(teardown ? [teardown] : [])]) shared.add(name);
  }
  return shared;
}

/** `.only`: Playwright heeds it when it runs, not when it lists. */
function focus(root, shared) {
  if (!Array.isArray(root._entries)) return;
  const dealt = root.suites.filter(project => !shared.has(project.project().name));
  const focused = dealt.filter(narrow);
  if (focused.length) root._entries = root._entries.filter(project => !dealt.includes(project) || focused.includes(project));
}

/** Keeps what is focused below a suite, the innermost mark counting; false where nothing is. */
function narrow(suite) {
  const kept = suite._entries.filter(entry => (entry._entries && narrow(entry)) || entry._only);
  if (kept.length) suite._entries = kept;
  return kept.length > 0;
}

function describeProject(suite) {
  const project = suite.project();
  const { name, dependencies = [], teardown } = project;
  const { workers } = suite._fullProject || {};
  return { name, dependencies, teardown, workers: workers > 0 ? workers : undefined };
}

/** Text on what may take a fixed port; undefined where the configuration starts nothing. */
function servers(config) {
  const found = [];
  const internal = Object.getOwnPropertySymbols(config).map(symbol => config[symbol]).find(value => value && value.webServers);
  const list = internal ? internal.webServers : config.webServer ? [config.webServer] : [];
  for (const server of list) found.push(`webServer ${server.url || (server.port && `port ${server.port}`) || server.command}`);
  if (!internal && !config.webServer) found.push('webServer not visible in this version');
  if (config.globalSetup) found.push('globalSetup');
  return found.length ? found.join(', ') : undefined;
}

/** What the tests of a suite have in common, worked out once for all of them. */
const places = new WeakMap();
function placeOf(suite) {
  let place = places.get(suite);
  if (!place) {
    const [, project, file, ...titles] = suite.titlePath();
    place = { project, file: slashes(file), titles: titles.map(wellFormed) };
    place.text = JSON.stringify(place);
    places.set(suite, place);
  }
  return place;
}

function keyOf(test) {
  const { project, file, titles } = placeOf(test.parent);
  return { project, file, titles: [...titles, wellFormed(test.title)], repeat: test.repeatEachIndex || 0 };
}

/** Half of a surrogate pair, as in a cut emoji, is no text that JSON's readers take. */
function wellFormed(text) {
  if (text.isWellFormed && text.isWellFormed()) return text;
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

function json(value) {
  const text = JSON.stringify(value);
  // What is not well formed is written as an escape, and so is the text that looks like one.
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(value, (_, part) => typeof part === 'string' ? wellFormed(part) : part);
}

function keyText({ project, file, titles, repeat }) {
  return textOf(JSON.stringify({ project, file, titles: titles.slice(0, -1) }), titles[titles.length - 1], repeat);
}

/** The same text for a test as `keyText` has for its key. */
function testText(test) {
  return textOf(placeOf(test.parent).text, wellFormed(test.title), test.repeatEachIndex || 0);
}

function textOf(place, title, repeat) {
  return `${place}${repeat} ${title}`;
}

function describeTest(test, shared) {
  return {
    ...keyOf(test),
    id: test.id,
    tags: test.tags || [],
    line: test.location.line,
    column: test.location.column,
    shared: shared.has(test.parent.project().name),
  };
}

/** Its project and file are its group's. */
function describeInGroup(test) {
  const { titles } = placeOf(test.parent);
  return {
    titles: [...titles, wellFormed(test.title)],
    repeat: test.repeatEachIndex || 0,
    id: test.id,
    tags: test.tags || [],
    line: test.location.line,
    column: test.location.column,
  };
}

/** Milliseconds that a test spent on starting its worker's browser, which the next test will not. */
function warmup(steps) {
  const starts = ({ category, title }) => category === 'fixture' && /^fixture:? "?browser"?$/i.test(title);
  return (steps || []).reduce((sum, step) => sum + (starts(step) ? step.duration : warmup(step.steps)), 0);
}

function slashes(file) {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

function rankOfTest(test, ranks, whole) {
  const own = ranks.get(testText(test));
  if (own !== undefined) return own;
  const file = whole.size ? whole.get(placeOf(test.parent).file) : undefined;
  return file === undefined ? Infinity : file;
}

/** The first place in the plan of what a suite holds; notes that of each part that is wanted. */
function rank(suite, ranks, whole, kept) {
  let best = Infinity;
  const note = (part, own) => {
    if (own !== Infinity) kept.set(part, own);
    best = Math.min(best, own);
  };
  for (const child of suite.suites) note(child, rank(child, ranks, whole, kept));
  for (const test of suite.tests) note(test, rankOfTest(test, ranks, whole));
  return best;
}

/** Takes out what is not ours, the largest part first, and puts the rest in the plan's order. */
function prune(suite, kept, testRun) {
  for (const part of [...suite.suites, ...suite.tests]) {
    if (!kept.has(part)) testRun.exclude(part);
  }
  for (const child of suite.suites) prune(child, kept, testRun);
  if (Array.isArray(suite._entries)) suite._entries.sort((a, b) => kept.get(a) - kept.get(b));
}

/** Playwright's own rule: what it keeps together on one worker (FullConfig.shard deals these). */
function testGroups(project, workers) {
  const files = new Map();
  for (const test of project.allTests()) {
    const place = `${test._workerHash}\0${test._requireFile || test.location.file}\0${test.repeatEachIndex || 0}`;
    if (!files.has(place)) files.set(place, { general: [], parallel: new Map(), hooked: [] });
    const { general, parallel, hooked } = files.get(place);
    let insideParallel = false, outermost, hooks = false;
    for (let parent = test.parent; parent; parent = parent.parent) {
      if (parent._parallelMode === 'serial' || parent._parallelMode === 'default') outermost = parent;
      insideParallel = insideParallel || parent._parallelMode === 'parallel';
      hooks = hooks || (parent._hooks || []).some(hook => hook.type === 'beforeAll' || hook.type === 'afterAll');
    }
    if (!insideParallel) general.push(test);
    else if (hooks && !outermost) hooked.push(test);
    else {
      const unit = outermost || test;
      if (!parallel.has(unit)) parallel.set(unit, []);
      parallel.get(unit).push(test);
    }
  }
  const groups = [];
  const add = (kind, tests) => groups.push({
    project: project.project().name,
    file: placeOf(tests[0].parent).file,
    kind,
    worker: String(tests[0]._workerHash || ''),
    tests: tests.map(describeInGroup),
  });
  for (const { general, parallel, hooked } of files.values()) {
    if (general.length) add('file', general);
    for (const [unit, tests] of parallel) add(unit === tests[0] ? 'single' : 'sequence', tests);
    const size = Math.max(1, Math.ceil(hooked.length / workers));
    for (let from = 0; from < hooked.length; from += size) add('hooked', hooked.slice(from, from + size));
  }
  return groups;
}

function joined(chunks) {
  const text = (chunks || []).map(chunk => chunk.toString()).join('');
  return text.length <= OUTPUT_LIMIT ? text : `${text.slice(0, OUTPUT_LIMIT)}\n[${text.length - OUTPUT_LIMIT} characters left out]\n`;
}

/** Playwright's own HTML reporter beside whatever the user configured, which stays as it is. */
function htmlReporter(config, options) {
  const root = path.dirname(require.resolve('playwright/package.json', { paths: [task.runner] }));
  const ways = [
    () => require(path.join(root, 'lib/runner/index.js')).html.default,
    () => require(path.join(root, 'lib/reporters/html.js')).default,
  ];
  for (const way of ways) {
    try {
      const Html = way();
      return new Html({ ...options, configDir: options.configDir || path.dirname(config.configFile || '.'), outputFolder: path.join(task.out, 'html'), open: 'never' });
    } catch {
      // The next version's way.
    }
  }
  return undefined;
}

module.exports = ShardwrightReporter;
