#!/usr/bin/env bash
# release.sh TARGET: builds the tool for a target and lays its archive and checksum into target/release-archives/.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

target=${1:?usage: release.sh TARGET}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
case ${GITHUB_REF_TYPE-} in
  tag) [ "$GITHUB_REF_NAME" = "v$version" ] || { echo "the tag $GITHUB_REF_NAME is not v$version, which Cargo.toml says" >&2; exit 2; } ;;
esac

rustup target add "$target"
cargo build --release --locked --target "$target"

folder=${CARGO_TARGET_DIR:-target}/release-archives
archive=shardwright-$version-$target.tar.gz
mkdir -p -- "$folder"
tar -czf "$folder/$archive" -C "${CARGO_TARGET_DIR:-target}/$target/release" shardwright
cd -- "$folder"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
cat -- "$archive.sha256"
