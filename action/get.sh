#!/usr/bin/env bash
# Finds or gets the binary. INPUT_VERSION is a version, a path, or empty: the version that this action is part of.
# Releases are looked for in $SHARDWRIGHT_RELEASES, else in $ACTION_REPOSITORY, which is empty where the action is a
# folder of the checked-out repository: then the one that stands there is built.
set -euo pipefail

action=$GITHUB_ACTION_PATH
# shellcheck source=action/common.sh
. "$action/action/common.sh"

wanted=${INPUT_VERSION-}
suffix=
if [ "${RUNNER_OS-}" = Windows ]; then suffix=.exe; fi
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$action/Cargo.toml" | head -n 1)

use() { # use FILE: this is the tool, in this job's later steps, too
  output tool "$1"
  printf '%s\n' "$(dirname -- "$1")" >>"$GITHUB_PATH"
  "$1" --version
  exit 0
}

case $wanted in
  */* | *\\*)
    if [ ! -f "$wanted" ] || [ ! -x "$wanted" ]; then
      fail 2 "the input \`version\` names a path, and \`$wanted\` is no file that can be run"
    fi
    use "$(cd -- "$(dirname -- "$wanted")" && pwd)/$(basename -- "$wanted")"
    ;;
esac

version=${wanted#v}
version=${version:-$own}
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  fail 2 "the input \`version\` is \`$wanted\`; a release such as 0.1.0 or the path of a binary (./shardwright) is expected"
fi

case ${RUNNER_OS-}-${RUNNER_ARCH-} in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  *) target= ;;
esac

folder=${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/shardwright/$version/${target:-own}
tool=$folder/shardwright$suffix
if [ -x "$tool" ]; then use "$tool"; fi

sum() { # sum FILE: its SHA-256
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

get() { # get URL FILE
  curl --fail --silent --show-error --location --retry 3 --proto '=https,file' --output "$2" "$1"
}

# Into a folder of this step, so that a download that breaks off leaves nothing that looks whole.
work=$(mktemp -d "$RUNNER_TEMP/shardwright.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

fetched() { # whether the release's archive is unpacked in $work
  local repository=${ACTION_REPOSITORY-} archive=shardwright-$version-$target.tar.gz releases said
  if [ -z "$target" ]; then return 1; fi
  releases=${SHARDWRIGHT_RELEASES-}
  if [ -z "$releases" ] && [ -n "$repository" ]; then
    releases=${GITHUB_SERVER_URL:-https://github.com}/$repository/releases/download
  fi
  if [ -z "$releases" ]; then return 1; fi
  get "$releases/v$version/$archive" "$work/$archive" || return 1
  # From here on nothing else will do: what is there and does not fit its checksum may be anybody's.
  get "$releases/v$version/$archive.sha256" "$work/sum" || fail 6 "the release v$version has no $archive.sha256"
  said=$(cut -d ' ' -f 1 <"$work/sum")
  if [ "$(sum "$work/$archive")" != "$said" ]; then
    fail 6 "$archive of the release v$version is not what its checksum says: $said was expected"
  fi
  # Called by `if`, so that no command ends the script by itself.
  { tar -xzf "$work/$archive" -C "$work" && mkdir -p -- "$folder" && mv -- "$work/shardwright$suffix" "$tool"; } ||
    fail 6 "$archive of the release v$version cannot be unpacked to $folder"
}

if ! fetched; then
  command -v cargo >/dev/null || fail 6 "no binary of shardwright $version for ${RUNNER_OS-} ${RUNNER_ARCH-}, and no cargo to build one: install Rust in a step before, or name a binary in \`version\`"
  notice "no binary of shardwright $version for ${RUNNER_OS-} ${RUNNER_ARCH-}: building it, which takes some minutes"
  if [ "$version" = "$own" ]; then what=(--path "$action"); else what=(shardwright --version "=$version"); fi
  cargo install --locked --root "$work" "${what[@]}"
  mkdir -p -- "$folder"
  mv -- "$work/bin/shardwright$suffix" "$tool"
fi
use "$tool"
