'use strict';
// What comes in: the JSON in the element `data`. What goes out: `chart`, the bars of all shards in
// flat arrays of numbers, and where each of them stands on the plot.

const KINDS = ['passed', 'failed', 'timed-out', 'flaky', 'skipped', 'interrupted'];
const WORDS = ['passed', 'failed', 'timed out', 'failed, passed later', 'skipped', 'was cut off'];
const SHARED = 8;
const BAR_NUMBERS = 7;

// Pixels: above a shard's lanes stands its prediction, below them some room.
const HEAD = 15;
const ROOM = 11;
const MOST_HIGH = 1500;

const find = id => document.getElementById(id);
const chart = decoded(JSON.parse(find('data').textContent));

function decoded({ aligned, files, shards }) {
  const tests = [];
  for (const { file, project, prefix, titles, ids } of files) {
    titles.forEach((title, at) => tests.push({ title, file, project, id: ids[at] && prefix + ids[at] }));
  }
  const count = shards.reduce((sum, shard) => sum + shard.bars.length / BAR_NUMBERS, 0);
  const numbers = () => new Int32Array(count);
  const made = {
    tests, count, aligned, shards: [],
    at: new Float64Array(count), millis: new Float64Array(count), test: numbers(), lane: numbers(),
    kind: new Uint8Array(count), attempt: numbers(), turn: numbers(), shard: numbers(), executions: new Uint16Array(tests.length),
  };
  let next = 0;
  shards.forEach((shard, position) => { next = addShard(made, shard, position, next); });
  return made;
}

function addShard(made, { number, predicted, lanes, attempts, bars }, position, next) {
  const begin = attempts.length ? attempts[0].start : 0;
  const shard = {
    number, predicted, attempts, begin, position, first: next,
    end: attempts.reduce((end, attempt) => Math.max(end, attempt.end), begin),
    // The bars that failed for good.
    bad: [],
    // The bars of each lane, by time.
    lanes: Array.from({ length: lanes }, () => []),
  };
  let at = 0;
  for (let i = 0; i < bars.length; i += BAR_NUMBERS, next++) {
    at += bars[i];
    made.at[next] = at;
    made.millis[next] = bars[i + 1];
    made.test[next] = bars[i + 2];
    made.lane[next] = bars[i + 3];
    made.kind[next] = bars[i + 4];
    made.attempt[next] = bars[i + 5];
    made.turn[next] = bars[i + 6];
    made.shard[next] = position;
    made.executions[bars[i + 2]]++;
    if ([1, 2].includes(bars[i + 4] & 7)) shard.bad.push(next);
    shard.lanes[bars[i + 3]].push(next);
  }
  shard.last = next;
  // Where the plan knew no times, nothing was predicted.
  shard.predictedEnd = predicted === undefined ? shard.end : begin + predicted;
  made.shards.push(shard);
  return next;
}

// Where the lanes stand, from the top of the plot; many of them are lower.
function laidOut() {
  const lanes = chart.shards.reduce((sum, shard) => sum + shard.lanes.length, 0);
  const high = Math.max(3, Math.min(15, Math.floor(MOST_HIGH / Math.max(1, lanes))));
  let top = 4;
  for (const shard of chart.shards) {
    shard.top = top;
    shard.lanesTop = top + HEAD;
    shard.high = high;
    top = shard.lanesTop + shard.lanes.length * high + ROOM;
  }
  return top;
}

// What a bar is, in words: for the tooltip and for whoever cannot see it.
function told(bar) {
  const test = chart.tests[chart.test[bar]];
  const shard = chart.shards[chart.shard[bar]];
  const kind = chart.kind[bar];
  const parts = [`${WORDS[kind & 7]}${kind & 7 ? ' after' : ' in'} ${spoken(chart.millis[bar])}`];
  if (kind & SHARED) parts.push('set-up test');
  if (chart.turn[bar]) parts.push(`try ${chart.turn[bar]} of ${chart.executions[chart.test[bar]]}`);
  const place = [`shard ${shard.number}`, `worker ${chart.lane[bar] + 1}`];
  if (shard.attempts.length > 1) place.push(`attempt ${chart.attempt[bar]}`);
  place.push(`began at ${spoken(chart.at[bar] - shard.begin)} of the shard`);
  const where = test.project ? `${test.file} · ${test.project}` : test.file;
  return { title: test.title, where, result: parts.join(', '), place: place.join(', ') };
}

// Playwright's page of the bar's test; without one the card on this page, if there is one.
function address(bar) {
  const test = chart.tests[chart.test[bar]];
  if (!test.id) return find(`t${chart.test[bar]}`) ? `#t${chart.test[bar]}` : '';
  const turn = chart.turn[bar] ? `&run=${chart.turn[bar] - 1}` : '';
  return `playwright/index.html#?testId=${encodeURIComponent(test.id)}${turn}`;
}

// Milliseconds as people say them; of a moment in a span of `wide` milliseconds as much as tells it
// from others.
function spoken(millis, wide = Infinity) {
  const seconds = millis / 1000;
  if (seconds < 0.9995) return `${Math.round(millis)} ms`;
  if (wide < 5000) return clock(millis, 1);
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = number => String(number).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
}
