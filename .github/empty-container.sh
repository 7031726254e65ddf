#!/usr/bin/env bash
# empty-container.sh ARCHIVE: whether the binary of a release for Linux needs nothing but a kernel: runs it in a
# container that holds no other file.
set -euo pipefail

archive=${1:?usage: empty-container.sh ARCHIVE}
image=shardwright-empty-$$
tar -xzOf "$archive" shardwright | (
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"; docker image rm --force "$image" >/dev/null 2>&1' EXIT
  cat >"$work/shardwright"
  chmod 755 "$work/shardwright"
  tar -cf - -C "$work" shardwright | docker import - "$image" >/dev/null
  docker run --rm --network none --read-only "$image" /shardwright --version
)
