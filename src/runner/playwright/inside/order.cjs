'use strict';
// A loaded suite goes in; it comes out holding what the task wants, in the task's order.

const { sharedProjects } = require('./suite.cjs');
const { task } = require('./task.cjs');
const { keyText, placeOf, testText } = require('./tests.cjs');
const { suiteClass } = require('./versions.cjs');

/** Where in the plan the tests stand, and the files that are wanted whole. */
function wantedRanks() {
  return {
    tests: new Map(task.tests.map((key, rank) => [keyText(key), rank])),
    files: new Map((task.files || []).map((file, rank) => [file, task.tests.length + rank])),
  };
}

function rankOfTest(test, wanted) {
  const own = wanted.tests.get(testText(test));
  if (own !== undefined) return own;
  const file = wanted.files.size ? wanted.files.get(placeOf(test.parent).file) : undefined;
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
 * Before 1.62 no reporter is asked before Playwright builds its test groups. But it asks each
 * project for all its tests then: that is when they are sorted.
 */
function sortOnDemand() {
  const Suite = suiteClass();
  if (!Suite) return;
  const { allTests } = Suite.prototype;
  const wanted = wantedRanks();
  const sorted = new WeakSet();
  Suite.prototype.allTests = function () {
    const root = this._type === 'project' && this.parent;
    if (root && !sorted.has(this)) {
      sorted.add(this);
      const kept = new Map();
      rank(this, wanted, kept);
      if (!sharedProjects(root).has(this.project().name)) sort(this, kept);
    }
    return allTests.call(this);
  };
}

module.exports = { prune, rank, sort, sortOnDemand, wantedRanks };
