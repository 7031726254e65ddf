'use strict';
// Where each version of Playwright keeps what is not in its documentation.

const path = require('path');
const { task } = require('./task.cjs');

/** Where Playwright's package is. */
function playwright() {
  return path.dirname(require.resolve('playwright/package.json', { paths: [task.runner] }));
}

/** Whether this Playwright knows `preprocess`, or is one that nobody knows yet. */
function preprocesses() {
  return !olderThan(62);
}

/** Whether `--last-failed` takes exactly the tests of its ids: before 1.50 not single repetitions. */
function choosesById() {
  return !olderThan(50);
}

function olderThan(feature) {
  const [major, minor] = require(path.join(playwright(), 'package.json')).version.split('.').map(Number);
  return major === 1 && minor < feature;
}

/** What projects, files and describes are made of in versions before 1.62, where it is found. */
function suiteClass() {
  return firstOf([
    () => require(path.join(playwright(), 'lib/common/test.js')).Suite,
    () => require(path.join(playwright(), 'lib/common/index.js')).test.Suite,
  ]);
}

/** Playwright's own HTML reporter beside whatever the user configured, which stays as it is. */
function htmlReporter(config, options) {
  const root = playwright();
  const outputFolder = path.join(task.out, 'html');
  const configDir = options.configDir || path.dirname(config.configFile || '.');
  const made = Html => new Html({ ...options, configDir, outputFolder, open: 'never' });
  return firstOf([
    () => made(require(path.join(root, 'lib/runner/index.js')).html.default),
    () => made(require(path.join(root, 'lib/reporters/html.js')).default),
  ]);
}

/** What the first of several ways finds; each is that of some versions. */
function firstOf(ways) {
  for (const way of ways) {
    try {
      const found = way();
      if (found) return found;
    } catch {
      // The next version's way.
    }
  }
  return undefined;
}

module.exports = { choosesById, htmlReporter, preprocesses, suiteClass };
