#!/bin/sh
# Make the reference files of the statistics again: regenerate.sh DATE [FOLDER]
set -eu
date=${1:?"call as: regenerate.sh DATE [FOLDER]"}
here=$(cd "$(dirname "$0")" && pwd)
folder=${2:-"$here/../../tests/reference"}
folder=$(cd "$folder" && pwd)
command -v Rscript >/dev/null || { echo "R is missing: install r-base-core" >&2; exit 1; }
cd "$here"
for script in *.R; do
  case $script in
    compare.R | reference.R) ;;
    *) Rscript --vanilla "$script" "$date" "$folder" ;;
  esac
done
