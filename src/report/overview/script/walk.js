// What comes in: where the pointer is, and arrow keys. What goes out: the link over one bar, which
// is what is clicked, focused and read aloud, and the words beside it.

const barLink = find('bar');
const tip = find('tip');
// Pixels around a bar that still mean it.
const NEAR = 2;
let current = -1;
let focused = false;

function onHover(event) {
  const box = plot.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top - AXIS_HIGH];
  const bar = barAt(x, y);
  if (bar >= 0) return takeBar(bar);
  if (focused) return;
  leaveBar();
  const words = phaseAt(x, y);
  if (words) showTip(words, x, y + AXIS_HIGH + 14);
}

function shardAt(y) {
  return chart.shards.find(shard => y >= shard.top && y < shard.lanesTop + shard.lanes.length * shard.high + 2);
}

// The bar there; of several the one that went wrong.
function barAt(x, y) {
  const shard = shardAt(y);
  if (!shard || y < shard.lanesTop || x < view.gutter) return -1;
  const lane = shard.lanes[Math.min(Math.floor((y - shard.lanesTop) / shard.high), shard.lanes.length - 1)];
  const near = (NEAR / view.plot) * (view.to - view.from);
  const time = timeAt(x) + shiftOf(shard);
  let best = -1;
  let least = Infinity;
  for (let i = firstAfter(lane, time - near); i < lane.length && chart.at[lane[i]] <= time + near; i++) {
    const bar = lane[i];
    const loud = (chart.kind[bar] & 7) % 4 ? 1 : 0;
    const away = Math.max(0, chart.at[bar] - time, time - chart.at[bar] - chart.millis[bar]) - 2 * near * loud;
    if (away < least) [best, least] = [bar, away];
  }
  return best;
}

// What else can be seen there: a start, a wait, a fault, a prediction.
function phaseAt(x, y) {
  const shard = shardAt(y);
  if (!shard || x < view.gutter) return null;
  const time = timeAt(x) + shiftOf(shard);
  const title = `Shard ${shard.number}`;
  if (y < shard.lanesTop - 1) {
    if (shard.last === shard.first) return null;
    const fault = shard.attempts.find(attempt => attempt.bad && Math.abs(xAt(attempt.end, shard) - x) < 7);
    if (fault) return { title, result: fault.bad, place: `attempt ${shard.attempts.indexOf(fault) + 1}` };
    const predicted = shard.predicted === undefined ? '' : `, predicted ${spoken(shard.predicted)}`;
    return { title, result: `took ${spoken(shard.end - shard.begin)}${predicted}` };
  }
  const number = shard.attempts.findIndex(attempt => time >= attempt.start && time <= attempt.end) + 1;
  if (!number) {
    const next = shard.attempts.findIndex(attempt => time < attempt.start);
    if (next < 1) return null;
    const wait = shard.attempts[next].start - shard.attempts[next - 1].end;
    return { title, result: `waited ${spoken(wait)} before attempt ${next + 1}` };
  }
  const attempt = shard.attempts[number - 1];
  const place = shard.attempts.length > 1 ? `attempt ${number} of ${shard.attempts.length}` : '';
  const ready = startEnd(attempt, shard);
  if (time > ready) return { title, result: 'this worker runs no test', place };
  if (attempt.up === undefined) return { title, result: `start: ${spoken(ready - attempt.start)}`, place };
  if (time <= attempt.up) return { title, result: `container and runner start: ${spoken(attempt.up - attempt.start)}`, place };
  return { title, result: `files loaded, global set-up: ${spoken(ready - attempt.up)}`, place };
}

function takeBar(bar) {
  current = bar;
  const words = told(bar);
  const where = address(bar);
  if (where) barLink.href = where;
  else barLink.removeAttribute('href');
  barLink.setAttribute('aria-label', `${words.title}, ${words.where}: ${words.result}, ${words.place}`);
  barLink.className = 'on';
  placeBar();
}

