#!/bin/sh
# live_units.sh: the official lists of units, from before the reform of 1 July 2025 and since, into one
# register: 63 provinces, 696 districts, 10,035 communes; 34 provinces, 3,321 communes. Each tree
# holds on its own days; the same list again writes nothing, another list of the same units is refused,
# and verify finds nothing.
set -u
units=$HOIAM_SHARED/units
[ -d "$units" ] || units=$HOIAM_SHARED/data/units
if [ ! -r "$units/communes-2025-07.csv" ]; then
	echo "skipped: the lists of units are not there"
	exit 77
fi
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$folder/work" && cd "$folder/work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
trap 'cleanup; rm -rf "$folder"' EXIT
rc=0

expect() # WHAT WANTED GOT
{
	echo "$1: $3"
	[ "$2" = "$3" ] && return
	echo "$1: $2 wanted"
	rc=1
}

on() # DAY LEVEL
{
	"$HOIAM" --as admin --csv unit list --at "$1" | cut -d, -f1,4 | grep -v '^98' | grep -c ",$2\$"
}

register
for list in provinces-2025-03 districts-2025-03 communes-2025-03 provinces-2025-07 communes-2025-07; do
	quiet admin unit import "$units/$list.csv" --map "$HOIAM_SOURCE_ROOT/data/maps/vn-$list.map"
done
expect "provinces on 30 June 2025" 63 "$(on 2025-06-30 province)"
expect "districts on 30 June 2025" 696 "$(on 2025-06-30 district)"
expect "communes on 30 June 2025" 10035 "$(on 2025-06-30 commune)"
expect "provinces on 1 July 2025" 34 "$(on 2025-07-01 province)"
expect "districts on 1 July 2025" 0 "$(on 2025-07-01 district)"
expect "communes on 1 July 2025" 3321 "$(on 2025-07-01 commune)"
expect "communes of Hà Nội" 126 "$("$HOIAM" --as admin --csv unit list --unit 01 --at 2025-07-01 |
	grep -c ',commune,')"
before=$(size)
map=$HOIAM_SOURCE_ROOT/data/maps/vn-communes-2025-07.map
"$HOIAM" --as admin --table unit import "$units/communes-2025-07.csv" --map "$map" >again 2>&1
expect "the same list again ends with" 0 $?
cat again
expect "the journal's size after it" "$before" "$(size)"
cp "$units/communes-2025-07.csv" other.csv && echo >>other.csv
"$HOIAM" --as admin unit import other.csv --map "$map" >again 2>&1
expect "another list of the same units ends with" 5 $?
cat again
stop
"$HOIAMD" verify "$store" >verified 2>&1
expect "verify ends with" 0 $?
cat verified
exit $rc
