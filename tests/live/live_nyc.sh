#!/bin/sh
# live_nyc.sh: ten years of casework of the New York City Council, 240,027 rows: taken over with the
# client killed, then the daemon killed in the middle; the reports are the reference to the byte; the
# same file again writes nothing. An export whose client was killed, then its daemon, is the same in
# the end as one that was left in peace.
set -eu
cases=$HOIAM_SHARED/cases
[ -d "$cases" ] || cases=$HOIAM_SHARED/data/cases
if [ ! -r "$cases/nyc-council-casework-2022-04.csv.gz" ]; then
	echo "skipped: the casework is not there"
	exit 77
fi
folder=$(mktemp -d)
short=$(mktemp -d /tmp/hoiam.XXXXXX)
daemon=
finish()
{
	[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null || :
	rm -rf "$folder" "$short"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

XDG_CONFIG_HOME=$folder/home
HOIAM_POLICY_DIR=$HOIAM_SOURCE_ROOT/data/policy
HOIAM_KEY_LEVEL=interactive
HOIAM_PASSPHRASE_FILE=$folder/passphrase
HOIAM_SOCKET=$short/s
HOIAM_LANG=en
HOIAM_AS=admin
export XDG_CONFIG_HOME HOIAM_POLICY_DIR HOIAM_KEY_LEVEL HOIAM_PASSPHRASE_FILE HOIAM_SOCKET \
	HOIAM_LANG HOIAM_AS
(umask 077 && echo "a passphrase of the tests" >"$HOIAM_PASSPHRASE_FILE")
mkdir -m 700 "$XDG_CONFIG_HOME"

start()
{
	"$HOIAMD_PROGRAM" run "$folder/d" >>"$folder/log" 2>&1 </dev/null &
	daemon=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		"$HOIAM_PROGRAM" status >/dev/null 2>&1 && return 0
		sleep 0.5
	done
	cat "$folder/log"
	exit 1
}

import()
{
	"$HOIAM_PROGRAM" import cases "$folder/nyc.csv.gz" \
		--map "$HOIAM_SOURCE_ROOT/data/maps/nyc-council.map"
}

size()
{
	"$HOIAM_PROGRAM" status | sed -n 's/^size	//p'
}

# Until the journal has grown past a size.
wait_past()
{
	n=0
	while [ "$(size)" -lt "$1" ] && [ $n -lt 200 ]; do
		n=$((n + 1))
	done
}

"$HOIAMD_PROGRAM" init "$folder/d" >/dev/null
cp "$cases/nyc-council-casework-2022-04.csv.gz" "$folder/nyc.csv.gz"
"$HOIAMD_PROGRAM" run "$folder/d" >>"$folder/log" 2>&1 </dev/null &
daemon=$!
while [ ! -S "$HOIAM_SOCKET" ]; do sleep 0.1; done
"$HOIAM_PROGRAM" enrol "$folder/d/admin.invitation" >/dev/null
"$HOIAM_PROGRAM" grant add 1 --role leader >/dev/null

import >/dev/null &
client=$!
wait_past 20000
kill -9 $client 2>/dev/null || :
wait $client 2>/dev/null || :
echo "the client was killed with $(size) leaves in the journal"

import >/dev/null 2>"$folder/cut" &
client=$!
wait_past 80000
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
rc=0
wait $client || rc=$?
echo "the daemon was killed, the client ended with $rc: $(cat "$folder/cut")"
[ $rc -eq 6 ] || [ $rc -eq 0 ]

start
echo "again, from $(size) leaves: $(import)"
before=$(size)
echo "and once more: $(import)"
[ "$(size)" = "$before" ]
"$HOIAM_PROGRAM" report cohort --by unit --csv >"$folder/cohort.csv"
diff "$folder/cohort.csv" "$cases/reference-nyc2022-upsert-by-office.csv"
days=$(tail -n +2 "$cases/reference-nyc2022-upsert-backlog.csv" | cut -d, -f1 | paste -s -d,)
"$HOIAM_PROGRAM" report backlog --at "$days" --csv >"$folder/backlog.csv"
diff "$folder/backlog.csv" "$cases/reference-nyc2022-upsert-backlog.csv"
"$HOIAM_PROGRAM" export cases --out "$folder/whole"
"$HOIAM_PROGRAM" export cases --out "$folder/parts" &
client=$!
sleep 1
kill -9 $client 2>/dev/null || :
wait $client 2>/dev/null || :
"$HOIAM_PROGRAM" export cases --out "$folder/parts" 2>"$folder/cut" &
client=$!
sleep 1
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
rc=0
wait $client || rc=$?
echo "the export ended with $rc: $(cat "$folder/cut")"
start
[ -e "$folder/parts" ] || "$HOIAM_PROGRAM" export cases --out "$folder/parts"
cmp "$folder/parts" "$folder/whole"
[ "$(tail -n 1 "$folder/whole" | cut -d'"' -f6)" = \
	"$(head -n -1 "$folder/whole" | sha256sum | cut -d' ' -f1)" ]
kill "$daemon"
wait "$daemon" || :
daemon=
"$HOIAMD_PROGRAM" verify "$folder/d"
