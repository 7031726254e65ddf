#!/usr/bin/env node
// Starts the binary for this machine with the arguments and streams of this process, passes signals on to it, and
// ends as it ends: with its exit code, or by the signal that ended it.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const own = require("../package.json");

// As the tool itself ends where it cannot run anything.
const UNAVAILABLE = 6;
const SCOPE = "@shardwright/cli-";

const here = `${process.platform}-${process.arch}`;
const windows = process.platform === "win32";

function refuse(what, hint) {
  fs.writeSync(2, `error: ${what}\n\nhint: ${hint}\n`);
  process.exit(UNAVAILABLE);
}

function found(name) {
  try {
    return require.resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

// The path of the binary, from the package that the package manager chose for this machine.
function binary() {
  const packages = Object.keys(own.optionalDependencies);
  const wanted = SCOPE + here;
  if (!packages.includes(wanted)) {
    const systems = packages.map((name) => name.slice(SCOPE.length)).join(", ");
    refuse(
      `there is no binary of shardwright for ${here}, only for ${systems}`,
      "build it: cargo install --locked shardwright",
    );
  }
  const manifest = found(wanted);
  if (!manifest) {
    const other = packages.find(found);
    refuse(
      `the package \`${wanted}\` with the binary for this machine is not installed`,
      other
        ? `\`${other}\` is: node_modules comes from another system; install on this one`
        : "it is an optional dependency: install without --no-optional and --omit=optional; where the lock file was " +
            "made on another system and has no line of it, remove node_modules and the lock file and install anew",
    );
  }
  const { version } = require(manifest);
  if (version !== own.version) {
    refuse(
      `\`shardwright\` is ${own.version}, but \`${wanted}\` is ${version}`,
      "install both in the same version",
    );
  }
  return require.resolve(`${wanted}/bin/shardwright${windows ? ".exe" : ""}`);
}

const file = binary();
let tool;
// On Windows the console tells everybody of Ctrl-C, and `kill` would only end the tool at once.
const pass = (signal) => windows || tool.kill(signal);
const signals = ["SIGINT", "SIGTERM", "SIGHUP", ...(windows ? ["SIGBREAK"] : ["SIGQUIT"])];
// Before the start, so that no signal ends this process alone.
for (const signal of signals) process.on(signal, pass);
tool = spawn(file, process.argv.slice(2), { stdio: "inherit" });
tool.on("error", (error) => refuse(`\`${file}\` cannot be started: ${error.message}`, "install shardwright anew"));
tool.on("exit", (code, signal) => {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  for (const known of signals) process.off(known, pass);
  // What shells say of a death by a signal, for those that do not end this process.
  process.exitCode = 128 + os.constants.signals[signal];
  process.kill(process.pid, signal);
});
