'use strict';
// Fills the volume of layers. In: /project (read-only), arguments UID GID VIEWS [HIDDEN ...].
// Out: /layers/owned (the project's folders, and its files up to a limit, owned by UID, so that
// an unprivileged user can write beside its sources) and an empty upper and work folder a view.

const fs = require('fs');
const path = require('path');

const COPY_LIMIT = 256 << 20;
const [uid, gid, views, ...hidden] = process.argv.slice(2);
const owner = [Number(uid), Number(gid)];
// Big, generated, and in no need of a new owner below their top.
const tops = new Set(['node_modules', '.git']);
const skip = new Set(hidden);
let copied = 0;

function make(folder, mode) {
  fs.mkdirSync(folder, { recursive: true });
  fs.chmodSync(folder, mode);
  fs.chownSync(folder, ...owner);
}

function own(relative) {
  const from = path.join('/project', relative);
  const to = path.join('/layers/owned', relative);
  make(to, fs.statSync(from).mode & 0o7777 | 0o700);
  if (tops.has(path.basename(relative))) return;
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const inner = path.join(relative, entry.name);
    if (skip.has(inner)) continue;
    if (entry.isDirectory()) own(inner);
    else if (entry.isFile()) copy(inner);
  }
}

function copy(relative) {
  const from = path.join('/project', relative);
  const to = path.join('/layers/owned', relative);
  const { size, mode, atime, mtime } = fs.statSync(from);
  if ((copied += size) > COPY_LIMIT) return;
  fs.copyFileSync(from, to);
  fs.chmodSync(to, mode & 0o777);
  fs.utimesSync(to, atime, mtime);
  fs.chownSync(to, ...owner);
}

fs.chmodSync('/layers', 0o711);
if (fs.statSync('/project').uid === owner[0]) make('/layers/owned', fs.statSync('/project').mode & 0o7777);
else own('');
for (let view = 0; view < Number(views); view++) {
  make(`/layers/upper-${view}`, fs.statSync('/layers/owned').mode & 0o7777);
  make(`/layers/work-${view}`, 0o700);
}
