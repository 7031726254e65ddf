'use strict';
// Lines on standard input go in, each a process to start in this container: `{argv, env, mark, token,
// next, ahead}`. It prints where we do. When it has ended, and all that it left behind is killed, a
// line with its mark and exit code comes out at both outputs, and the next one may come: that with
// the token that was `next` here. Before each mark a line is ended, whether one was open or not.
// `ahead`, if there is one, is started beside it, once it has had time to start itself: it waits for
// the next command, as a line `{argv, env}`, to become it.

const { spawn } = require('child_process');
const { readFileSync, readdirSync } = require('fs');
const { signals } = require('os').constants;

// How long a process may take to end its servers and browsers, in milliseconds.
const GRACE = 3000;
// How long it may take to kill what a process left behind, and how often it is looked for.
const SWEEP = 5000;
const LOOK = 2;
// When something is started that waits, in milliseconds after what runs: that needs the processor to
// start itself, and for longer where it did not wait itself.
const LATER = { cold: 4000, warm: 2000 };

delete process.env.SHARDWRIGHT_HELD;
// What runs, and what waits for the next command.
let child, standby, timer;
// From an order to its mark.
let busy = false;
let leaves = false;
// What has come of the next order, and what it has to hold; the first comes before any test.
let text = Buffer.alloc(0), token;
// What was here before the first order, with the time of its start: what the image itself began.
let spared;

// Node would let everybody here debug us.
process.on('SIGUSR1', () => {});
process.stdin.on('data', take);
// Whoever started us was killed: nobody waits for the tests any more, and nobody else ends them.
process.stdin.on('error', () => {}).once('close', () => {
  interrupt('SIGINT');
  setTimeout(() => leave(137), GRACE);
});
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, interrupt);

/** What comes while something runs, or does not know the token, is a forgery: tests can write here. */
function take(more) {
  text = Buffer.concat([text, more]);
  const end = text.indexOf('\n');
  if (busy || end >= 0 && end < text.length - 1) return leave(137);
  if (end < 0) return;
  const order = read(text.toString());
  text = Buffer.alloc(0);
  if (!order || token && order.token !== token) return leave(137);
  token = order.next;
  begin(order);
}

function read(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function begin({ argv, env, mark, ahead }) {
  busy = true;
  spared ||= new Map(running().map(id => [id, since(id)]));
  if (standby) {
    // A test may have stopped it.
    standby.kill('SIGCONT');
    standby.stdin.write(`${JSON.stringify({ argv, env })}\n`);
  }
  const later = standby ? LATER.warm : LATER.cold;
  child = standby || start(argv, env);
  standby = undefined;
  child.once('error', error => {
    console.error(`${argv[0]}: ${error.message}`);
    ended(127, mark);
  });
  child.once('exit', (code, signal) => ended(signal ? 128 + signals[signal] : code, mark));
  if (ahead) timer = setTimeout(prepare, later, ahead);
}

/** Its input stays open, as it does in a container of its own. */
function start([program, ...args], env) {
  const started = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'inherit', 'inherit'] });
  started.stdin.on('error', () => {});
  return started;
}

/** Starts what waits for the next command. Where that ends before it comes, the next does without. */
function prepare(ahead) {
  const waiting = standby = start(ahead, {});
  const lost = () => {
    if (standby === waiting) standby = undefined;
  };
  waiting.once('error', lost).once('exit', lost);
}

/** Asks what runs to end, and is itself at its end after that. */
function interrupt(name) {
  leaves = true;
  if (child) child.kill(name);
  else leave(128 + signals[name]);
}

async function ended(code, mark) {
  child = undefined;
  clearTimeout(timer);
  if (leaves || !await swept()) return leave(code);
  // What they wrote to our input may not have been seen yet. After the first turn a whole look at it
  // is still to come.
  for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve));
  busy = false;
  process.stdout.write(`\n${mark} ${code}\n`);
  process.stderr.write(`\n${mark} ${code}\n`);
}

/**
 * Kills all but what was here before the first order, ourselves included, and what waits; whether
 * nothing is left in time. A process that another one starts may be missed in one look, but not in two.
 */
async function swept() {
  let clean = 0;
  for (const began = Date.now(); Date.now() - began < SWEEP;) {
    const left = others();
    clean = left.length ? 0 : clean + 1;
    if (clean === 2) return true;
    for (const id of left) kill(id);
    if (left.length) await new Promise(resolve => setTimeout(resolve, LOOK));
  }
  return false;
}

function others() {
  const waits = standby && standby.pid;
  // Numbers are given again: only with its time is it the same process.
  const isSpared = id => spared.has(id) && spared.get(id) === since(id);
  return running().filter(id => id !== waits && !isSpared(id));
}

function running() {
  return readdirSync('/proc').map(Number).filter(Boolean);
}

/** When a process was started, in ticks; none where it has gone. Its name may hold anything. */
function since(id) {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20];
  } catch {
    return undefined;
  }
}

function kill(id) {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function leave(code) {
  kill(-1);
  process.exit(code);
}
