'use strict';
// `task.json` beside this file goes in; what this process of Playwright is to do comes out.

const fs = require('fs');
const path = require('path');

const task = JSON.parse(fs.readFileSync(path.join(__dirname, 'task.json'), 'utf8'));

module.exports = { task };
