#!/bin/sh
# slow.sh: what a clerk and a leader have to wait for over a line of 64 kbit/s and 600 ms there and
# back: bytes and round trips of saving a meeting with its opinions, and of the leader's first page
# of 50 cases, by the client itself. What making the line costs is counted by a run that does no more
# than whoami, and taken off.
#
#   slow.sh BENCH_SLOW [kbit/s] [ms]
set -eu
bench=$1
kbit=${2-64}
ms=${3-600}
. "$(dirname "$0")/common.sh"
demo=$HOIAM_SOURCE_ROOT/data/demo

XDG_CONFIG_HOME=$folder/home
HOIAM_POLICY_DIR=$HOIAM_SOURCE_ROOT/data/policy
HOIAM_KEY_LEVEL=interactive
HOIAM_PASSPHRASE_FILE=$folder/passphrase
HOIAM_SOCKET=$short/s
HOIAM_LANG=en
export XDG_CONFIG_HOME HOIAM_POLICY_DIR HOIAM_KEY_LEVEL HOIAM_PASSPHRASE_FILE HOIAM_SOCKET HOIAM_LANG
(umask 077 && echo "a passphrase of the bench" >"$HOIAM_PASSPHRASE_FILE")
mkdir -m 700 "$XDG_CONFIG_HOME"

quiet() # NAME WORDS...
{
	name=$1
	shift
	"$HOIAM_PROGRAM" --as "$name" "$@" >"$folder/out" 2>&1 </dev/null || {
		cat "$folder/out"
		exit 1
	}
}
officer() # NAME ROLE
{
	quiet admin officer invite --role "$2" --unit 98101 --name "$1" --out "$folder/$1.invitation"
	quiet "$1" enrol "$folder/$1.invitation"
}

"$HOIAMD_PROGRAM" init "$folder/store" >/dev/null
start_daemon "$folder/store" "listen: 127.0.0.1:0
"
quiet admin enrol "$folder/store/admin.invitation"
quiet admin unit import "$demo/units.csv"
officer clerk receptionist
officer leader leader
for day in 3 4 5; do # the same once more would be the same meeting
	sed "s|^Ngày: .*|Ngày: $day/11/2025|" "$demo/minutes-2.txt" >"$folder/minutes"
	quiet clerk meeting record "$folder/minutes"
	sed "s|^Ngày: .*|Ngày: $day/10/2025|" "$demo/minutes-1.txt" >"$folder/minutes"
	quiet clerk meeting record "$folder/minutes"
done

port=$(sed -n 's/.*listening=tcp.* port=\([0-9]*\).*/\1/p' "$folder/log" | tail -n 1)
"$bench" "$port" "$kbit" "$ms" >"$folder/passed" 2>&1 </dev/null &
peer=$!
while [ ! -s "$folder/passed" ]; do sleep 0.1; done
relay=127.0.0.1:$(head -n 1 "$folder/passed")
unset HOIAM_SOCKET

# Commands over one line; what passed goes to the file of this name.
over() # FILE OFFICER: commands from stdin
{
	lines=$(wc -l <"$folder/passed")
	"$HOIAM_PROGRAM" --as "$2" --server "$relay" - >"$folder/out" 2>&1 || {
		cat "$folder/out"
		exit 1
	}
	while [ "$(wc -l <"$folder/passed")" -eq "$lines" ]; do sleep 0.1; done
	tail -n 1 "$folder/passed" >"$folder/$1"
}
echo whoami | over line clerk
printf 'whoami\nmeeting record %s\n' "$demo/minutes-1.txt" | over save clerk
echo whoami | over hello leader
printf 'whoami\ncase list --limit 50\n' | over page leader
rows=$(grep -c '^98101/' "$folder/out" || :)

echo "(h) a line of $kbit kbit/s and $ms ms there and back, encrypted"
cat "$folder/line" "$folder/save" "$folder/hello" "$folder/page" | awk -v text="$(wc -c <"$demo/minutes-1.txt")" -v rows="$rows" '
{ up[NR] = $1; down[NR] = $2; trips[NR] = $3; took[NR] = $4 }
END {
	printf "  a line with hello, login and whoami: %d bytes, %d round trips, %.1f s\n", up[1] + down[1], trips[1], took[1]
	more = up[2] - up[1] + down[2] - down[1]
	n = trips[2] - trips[1]
	printf "save of a meeting of %d bytes of minutes: %d bytes up, %d down, %d beyond the text, bar 2048: %s; round trips %d, bar 1: %s; %.1f s\n", \
		text, up[2] - up[1], down[2] - down[1], more - text, more - text <= 2048 ? "met" : "MISSED", \
		n, n <= 1 ? "met" : "MISSED", took[2] - took[1]
	page = up[4] - up[3] + down[4] - down[3]
	n = trips[4] - trips[3]
	printf "first page of %d cases: %d bytes, bar 8192: %s; round trips %d, bar 1: %s; %.1f s\n", \
		rows, page, page <= 8192 ? "met" : "MISSED", n, n <= 1 ? "met" : "MISSED", took[4] - took[3]
}'
