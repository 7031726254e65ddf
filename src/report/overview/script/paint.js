// What comes in: `chart` and the `view`. What goes out: the two canvases, painted.

const axisCanvas = find('axis');
const lanesCanvas = find('lanes');
const AXIS_HIGH = 24;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
  72e5, 216e5, 432e5, 864e5,
];
// Pixels between two ticks at least.
const TICK_ROOM = 64;

const view = { from: 0, to: 1, wide: 0, gutter: 0, plot: 0, high: 0, aligned: false, span: 1 };
let colours = {};

// Colours are the style's; patterns are made of them once for each theme.
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const names = [...KINDS, 'shared', 'page', 'card', 'lane', 'line', 'text', 'muted', 'predicted', 'late', 'wait'];
  colours = Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
  colours.font = style.fontFamily;
  colours.fills = KINDS.map(kind => colours[kind]);
  colours.fills[2] = hatched(colours['timed-out'], colours.page, 6, 2);
  colours.fills[3] = hatched(colours.flaky, colours.page, 5, 1.5);
  colours.start = hatched(colours.lane, colours.wait, 6, 1.5);
}

function hatched(ground, stripe, size, width) {
  const tile = document.createElement('canvas');
  const scale = 2;
  tile.width = tile.height = size * scale;
  const paint = tile.getContext('2d');
  paint.scale(scale, scale);
  paint.fillStyle = ground;
  paint.fillRect(0, 0, size, size);
  paint.strokeStyle = stripe;
  paint.lineWidth = width;
  for (const shift of [-size, 0, size]) {
    paint.beginPath();
    paint.moveTo(shift - 1, size + 1);
    paint.lineTo(shift + size + 1, -1);
    paint.stroke();
  }
  const pattern = paint.createPattern(tile, 'repeat');
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

const shiftOf = shard => (view.aligned ? shard.begin : 0);
const xAt = (time, shard) => view.gutter + ((time - shiftOf(shard) - view.from) / (view.to - view.from)) * view.plot;
const timeAt = x => view.from + ((x - view.gutter) / view.plot) * (view.to - view.from);
const yOf = bar => {
  const shard = chart.shards[chart.shard[bar]];
  return shard.lanesTop + chart.lane[bar] * shard.high;
};

function sized(canvas, wide, high) {
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(wide * scale), Math.round(high * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${wide}px`;
    canvas.style.height = `${high}px`;
  }
  const paint = canvas.getContext('2d');
  paint.setTransform(scale, 0, 0, scale, 0, 0);
  paint.clearRect(0, 0, wide, high);
  return paint;
}

function paintAll() {
  const paint = sized(lanesCanvas, view.wide, view.high);
  const ticks = ticksOf();
  paintAxis(sized(axisCanvas, view.wide, AXIS_HIGH), ticks);
  paint.font = `12px ${colours.font}`;
  paint.textBaseline = 'middle';
  for (const shard of chart.shards) paintLabel(paint, shard);
  paint.save();
  paint.beginPath();
  paint.rect(view.gutter, 0, view.plot + 6, view.high);
  paint.clip();
  for (const shard of chart.shards) paintAttempts(paint, shard);
  paint.fillStyle = colours.line;
  for (const tick of ticks) paint.fillRect(Math.round(tick.x), 0, 1, view.high);
  for (const shard of chart.shards) {
    for (const lane of shard.lanes) paintLane(paint, shard, lane);
    paintHead(paint, shard);
  }
  paint.restore();
}

function ticksOf() {
  const span = view.to - view.from;
  const most = Math.max(2, Math.floor(view.plot / TICK_ROOM));
  const step = STEPS.find(step => span / step <= most) || STEPS[STEPS.length - 1];
  const ticks = [];
  for (let time = Math.ceil(view.from / step) * step; time <= view.to + 1e-6; time += step) {
    ticks.push({ x: view.gutter + ((time - view.from) / span) * view.plot, text: clock(time, step) });
  }
  return ticks;
}

// `0:05`, `1:30`, `1:02:00`; below a second, with milliseconds.
function clock(time, step) {
  const two = number => String(number).padStart(2, '0');
  const whole = Math.floor(Math.round(time) / 1000);
  const small = step < 1000 ? `.${String(Math.round(time) % 1000).padStart(3, '0')}` : '';
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}${small}`;
}

function paintAxis(paint, ticks) {
  paint.font = `12px ${colours.font}`;
  paint.textBaseline = 'middle';
  let free = 0;
  for (const { x, text } of ticks) {
    paint.fillStyle = colours.line;
    paint.fillRect(Math.round(x), AXIS_HIGH - 6, 1, 6);
    paint.fillStyle = colours.muted;
    const wide = paint.measureText(text).width;
    const left = Math.min(Math.max(x - wide / 2, view.gutter - 2), view.wide - wide - 1);
    if (left < free) continue;
    paint.fillText(text, left, AXIS_HIGH / 2 - 2);
    free = left + wide + 6;
  }
}

function paintLabel(paint, shard) {
  const bad = shard.bad.length;
  paint.fillStyle = colours.text;
  paint.font = `600 12px ${colours.font}`;
  const y = shard.top + 6;
  paint.fillText(view.gutter < 60 ? `${shard.number}` : `Shard ${shard.number}`, 2, y);
  if (!bad || view.gutter < 60) return;
  paint.font = `12px ${colours.font}`;
  paint.fillStyle = colours.failed;
  paint.fillText(`✕ ${bad}`, 2, y + 15);
}

function paintAttempts(paint, shard) {
  const high = shard.lanes.length * shard.high;
  let before = null;
  for (const attempt of shard.attempts) {
    const [x0, x1] = [xAt(attempt.start, shard), xAt(attempt.end, shard)];
    if (before !== null) {
      paint.strokeStyle = colours.wait;
      paint.setLineDash([2, 3]);
      paint.beginPath();
      paint.moveTo(before, shard.lanesTop + high / 2);
      paint.lineTo(x0, shard.lanesTop + high / 2);
      paint.stroke();
      paint.setLineDash([]);
    }
    paint.fillStyle = colours.lane;
    paint.fillRect(x0, shard.lanesTop - 1, Math.max(1, x1 - x0), high + 1);
    const ready = xAt(startEnd(attempt, shard), shard);
    paint.fillStyle = colours.start;
    paint.fillRect(x0, shard.lanesTop - 1, Math.max(0, ready - x0), high + 1);
    if (attempt.up !== undefined) {
      paint.fillStyle = colours.wait;
      paint.fillRect(xAt(attempt.up, shard), shard.lanesTop - 1, 1, high + 1);
    }
    before = x1;
  }
}

// When the first test of an attempt could begin.
function startEnd(attempt, shard) {
  if (attempt.listed !== undefined) return attempt.listed;
  const number = shard.attempts.indexOf(attempt) + 1;
  for (let bar = shard.first; bar < shard.last; bar++) if (chart.attempt[bar] === number) return chart.at[bar];
  return attempt.end;
}

// The first of a lane's bars that ends after a time.
function firstAfter(lane, time) {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const bar = lane[middle];
    if (chart.at[bar] + chart.millis[bar] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function paintLane(paint, shard, lane) {
  const shift = shiftOf(shard);
  const loud = [];
  const high = shard.high > 4 ? shard.high - 1 : shard.high;
  const scale = view.plot / (view.to - view.from);
  const zero = view.gutter - (view.from + shift) * scale;
  const y = lane.length ? yOf(lane[0]) : 0;
  let painted = -1;
  let filled = -1;
  for (let i = firstAfter(lane, view.from + shift); i < lane.length; i++) {
    const bar = lane[i];
    const at = chart.at[bar];
    if (at - shift > view.to) break;
    const kind = chart.kind[bar];
    if ((kind & 7) % 4) {
      loud.push(bar);
      continue;
    }
    const x0 = zero + at * scale;
    const wide = chart.millis[bar] * scale;
    // What would be painted over the same dot as the one before adds nothing.
    if (x0 + wide < painted) continue;
    if (kind !== filled) {
      paint.fillStyle = kind & SHARED ? colours.shared : colours.fills[kind & 7];
      filled = kind;
    }
    if ((kind & 7) === 4) paint.fillRect(x0, y + high / 2 - 1, Math.max(2, wide), 2);
    else paint.fillRect(x0, y, wide > 3 ? wide - 0.75 : Math.max(0.9, wide), high);
    painted = Math.max(painted, Math.floor(x0 + wide) + 0.5);
  }
  let drawn = -Infinity;
  for (const bar of loud) {
    // Thousands of failures in a row are one red band.
    const end = zero + (chart.at[bar] + chart.millis[bar]) * scale;
    if (end - drawn < 0.75) continue;
    paintLoud(paint, shard, bar, high);
    drawn = end;
  }
}

// What went wrong is never thinner than one can see, and has a sign of its own besides its colour.
function paintLoud(paint, shard, bar, high) {
  const kind = chart.kind[bar] & 7;
  const x = xAt(chart.at[bar], shard);
  const wide = Math.max(2.5, xAt(chart.at[bar] + chart.millis[bar], shard) - x);
  const y = yOf(bar);
  paint.fillStyle = colours.fills[kind];
  if (kind === 5) {
    paint.fillStyle = colours.page;
    paint.fillRect(x, y, wide, high);
    paint.strokeStyle = colours.interrupted;
    paint.lineWidth = 1.5;
    paint.setLineDash([3, 2]);
    paint.strokeRect(x + 0.75, y + 0.75, Math.max(0.5, wide - 1.5), Math.max(0.5, high - 1.5));
    paint.setLineDash([]);
    return;
  }
  paint.fillRect(x, y, wide, high);
  if (kind === 3) {
    paint.strokeStyle = colours.flaky;
    paint.lineWidth = 1;
    paint.strokeRect(x + 0.5, y + 0.5, Math.max(0.5, wide - 1), high - 1);
    return;
  }
  // A cross, where there is room for one.
  if (kind === 1 && wide > 9 && high > 7) {
    const [cx, cy, r] = [x + Math.min(wide / 2, 8), y + high / 2, high / 4];
    paint.strokeStyle = colours.page;
    paint.lineWidth = 1.5;
    paint.beginPath();
    paint.moveTo(cx - r, cy - r);
    paint.lineTo(cx + r, cy + r);
    paint.moveTo(cx + r, cy - r);
    paint.lineTo(cx - r, cy + r);
    paint.stroke();
  }
}

// Above the lanes: how long the shard should have taken and how long it did, failures, faults.
function paintHead(paint, shard) {
  const y = shard.top + 8;
  if (shard.last > shard.first) {
    const [x0, actual, predicted] = [shard.begin, shard.end, shard.predictedEnd].map(time => xAt(time, shard));
    paint.fillStyle = colours.muted;
    paint.fillRect(x0, y, Math.max(1, Math.min(actual, predicted) - x0), 1.5);
    paint.fillStyle = colours.predicted;
    if (predicted > actual) paint.fillRect(actual, y + 0.25, predicted - actual, 1);
    if (shard.predicted !== undefined) paint.fillRect(predicted - 1, y - 4, 2, 10);
    if (actual > predicted) {
      paint.fillStyle = colours.late;
      paint.fillRect(predicted, y - 0.75, actual - predicted, 3);
    }
    paintDifference(paint, shard, Math.max(actual, predicted), y);
  }
  paint.fillStyle = colours.failed;
  let drawn = -Infinity;
  for (const bar of shard.bad) {
    const x = xAt(chart.at[bar] + chart.millis[bar] / 2, shard);
    if (x - drawn < 3 || x < 0 || x > view.wide) continue;
    triangle(paint, x, y + 2);
    drawn = x;
  }
  for (const attempt of shard.attempts) if (attempt.bad) paintFault(paint, xAt(attempt.end, shard), shard);
}

function paintDifference(paint, shard, x, y) {
  const late = shard.end - shard.predictedEnd;
  if (!shard.predicted || Math.abs(late) < 500 || x + 70 > view.wide) return;
  paint.font = `11px ${colours.font}`;
  paint.fillStyle = late > 0 ? colours.late : colours.muted;
  paint.fillText(`${late > 0 ? '+' : '−'}${spoken(Math.abs(late))}`, x + 5, y);
}

function triangle(paint, x, y) {
  paint.beginPath();
  paint.moveTo(x - 3.5, y - 3);
  paint.lineTo(x + 3.5, y - 3);
  paint.lineTo(x, y + 3);
  paint.fill();
}

function paintFault(paint, x, shard) {
  const high = shard.lanes.length * shard.high;
  paint.fillStyle = colours.failed;
  paint.fillRect(x - 1, shard.top + 2, 2, HEAD + high);
  paint.beginPath();
  paint.arc(x, shard.top + 5, 6, 0, 2 * Math.PI);
  paint.fill();
  paint.fillStyle = colours.page;
  paint.fillRect(x - 1, shard.top + 1.5, 2, 4);
  paint.fillRect(x - 1, shard.top + 6.75, 2, 2);
}
