'use strict';
// A project's suite goes in, the groups that Playwright makes of its tests come out.

const { describeInGroup, placeOf } = require('./tests.cjs');

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

module.exports = { testGroups };
