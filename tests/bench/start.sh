#!/bin/sh
# start.sh: runs bench_start in a folder of its own, which goes again. HOIAMD_PROGRAM names the daemon.
#
#   start.sh BENCH_START [cases] [idle seconds]
set -eu
program=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
"$program" "$HOIAMD_PROGRAM" "$folder" "$@"
