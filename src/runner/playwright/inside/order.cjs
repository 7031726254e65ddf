'use strict';
// A loaded suite goes in; it comes out holding what the task wants, in the task's order.

const { sharedProjects } = require('./suite.cjs');
const { task } = require('./task.cjs');
const { keyText, placeOf, testText } = require('./tests.cjs');
const { choosesById, suiteClass } = require('./versions.cjs');

/** Where in the plan the tests stand, and the files that are wanted whole in a project. */
function wantedRanks() {
  return {
    tests: new Map(task.tests.map((key, rank) => [keyText(key), rank])),
    files: new Map((task.files || []).map((whole, rank) => [fileText(whole), task.tests.length + rank])),
  };
}

function fileText({ project, file }) {
  return JSON.stringify([project, file]);
}

function rankOfTest(test, wanted) {
  const own = wanted.tests.get(testText(test));
  if (own !== undefined) return own;
  const file = wanted.files.size ? wanted.files.get(fileText(placeOf(test.parent))) : undefined;
  return file === undefined ? Infinity : file;
}

/** The first place in the plan of what a suite holds; notes that of each part that is wanted. */
function rank(suite, wanted, kept) {
  let best = Infinity;
  const note = (part, own) => {
    if (own !== Infinity) kept.set(part, own);
    best = Math.min(best, own);
  };
  for (const child of suite.suites) note(child, rank(child, wanted, kept));
  for (const test of suite.tests) note(test, rankOfTest(test, wanted));
  return best;
}

/** Takes out what is not ours, the largest part first. */
function prune(suite, kept, testRun) {
  for (const part of [...suite.suites, ...suite.tests]) {
    if (!kept.has(part)) testRun.exclude(part);
  }
  for (const child of suite.suites) prune(child, kept, testRun);
}

/** Puts what a suite holds in the plan's order, and behind it what the plan does not know. */
function sort(suite, kept) {
  const place = part => kept.has(part) ? kept.get(part) : Number.MAX_SAFE_INTEGER;
  if (Array.isArray(suite._entries)) suite._entries.sort((a, b) => place(a) - place(b));
  for (const child of suite.suites) sort(child, kept);
}

/**
 * Before 1.62 no reporter is asked before Playwright builds its test groups. But it asks the suite
 * for all its tests as soon as it is loaded, and each project for its own when it builds them: that
 * is when they are sorted, and before 1.50, where no ids choose them exactly, also chosen.
 */
function chooseOnDemand() {
  const Suite = suiteClass();
  const chosen = choosesById();
  if (!Suite && !chosen) throw new Error('this Playwright shows no way to run a part of a suite: 1.50 or newer is needed');
  if (!Suite) return;
  const { allTests } = Suite.prototype;
  const wanted = wantedRanks();
  const seen = new WeakSet();
  Suite.prototype.allTests = function () {
    if (!chosen && this._type === 'root' && !seen.has(this)) {
      seen.add(this);
      choose(this, wanted);
    }
    const root = this._type === 'project' && this.parent;
    if (root && !seen.has(this)) {
      seen.add(this);
      const kept = new Map();
      rank(this, wanted, kept);
      if (!sharedProjects(root).has(this.project().name)) sort(this, kept);
    }
    return allTests.call(this);
  };
}

/** Leaves in a suite what is wanted, and the projects that this needs. */
function choose(root, wanted) {
  const shared = sharedProjects(root);
  const needed = new Set();
  const dealt = root.suites.filter(project => !shared.has(project.project().name));
  for (const project of dealt) {
    const kept = new Map();
    rank(project, wanted, kept);
    keep(project, kept);
    if (project._entries.length) need(root, project.project().name, needed);
  }
  root._entries = root._entries.filter(project => needed.has(project.project().name));
}

function keep(suite, kept) {
  suite._entries = suite._entries.filter(part => kept.has(part));
  for (const child of suite.suites) keep(child, kept);
}

/** Notes a project and all that run before and after it. */
function need(root, name, needed) {
  if (needed.has(name)) return;
  needed.add(name);
  for (const suite of root.suites) {
    const { name: own, dependencies = [], teardown } = suite.project();
    if (own !== name) continue;
    for (const other of [...dependencies, ...(teardown ? [teardown] : [])]) need(root, other, needed);
  }
}

module.exports = { chooseOnDemand, prune, rank, sort, wantedRanks };
