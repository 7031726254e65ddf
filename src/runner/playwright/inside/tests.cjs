'use strict';
// Playwright's tests go in, what the tool calls them comes out.

const path = require('path');

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
    tags: tagsOf(test),
    line: test.location.line,
    column: test.location.column,
    shared: shared.has(test.parent.project().name),
    serial: serialTitles(test),
  };
}

/** How many titles a test shares with all that are run in one go with it; undefined where it is alone. */
function serialTitles(test) {
  let outermost;
  for (let suite = test.parent; suite; suite = suite.parent) {
    if (suite._parallelMode === 'serial') outermost = suite;
  }
  return outermost && placeOf(outermost).titles.length;
}

/** Before 1.42 a tag is what stands in a title. */
function tagsOf(test) {
  return test.tags || test.titlePath().slice(3).flatMap(title => title.match(/@\S+/g) || []);
}

/** Its project and file are its group's. */
function describeInGroup(test) {
  const { titles } = placeOf(test.parent);
  return {
    titles: [...titles, wellFormed(test.title)],
    repeat: test.repeatEachIndex || 0,
    id: test.id,
    tags: tagsOf(test),
    line: test.location.line,
    column: test.location.column,
  };
}

function slashes(file) {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

module.exports = { describeInGroup, describeTest, json, keyOf, keyText, placeOf, slashes, testText };
