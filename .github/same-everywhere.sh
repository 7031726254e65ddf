#!/usr/bin/env bash
# same-everywhere.sh ARCHIVE: starts the tool of a release on this system and lays what it plans for the example shop
# beside the archive, as ARCHIVE.plan. Nodes of a matrix may be of several systems: all these files have to be equal.
set -euo pipefail

archive=${1:?usage: same-everywhere.sh ARCHIVE}
shop=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../fixtures/shop" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
tar -xzf - -C "$work" <"$archive"
mkdir "$work/shop"
cp -R -- "$shop/package.json" "$shop/playwright.config.ts" "$shop/timings.json" "$shop/tests" "$work/shop/"
cd -- "$work/shop"
tool=$(ls "$work/shardwright" "$work/shardwright.exe" 2>/dev/null || true)
"$tool" --version
"$tool" plan --discover scan --shards 3 | tr -d '\r' >"$work/plan"
"$tool" plan --discover scan --shards 3 --format list | tr -d '\r' >>"$work/plan"
cd -- "$OLDPWD"
cp -- "$work/plan" "$archive.plan"
tail -n 1 "$archive.plan"
