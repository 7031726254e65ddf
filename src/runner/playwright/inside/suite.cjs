'use strict';
// Playwright's loaded suite goes in, the suite as the tool reads it comes out.

const fs = require('fs');
const { testGroups } = require('./groups.cjs');
const { task } = require('./task.cjs');
const { describeTest } = require('./tests.cjs');

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

module.exports = { describeSuite, focus, sharedProjects };
