'use strict';
// Lines on standard input go in, each a process to start in this container: `{argv, env, mark,
// ahead}`. It prints where we do. When it has ended, and all that it left behind is killed, a line
// with its mark and exit code comes out at both outputs, and the next one may come. `ahead`, if there
// is one, is started beside it, once it has had time to start itself: it waits for the next command,
// as a line `{argv, env}`, to become it.

const { spawn } = require('child_process');
const { readdirSync } = require('fs');
const { signals } = require('os').constants;

// How long a process may take to end its servers and browsers, in milliseconds.
const GRACE = 3000;
// How long it may take to kill what a process left behind, and how often it is looked for.
const SWEEP = 5000;
const LOOK = 2;
// When something is started that waits, in milliseconds after what runs.
const LATER = 2000;

delete process.env.SHARDWRIGHT_HELD;
// What runs, and what waits for the next command.
let child, standby, timer;
let leaves = false;
let text = '';

process.stdin.setEncoding('utf8').on('data', more => {
  const lines = (text + more).split('\n');
  text = lines.pop();
  for (const line of lines) begin(JSON.parse(line));
});
// Whoever started us was killed: nobody waits for the tests any more, and nobody else ends them.
process.stdin.on('error', () => {}).once('close', () => {
  interrupt('SIGINT');
  setTimeout(() => leave(137), GRACE);
});
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, interrupt);

function begin({ argv, env, mark, ahead }) {
  if (standby) standby.stdin.write(`${JSON.stringify({ argv, env })}\n`);
  child = standby || start(argv, env);
  standby = undefined;
  child.once('error', error => {
    console.error(`${argv[0]}: ${error.message}`);
    ended(127, mark);
  });
  child.once('exit', (code, signal) => ended(signal ? 128 + signals[signal] : code, mark));
  if (ahead) timer = setTimeout(prepare, LATER, ahead);
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
  process.stdout.write(`${mark} ${code}\n`);
  process.stderr.write(`${mark} ${code}\n`);
}

/**
 * Kills all but ourselves, the container's first process and what waits; whether nothing is left in
 * time. A process that another one starts may be missed in one look, but not in two.
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
  const ours = [1, process.pid, standby && standby.pid];
  return readdirSync('/proc').map(Number).filter(id => id && !ours.includes(id));
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
