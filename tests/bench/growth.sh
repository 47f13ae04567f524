#!/bin/sh
# growth.sh: what a register of many cases costs beside one of few: the time from exec to the first
# hello, and meetings of 44 opinions over encrypted lines, in turns on both.
#
#   growth.sh BENCH_INTAKE [few] [many] [meetings a round] [rounds]
set -eu
bench=$1
few=${2-100000}
many=${3-5000000}
count=${4-800}
rounds=${5-3}
. "$(dirname "$0")/common.sh"

for cases in $few $many; do
	begin=$(date +%s)
	fill "$folder/$cases/a" "$cases"
	echo "  filled with $cases cases in $(($(date +%s) - begin)) s: $(du -m "$folder/$cases/a/data.mdb" | cut -f1) MiB"
done
sync
echo "(g) a register of $few cases and one of $many"
for cases in $few $many; do
	"$(dirname "$bench")/bench_start" "$HOIAMD_PROGRAM" "$folder/$cases/a" 0 2 2>"$folder/log" |
		sed "s/^/  $cases cases: /"
done | tee "$folder/start"
sed -n 's/.*hello: median \([0-9.]*\) ms.*/\1/p' "$folder/start" | tail -n 1 |
	awk '{ printf "start: %.1f ms, bar 100: %s\n", $1, $1 <= 100 ? "met" : "MISSED" }'

one() # CASES: meetings a second, of hoiam and of bare LMDB
{
	"$bench" "$folder/$1" 0 "$count" 1 | sed -n 's|^round: hoiam \([0-9]*\) .*bare LMDB \([0-9]*\) .*|\1 \2|p'
}
i=0
while [ $i -lt "$rounds" ]; do
	small=$(one "$few")
	large=$(one "$many")
	echo "${large% *} ${small% *}" >>"$folder/rounds"
	echo "${large#* } ${small#* }" >>"$folder/bare"
	i=$((i + 1))
done
ratio "$folder/rounds" "growth" "meetings/s" "$many" "$few" 0.8
ratio "$folder/bare" "the same of bare LMDB" "meetings/s" "$many" "$few" none
