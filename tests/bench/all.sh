#!/bin/sh
# all.sh: the benches of hoiam, each a ratio taken in one run, since machines are noisy and shared.
#
#   all.sh [--quick] [--cases N] [--rounds N] [--many N] BUILD [LETTER...]
#
#   a  meetings of 44 opinions, signed, over Noise, durable        bare LMDB: >= 0.5
#   b  single signed changes on 1 and 64 connections               PostgreSQL 15, four messages: >= 1
#   c  look-ups of cases, 16 deep on 16 connections                Redis GET: >= 0.5
#   d  rates over the whole register                               PostgreSQL 15: >= 2
#   e  import                                                      >= 20,000 rows/s
#   f  bytes a connection, 5,000 of them                           <= 8 KiB
#   g  start, and (a) again, on few cases and on many              <= 100 ms; >= 0.8
#   h  a save and a first page over 64 kbit/s and 600 ms           1 round trip; 2 KiB, 8 KiB
#
# BUILD is a build folder of meson (optimised: the default is). Without letters all run. --cases: how
# many fill the stores of a, b and c (600000), and --many those of g (5000000); --rounds: of each
# (5). --quick is small enough for a look whether all still run; its figures mean little. The
# packages are those of the section [bench] of tools/packages. The last line says how many ran and how
# many were skipped; a bar that is missed is told and fails nothing.
set -u

cases=600000 many=5000000 rounds=5 rows=2000000 lookups=200000 changes=20000 meetings=800 lines=5000
while [ $# -gt 0 ]; do
	case $1 in
	--quick)
		cases=20000 many=100000 rounds=2 rows=100000 lookups=20000 changes=2000 meetings=160 lines=500
		shift
		;;
	--cases | --many | --rounds)
		[ $# -gt 1 ] || exit 2
		eval "${1#--}=\$2"
		shift 2
		;;
	-*) exec sed -n '2,/^set/s/^# \{0,1\}//p' "$0" ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || exec sed -n '2,/^set/s/^# \{0,1\}//p' "$0"

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 2
shift
HOIAM_SOURCE_ROOT=$(cd "$here/../.." && pwd)
HOIAMD_PROGRAM=$build/daemon/hoiamd
HOIAM_PROGRAM=$build/clients/hoiam
HOIAM_LOCALE_DIR=$build/po
: "${HOIAM_SHARED:=$HOIAM_SOURCE_ROOT/../shared}"
export HOIAM_SOURCE_ROOT HOIAMD_PROGRAM HOIAM_PROGRAM HOIAM_LOCALE_DIR HOIAM_SHARED
unset HOIAM_SOCKET HOIAM_SERVER HOIAM_AS

run() # LETTER SCRIPT ARGUMENT...
{
	letter=$1
	script=$2
	shift 2
	case $letter in a) echo "(a) meetings of 44 opinions among $cases" ;; d) echo "(d) rates" ;; esac
	sh "$here/$script" "$@"
	case $? in
	0) ran=$((ran + 1)) ;;
	77) skipped=$((skipped + 1)) ;;
	*)
		echo "($letter) FAILED"
		failed=$((failed + 1))
		;;
	esac
	echo
}

bench()
{
	tests=$build/tests
	case $1 in
	a) run a intake.sh "$tests/bench_intake" "$cases" "$meetings" "$rounds" ;;
	b) run b single.sh "$tests/bench_single" "$cases" "$changes" "$rounds" ;;
	c) run c lookup.sh "$tests/bench_lookup" "$cases" "$lookups" "$rounds" ;;
	d) run d rates_postgres.sh "$tests/bench_rates" "$rows" ;;
	e) run e import.sh "$HOIAM_PROGRAM" "$rounds" ;;
	f) run f memory.sh "$tests/bench_memory" "$lines" ;;
	g) run g growth.sh "$tests/bench_intake" $((many / 50)) "$many" "$meetings" "$rounds" ;;
	h) run h slow.sh "$tests/bench_slow" ;;
	*)
		echo "no bench $1: a to h"
		exit 2
		;;
	esac
}

ran=0 skipped=0 failed=0
echo "$(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr)"
[ $# -gt 0 ] || set -- a b c d e f g h
for letter; do
	bench "$letter"
done
echo "$ran ran, $skipped skipped, $failed failed"
[ $failed -eq 0 ]
