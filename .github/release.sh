#!/usr/bin/env bash
# release.sh TARGET [BINARY]: builds the tool for a target, or takes a binary that is there, and lays its archive and
# checksum into target/release-archives/. `action/get.sh` and `npm/pack.cjs` read these archives.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

target=${1:?usage: release.sh TARGET [BINARY]}
binary=${2-}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
case ${GITHUB_REF_TYPE-} in
  tag) [ "$GITHUB_REF_NAME" = "v$version" ] || { echo "the tag $GITHUB_REF_NAME is not v$version, which Cargo.toml says" >&2; exit 2; } ;;
esac

suffix=
case $target in *-windows-*) suffix=.exe ;; esac
if [ -z "$binary" ]; then
  rustup target list --installed | grep -qxF "$target" || rustup target add "$target"
  cargo build --release --locked --target "$target"
  binary=${CARGO_TARGET_DIR:-target}/$target/release/shardwright$suffix
fi

folder=${CARGO_TARGET_DIR:-target}/release-archives
archive=shardwright-$version-$target.tar.gz
mkdir -p -- "$folder"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp -- "$binary" "$work/shardwright$suffix"
chmod 755 "$work/shardwright$suffix"
cp -R -- LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md completions "$work/"
tar -czf "$folder/$archive" -C "$work" "shardwright$suffix" LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md completions
cd -- "$folder"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
cat -- "$archive.sha256"
