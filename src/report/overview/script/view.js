// What comes in: wheel, pointer and buttons. What goes out: which part of the time the plot shows.

const plot = find('plot');
const selection = find('selection');
// The least that can be seen, in milliseconds.
const LEAST = 20;
// Pixels: what moves further is a drag and no click.
const STILL = 4;
let due = 0;

// Paints before the next frame, once however much has changed.
function repaint() {
  if (!due) due = requestAnimationFrame(() => {
    due = 0;
    paintAll();
    placeBar();
  });
}

// The whole time of the plot: of the run, or of the longest shard.
function spanOf() {
  const ends = chart.shards.map(shard => Math.max(shard.end, shard.last > shard.first ? shard.predictedEnd : 0) - shiftOf(shard));
  return Math.max(LEAST, ...ends) * 1.01;
}

function measure() {
  view.wide = plot.clientWidth;
  view.gutter = view.wide < 560 ? 24 : 68;
  view.plot = Math.max(40, view.wide - view.gutter - 6);
  view.high = laidOut();
  repaint();
}

function show(from, to) {
  const wide = Math.min(Math.max(to - from, LEAST), view.span);
  const start = Math.min(Math.max((from + to - wide) / 2, 0), view.span - wide);
  view.from = start;
  view.to = start + wide;
  find('range').textContent = wide >= view.span * 0.999 ? `all ${spoken(view.span)}` : `${spoken(start, wide)} to ${spoken(start + wide, wide)}`;
  repaint();
}

// Larger than 1 shows more time; what is at `time` stays where it is.
function zoom(factor, time = (view.from + view.to) / 2) {
  const wide = Math.min(Math.max((view.to - view.from) * factor, LEAST), view.span);
  const part = (time - view.from) / (view.to - view.from);
  show(time - part * wide, time + (1 - part) * wide);
}

const pan = millis => show(view.from + millis, view.to + millis);
const showAll = () => show(0, view.span);

function align(aligned) {
  view.aligned = aligned;
  view.span = spanOf();
  showAll();
}

const insideX = event => event.clientX - plot.getBoundingClientRect().left;

function onWheel(event) {
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (event.ctrlKey || event.metaKey) zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 200))), timeAt(insideX(event)));
  else if ((sideways || event.shiftKey) && view.to - view.from < view.span) pan(((sideways ? event.deltaX : event.deltaY) / view.plot) * (view.to - view.from));
  else return;
  event.preventDefault();
}

// A mouse selects the part that it wants to see; a finger moves what it sees.
let drag = null;

function onDown(event) {
  if (event.button || !event.isPrimary) return;
  drag = { x: insideX(event), from: view.from, to: view.to, moved: false, touch: event.pointerType === 'touch' };
}

function onDrag(event) {
  const x = insideX(event);
  if (!drag.moved) {
    if (Math.abs(x - drag.x) < STILL) return;
    drag.moved = true;
    plot.setPointerCapture(event.pointerId);
    leaveBar();
  }
  if (drag.touch) {
    const millis = ((drag.x - x) / view.plot) * (drag.to - drag.from);
    return show(drag.from + millis, drag.to + millis);
  }
  const [left, right] = [Math.min(drag.x, x), Math.max(drag.x, x)].map(x => Math.min(Math.max(x, view.gutter), view.wide));
  selection.hidden = false;
  selection.style.left = `${left}px`;
  selection.style.width = `${right - left}px`;
}

function onUp(event) {
  const ended = drag;
  drag = null;
  selection.hidden = true;
  if (!ended || !ended.moved) return;
  // The click that follows is none.
  const stop = click => { click.preventDefault(); click.stopPropagation(); };
  window.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }));
  if (ended.touch || event.type === 'pointercancel') return;
  const [from, to] = [ended.x, insideX(event)].sort((a, b) => a - b).map(timeAt);
  show(from, to);
}

function startView() {
  plot.addEventListener('wheel', onWheel, { passive: false });
  plot.addEventListener('pointerdown', onDown);
  plot.addEventListener('pointermove', event => (drag ? onDrag(event) : onHover(event)));
  plot.addEventListener('pointerup', onUp);
  plot.addEventListener('pointercancel', onUp);
  plot.addEventListener('dblclick', showAll);
  find('zoom-in').addEventListener('click', () => zoom(0.5));
  find('zoom-out').addEventListener('click', () => zoom(2));
  find('zoom-all').addEventListener('click', showAll);
  const box = find('aligned');
  box.checked = chart.aligned;
  box.addEventListener('change', () => align(box.checked));
  new ResizeObserver(measure).observe(plot);
  measure();
  align(chart.aligned);
}
