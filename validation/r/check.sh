#!/bin/sh
# Do the reference files still say what R says?  Fails when they do not, or without R.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$here/regenerate.sh" check "$folder"
cd "$here"
Rscript --vanilla compare.R ../../tests/reference "$folder"
