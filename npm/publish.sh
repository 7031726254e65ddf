#!/usr/bin/env bash
# publish.sh FOLDER [FLAG...]: publishes what pack.cjs laid into a folder, each package with these flags of `npm publish`.
# A version that is there already stays, so a release that broke off can go on. `shardwright` comes last: by then there
# is what it depends on.
set -euo pipefail

folder=${1:?usage: publish.sh FOLDER [FLAG...]}
shift
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$(dirname -- "${BASH_SOURCE[0]}")/../Cargo.toml" | head -n 1)
# What is not finished is not what people get who ask for no version.
case $version in *-*) set -- "$@" --tag next ;; esac

for file in "$folder"/shardwright-cli-*-"$version".tgz "$folder/shardwright-$version.tgz"; do
  name=$(tar -xzOf "$file" package/package.json | node -p 'JSON.parse(require("node:fs").readFileSync(0)).name')
  if [ -n "$(npm view "$name@$version" version 2>/dev/null)" ]; then
    echo "$name $version is published already"
    continue
  fi
  npm publish "$file" --access public "$@"
done
