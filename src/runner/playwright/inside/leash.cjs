'use strict';
// Standard input goes in. Where it ends, whoever started this process was killed: nobody waits for
// its tests any more, and nobody else ends them.

// What there is to end: all of a container, or a process group. Only where the sandbox says so:
// whoever pastes the command may have no input.
const held = process.env.SHARDWRIGHT_HELD;
delete process.env.SHARDWRIGHT_HELD;

// How long Playwright may take to end its servers and browsers, in milliseconds.
const GRACE = 3000;

if (held) {
  process.stdin.once('close', end).on('error', () => {}).resume();
  process.stdin.unref();
}

function end() {
  process.kill(process.pid, 'SIGINT');
  setTimeout(() => {
    // Spares ourselves and the container's first process.
    process.kill(held === 'container' ? -1 : -process.pid, 'SIGKILL');
    process.exit(137);
  }, GRACE);
}
