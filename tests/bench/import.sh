#!/bin/sh
# import.sh: ten years of casework of the New York City Council, 240,027 rows, taken over into an
# empty register by the client over the Unix socket: reading, mapping, signing, deciding, durable.
#
#   import.sh HOIAM [rounds]
set -eu
bench=$1
rounds=${2-3}
. "$(dirname "$0")/common.sh"
cases=$HOIAM_SHARED/cases
[ -d "$cases" ] || cases=$HOIAM_SHARED/data/cases
if [ ! -r "$cases/nyc-council-casework-2022-04.csv.gz" ]; then
	echo "skipped: the casework is not there"
	exit 77
fi

XDG_CONFIG_HOME=$folder/home
HOIAM_POLICY_DIR=$HOIAM_SOURCE_ROOT/data/policy
HOIAM_KEY_LEVEL=interactive
HOIAM_PASSPHRASE_FILE=$folder/passphrase
HOIAM_SOCKET=$short/s
HOIAM_LANG=en
HOIAM_AS="admin"
export XDG_CONFIG_HOME HOIAM_POLICY_DIR HOIAM_KEY_LEVEL HOIAM_PASSPHRASE_FILE HOIAM_SOCKET \
	HOIAM_LANG HOIAM_AS
(umask 077 && echo "a passphrase of the bench" >"$HOIAM_PASSPHRASE_FILE")

one_round()
{
	rm -rf "$folder/store" "$XDG_CONFIG_HOME" "$short/s"
	mkdir -m 700 "$XDG_CONFIG_HOME"
	"$HOIAMD_PROGRAM" init "$folder/store" >/dev/null
	start_daemon "$folder/store"
	"$bench" enrol "$folder/store/admin.invitation" >/dev/null
	"$bench" grant add 1 --role leader >/dev/null
	before=$(used)
	begin=$(date +%s.%N)
	"$bench" import cases "$cases/nyc-council-casework-2022-04.csv.gz" \
		--map "$HOIAM_SOURCE_ROOT/data/maps/nyc-council.map" >"$folder/out" 2>&1 || {
		tail -n 5 "$folder/out"
		exit 1
	}
	took=$(echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }')
	spent "$before" "$rows" "$took" >"$folder/spent"
	stop_daemon
	echo "$rows $took" | awk '{ print $1 / $2, 20000 }'
}

rows=240027
i=0
while [ $i -lt "$rounds" ]; do
	one_round >>"$folder/rounds"
	i=$((i + 1))
done
echo "(e) import of $rows rows into an empty register, the client and the daemon on the same cores"
ratio "$folder/rounds" "import" "rows/s" hoiam "the bar" 1
sed 's/a request costs/a row costs/' "$folder/spent"
