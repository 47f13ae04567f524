#!/bin/sh
# lookup.sh: cases looked up by number, 16 deep on 16 connections over the Unix socket, and GETs of
# Redis of as many bytes, as deep, on as many connections, over its Unix socket; in turns.
#
#   lookup.sh BENCH_LOOKUP [cases] [look-ups a round] [rounds]
set -eu
bench=$1
cases=${2-600000}
count=${3-200000}
rounds=${4-5}
. "$(dirname "$0")/common.sh"
missing redis-server redis-benchmark redis-cli

fill "$folder/store" "$cases"
start_daemon "$folder/store"
"$bench" "$folder/store" "$short/s" "$count" >"$folder/ours"
bytes=$(cut -d' ' -f2 "$folder/ours")

redis-server --port 0 --unixsocket "$short/r" --save '' --appendonly no --dir "$short" \
	--daemonize no >"$folder/redis.log" 2>&1 </dev/null &
peer=$!
while [ ! -S "$short/r" ]; do sleep 0.1; done
redis() # TEST COUNT: requests a second
{
	redis-benchmark -s "$short/r" -c 16 -P 16 -d "$bytes" -r "$cases" -n "$2" -t "$1" --csv |
		tail -n 1 | cut -d, -f2 | tr -d '"'
}
# Every key that GET asks for is there, under the names that redis-benchmark makes.
awk -v n="$cases" -v bytes="$bytes" 'BEGIN {
	value = sprintf("%" bytes "s", "")
	gsub(/ /, "x", value)
	for (i = 0; i < n; i++)
		printf "SET key:%012d %s\r\n", i, value
}' | redis-cli -s "$short/r" --pipe >/dev/null

i=0
while [ $i -lt "$rounds" ]; do
	ours=$("$bench" "$folder/store" "$short/s" "$count" | cut -d' ' -f1)
	theirs=$(redis get $((count * 5)))
	echo "$ours $theirs"
	i=$((i + 1))
done >"$folder/rounds"
echo "(c) look-up of a case among $cases, 16 connections, 16 deep, Unix sockets, answers of $bytes bytes; $(redis-server --version | cut -d' ' -f1-3)"
ratio "$folder/rounds" "look-up" "answers/s" hoiam Redis 0.5
