#!/bin/sh
# run.sh: runs a script of commands in an empty folder and compares what it prints, on both
# streams, with the .want beside it.
#
#   sh tests/cli/run.sh tests/cli/NN-topic.sh      HOIAM_WANT=write writes the .want instead
set -u

script=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
want=${script%.sh}.want

dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$dir/work" || exit 99

(cd "$dir/work" && sh "$script") >"$dir/out" 2>&1 </dev/null
rc=$?
if [ "$rc" -eq 77 ]; then
	cat "$dir/out"
	exit 77
fi
if [ "$rc" -ne 0 ]; then
	cat "$dir/out"
	echo "run.sh: $1 ended with $rc" >&2
	exit 1
fi
if [ "${HOIAM_WANT:-}" = write ]; then
	cp "$dir/out" "$want"
	exit
fi
diff -u "$want" "$dir/out"
