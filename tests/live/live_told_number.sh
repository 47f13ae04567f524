#!/bin/sh
# live_told_number.sh: the answer to a change is lost; the error tells the change's number, and the same
# command with it gets that answer and does nothing twice.
set -u

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$folder/work" && cd "$folder/work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
between=
trap '[ -z "$between" ] || kill "$between"; cleanup; rm -rf "$folder"' EXIT

broken()
{
	echo "BROKEN: $*"
	cat "$out.1" "$out.2"
	exit 1
}

# Up to ten seconds.
wait_for() # COMMAND...
{
	n=0
	until "$@"; do
		n=$((n + 1))
		[ $n -lt 200 ] || broken "waited for $*"
		sleep 0.05
	done
}

# The answer to the next request for VERB is lost.
lose() # VERB WORDS...
{
	verb=$1
	shift
	rm -f "$held" flag
	python3 "$HOIAM_SOURCE_ROOT/tests/live/withhold.py" "$held" "$HOIAM_SOCKET" "$verb" answer "$dir/flag" &
	between=$!
	wait_for test -S "$held"
	"$HOIAM" --as clerk --socket "$held" "$@" >"$out.1" 2>"$out.2" </dev/null &
	waits=$!
	wait_for test -e flag
	kill "$between"
	wait "$between" 2>/dev/null
	between=
	wait $waits
	[ $? -eq 6 ] || broken "another exit than 6"
	rid=$(sed -n 's/.*--rid \([0-9a-f-]*\) .*/\1/p' "$out.2")
}

register
officer clerk leader 98101 "Lê Thị Bảy"
held=${short:-$dir}/h
quiet clerk meeting open --unit 98101 --kind dialogue_regular --day 10/11/2025
nth=0
for words in "Đường vào bản lầy lội." "Rác sau chợ ùn lại."; do
	lose opinion.add opinion add 98101/2025/1 --words "$words"
	before=$(size)
	nth=$((nth + 1))
	"$HOIAM" --as clerk --rid "$rid" opinion add 98101/2025/1 --words "$words" >"$out.1" 2>"$out.2" </dev/null ||
		broken "sent again"
	grep -q "	ordinal=$nth	" "$out.1" || broken "another answer"
	[ "$(size)" = "$before" ] || broken "done twice"
	"$HOIAM" --as clerk --rid "$rid" opinion add 98101/2025/1 --words "Khác hẳn." >"$out.1" 2>"$out.2" </dev/null &&
		broken "other words under the same number"
	clean <"$out.2"
done
lose case.classify case classify 98101/2025/1 --kind PHAN_ANH --topic roads
before=$(size)
"$HOIAM" --as clerk --rid "$rid" case classify 98101/2025/1 --kind PHAN_ANH --topic roads >"$out.1" 2>"$out.2" </dev/null ||
	broken "sent again"
[ "$(size)" = "$before" ] || broken "done twice"
stop
run "$HOIAMD" verify "$store"
[ $rc -eq 0 ]
