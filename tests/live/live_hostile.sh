#!/bin/sh
# live_hostile.sh: a real daemon against tests/live/hostile.py; its memory must not have grown.
set -eu
folder=$(mktemp -d)
pid=
finish()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
# A sanitizer keeps what was freed: that is no growth of the daemon's.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1"
export HOIAM_POLICY_DIR="$HOIAM_SOURCE_ROOT/data/policy"
"$HOIAMD_PROGRAM" init "$folder/d" >/dev/null
"$HOIAMD_PROGRAM" run "$folder/d" --socket "$folder/s" >"$folder/log" 2>&1 </dev/null &
pid=$!
n=0
while [ ! -S "$folder/s" ] && [ $n -lt 300 ]; do
	sleep 0.1
	n=$((n + 1))
done
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
before=$(resident)
python3 "$HOIAM_SOURCE_ROOT/tests/live/hostile.py" "$folder/s" "$HOIAM_SOURCE_ROOT" "$HOIAM_SHARED"
after=$(resident)
echo "resident: $before KiB before, $after KiB after"
[ "$after" -lt $((before + 16384)) ]
