'use strict';
// The folder of the package with Playwright's command goes in as argument; later, on one line of
// standard input, the command to be: `{argv, env}`. Until then this process loads what that command
// loads in any case, before it has read anything of a project, so that it starts sooner.

const Module = require('module');
const path = require('path');

const [runner] = process.argv.slice(2);
let text = '';

// Tests of others run beside us, and by this signal Node would let them debug us.
process.on('SIGUSR1', ignore);
process.stdin.setEncoding('utf8').on('error', () => {}).on('data', take);
// Nobody wants anything of it any more.
process.stdin.once('end', leave);
load();

/** Playwright's own parts; what a version does not have is loaded when it is needed. */
function load() {
  for (const part of ['lib/program', 'lib/transform/babelBundle']) {
    try {
      const root = path.dirname(require.resolve('playwright/package.json', { paths: [runner] }));
      require(path.join(root, part));
    } catch {
      // Whoever needs it says why it cannot be loaded.
    }
  }
}

function take(more) {
  text += more;
  const end = text.indexOf('\n');
  if (end < 0) return;
  process.stdin.off('data', take).off('end', leave).pause();
  process.off('SIGUSR1', ignore);
  process.stdin.unref();
  become(JSON.parse(text.slice(0, end)));
}

function ignore() {}

function leave() {
  process.exit(0);
}

/** Goes on as `node --require PRELOAD SCRIPT ...` would have begun. */
function become({ argv: [, flag, preload, script, ...args], env }) {
  Object.assign(process.env, env);
  process.argv = [process.argv[0], script, ...args];
  // Playwright starts its workers with the same.
  process.execArgv.splice(0, Infinity, flag, preload);
  require(preload);
  Module.runMain();
}