// Lays the link over its bar, and the words beside it.
function placeBar() {
  if (current < 0) return;
  const shard = chart.shards[chart.shard[current]];
  const x0 = Math.max(xAt(chart.at[current], shard), view.gutter);
  const x1 = Math.min(xAt(chart.at[current] + chart.millis[current], shard), view.wide);
  const y = yOf(current) + AXIS_HIGH;
  const wide = Math.max(6, x1 - x0);
  barLink.style.left = `${x1 - x0 < 6 ? (x0 + x1) / 2 - 3 : x0}px`;
  barLink.style.top = `${y - 1}px`;
  barLink.style.width = `${wide}px`;
  barLink.style.height = `${shard.high + 1}px`;
  showTip(told(current), x0, y + shard.high + 8);
}

function leaveBar() {
  tip.hidden = true;
  if (focused) return;
  current = -1;
  barLink.className = '';
}

function showTip({ title, where, result, place }, x, y) {
  const line = (text, name) => {
    const part = document.createElement('span');
    part.className = name;
    part.textContent = text;
    part.dir = 'auto';
    return part;
  };
  const lines = [line(title, 'title')];
  if (result) lines.push(line(result, 'result'));
  if (where) lines.push(line(where, 'place'));
  if (place) lines.push(line(place, 'place'));
  tip.replaceChildren(...lines);
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(x, view.wide - tip.offsetWidth - 2))}px`;
  tip.style.top = `${y}px`;
}

// The next bar in its lane, or in the lane above or below the one nearest in time.
function step(bar, key) {
  const shard = chart.shards[chart.shard[bar]];
  const lane = shard.lanes[chart.lane[bar]];
  const place = lane.indexOf(bar);
  if (key === 'ArrowRight') return lane[place + 1] ?? bar;
  if (key === 'ArrowLeft') return lane[place - 1] ?? bar;
  if (key === 'Home') return lane[0];
  if (key === 'End') return lane[lane.length - 1];
  const lanes = chart.shards.flatMap(shard => shard.lanes.map(lane => ({ shard, lane }))).filter(({ lane }) => lane.length);
  const here = lanes.findIndex(one => one.lane === lane);
  const next = lanes[here + (key === 'ArrowDown' ? 1 : -1)];
  if (!next) return bar;
  const time = chart.at[bar] + chart.millis[bar] / 2 - shiftOf(shard) + shiftOf(next.shard);
  const after = Math.min(firstAfter(next.lane, time), next.lane.length - 1);
  const away = one => Math.abs(chart.at[one] + chart.millis[one] / 2 - time);
  return after > 0 && away(next.lane[after - 1]) < away(next.lane[after]) ? next.lane[after - 1] : next.lane[after];
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const { key } = event;
  if (key === '+' || key === '=') zoom(0.5, centre(current));
  else if (key === '-') zoom(2, centre(current));
  else if (key === '0') showAll();
  else if (key === 'Escape') {
    if (tip.hidden) return;
    tip.hidden = true;
  } else if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key)) goTo(step(current, key));
  else return;
  event.preventDefault();
}

const centre = bar => chart.at[bar] + chart.millis[bar] / 2 - shiftOf(chart.shards[chart.shard[bar]]);

// Focuses a bar: it moves into view, and its words are said.
function goTo(bar) {
  const time = centre(bar);
  const wide = view.to - view.from;
  if (time < view.from || time > view.to) show(time - wide / 2, time + wide / 2);
  takeBar(bar);
  find('said').textContent = barLink.getAttribute('aria-label');
  barLink.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

// The first bar that went wrong, or the first one.
function firstBar() {
  for (let bar = 0; bar < chart.count; bar++) if ([1, 2].includes(chart.kind[bar] & 7)) return bar;
  return 0;
}

function startWalk() {
  plot.addEventListener('pointerleave', leaveBar);
  plot.addEventListener('pointerdown', onHover);
  barLink.addEventListener('focus', () => {
    focused = true;
    takeBar(current < 0 ? firstBar() : current);
  });
  barLink.addEventListener('blur', () => {
    focused = false;
    leaveBar();
  });
  barLink.addEventListener('keydown', onKey);
}
