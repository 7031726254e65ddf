'use strict';
// Node counts the host's processors, whatever a container may use of them. Playwright derives its
// workers from that, so that a plan would depend on the machine. Here it sees the shard's own.

const os = require('os');
const path = require('path');
const { cpus } = JSON.parse(require('fs').readFileSync(path.join(__dirname, 'task.json'), 'utf8'));

if (cpus) {
  const all = os.cpus();
  os.cpus = () => Array.from({ length: cpus }, (_, index) => all[index % all.length]);
  os.availableParallelism = () => cpus;
  // For those who import them by name.
  require('module').syncBuiltinESMExports();
}
