// pack.cjs ARCHIVES OUT: makes npm's packages from a release's archives, one a system and `shardwright`, which chooses
// among them. What they say of themselves is what Cargo.toml says. Nothing is downloaded.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

// Targets of Rust, and the systems as Node calls them.
const SYSTEMS = [
  { target: "x86_64-unknown-linux-musl", os: "linux", cpu: "x64" },
  { target: "aarch64-unknown-linux-musl", os: "linux", cpu: "arm64" },
  { target: "x86_64-apple-darwin", os: "darwin", cpu: "x64" },
  { target: "aarch64-apple-darwin", os: "darwin", cpu: "arm64" },
  { target: "x86_64-pc-windows-msvc", os: "win32", cpu: "x64" },
];
const LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"];

const top = path.dirname(__dirname);

// What all packages have in common. The address of the repository is known where a release is made; npm compares it
// with the place that a package was built in.
function common() {
  const cargo = fs.readFileSync(path.join(top, "Cargo.toml"), "utf8");
  const value = (name) => {
    const line = new RegExp(`^${name} = (.*)$`, "m").exec(cargo);
    return JSON.parse(line[1]);
  };
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return {
    version: value("version"),
    description: value("description"),
    license: value("license"),
    keywords: value("keywords"),
    ...(server && repository ? { repository: { type: "git", url: `git+${server}/${repository}.git` } } : {}),
  };
}

// Packs a folder whose content is complete but for package.json and the licences.
function pack(folder, manifest, out) {
  for (const licence of LICENCES) fs.copyFileSync(path.join(top, licence), path.join(folder, licence));
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", out];
  process.stdout.write(execFileSync(npm, args, { cwd: folder, encoding: "utf8" }));
}

function main(archives, out) {
  if (!archives || !out) throw new Error("usage: pack.cjs ARCHIVES OUT");
  const shared = common();
  const files = ["bin", ...LICENCES];
  out = path.resolve(out);
  fs.mkdirSync(out, { recursive: true });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "shardwright-npm-"));
  try {
    const names = SYSTEMS.map((system) => {
      const archive = path.join(archives, `shardwright-${shared.version}-${system.target}.tar.gz`);
      const folder = path.join(work, system.target);
      const bin = path.join(folder, "bin");
      fs.mkdirSync(bin, { recursive: true });
      const binary = system.os === "win32" ? "shardwright.exe" : "shardwright";
      execFileSync("tar", ["-xzf", archive, "-C", bin, binary]);
      const name = `@shardwright/cli-${system.os}-${system.cpu}`;
      const description = `The binary of shardwright for ${system.os} on ${system.cpu}; install \`shardwright\``;
      // Yarn keeps packages in archives, from which no program can be started.
      const place = { os: [system.os], cpu: [system.cpu], files, preferUnplugged: true };
      pack(folder, { name, ...shared, description, ...place }, out);
      return name;
    });
    const folder = path.join(work, "shardwright");
    fs.cpSync(path.join(__dirname, "bin"), path.join(folder, "bin"), { recursive: true });
    fs.copyFileSync(path.join(__dirname, "README.md"), path.join(folder, "README.md"));
    const manifest = {
      name: "shardwright",
      ...shared,
      bin: { shardwright: "bin/shardwright.cjs" },
      files,
      engines: { node: ">=18" },
      optionalDependencies: Object.fromEntries(names.map((name) => [name, shared.version])),
    };
    pack(folder, manifest, out);
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

main(...process.argv.slice(2));
