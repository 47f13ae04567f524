#!/bin/sh
# memory.sh: what an idle connection that has logged in costs the daemon in memory of its own, over
# the Unix socket and over Noise.
#
#   memory.sh BENCH_MEMORY [connections] [cases]
set -eu
bench=$1
count=${2-5000}
cases=${3-20000}
. "$(dirname "$0")/common.sh"

ulimit -n $((count + 200)) || {
	echo "skipped: no descriptors for $count connections"
	exit 77
}
settings="listen: 127.0.0.1:0
connections_max: $((count + 100))
handshakes_max: $((count + 100))
handshakes_address_max: $((count + 100))
idle_ms: 3600000
"
fill "$folder/store" "$cases"
echo "(f) bytes a connection, $count connections, $(ulimit -n) descriptors; settings raised:"
echo "$settings" | sed -n 's/^\([a-z]\)/  \1/p'
for how in unix noise; do
	start_daemon "$folder/store" "$settings"
	port=$(sed -n 's/.*listening=tcp.* port=\([0-9]*\).*/\1/p' "$folder/log" | tail -n 1)
	to=$port
	[ $how = noise ] || to=unix
	"$bench" "$folder/store" "$to" "$short/s" "$daemon" "$count" >"$folder/$how"
	awk -v how=$how '{
		printf "memory, %s: %d bytes a connection (%d KiB before, %d KiB after), bar 8192: %s\n", \
			how, $1, $2, $3, $1 <= 8192 ? "met" : "MISSED"
	}' "$folder/$how"
	stop_daemon
done
