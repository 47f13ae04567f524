#!/bin/sh
# intake.sh: runs bench_intake in a folder of its own, which goes again.
#
#   intake.sh BENCH_INTAKE [changes] [meetings a round] [rounds] [connections]
set -eu
program=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
"$program" "$folder" "$@"
