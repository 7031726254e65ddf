'use strict';
// Runs before Playwright, in its own process and in those of its workers.

require('./cpus.cjs');
require('./leash.cjs');
