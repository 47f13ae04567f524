# common.sh: what the scripts of the benches share. They source it after `set -eu`.
#
# The folder of a bench goes when it ends, and with it the servers it started, by their pids.
folder=$(mktemp -d)
short=$(mktemp -d /tmp/hoiam.XXXXXX) # a socket's path has at most 107 bytes
daemon=
peer=

end() # PID
{
	[ -n "$1" ] || return 0
	kill "$1" 2>/dev/null || :
	while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
}

finish()
{
	end "$daemon"
	end "$peer"
	rm -rf "$folder" "$short"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

# A register of so many cases, by the program beside that of the bench.
fill() # STORE CASES
{
	mkdir -p "$1"
	"$(dirname "$bench")/bench_fill" "$1" "$2"
}

# The daemon over a store; its settings are lines of YAML.
start_daemon() # STORE [SETTINGS]
{
	printf '%s' "${2-}" >"$1/hoiamd.conf"
	"$HOIAMD_PROGRAM" run "$1" --socket "$short/s" >>"$folder/log" 2>&1 </dev/null &
	daemon=$!
	n=0
	while [ ! -S "$short/s" ]; do
		n=$((n + 1))
		if [ $n -gt 300 ]; then
			cat "$folder/log"
			exit 1
		fi
		sleep 0.1
	done
}

stop_daemon()
{
	end "$daemon"
	daemon=
}

# What the daemon has used so far: ticks of the loop thread, of those that verify, of the commit
# thread, and of the commit thread in the kernel; then the bytes it has written. Threads come in the
# order in which they were made.
used()
{
	sort -n /proc/"$daemon"/task/*/stat | awk '{ all[NR] = $14 + $15; kernel[NR] = $15 }
		END {
			for (i = 2; i < NR; i++) verify += all[i]
			printf "%d %d %d %d ", all[1], verify, all[NR], kernel[NR]
		}'
	sed -n 's/^wchar: //p' "/proc/$daemon/io"
}

# The same for each of so many requests: what limits them.
spent() # BEFORE REQUESTS SECONDS
{
	echo "$1 $(used)" | awk -v n="$2" -v took="$3" -v hertz="$(getconf CLK_TCK)" '{
		for (i = 1; i <= 4; i++) used[i] = ($(i + 5) - $i) / hertz
		printf "  a request costs %.0f us of the loop thread, %.0f us of verifying, %.0f us of the commit thread (%.0f us of them in the kernel), %.1f pages written;\n", \
			used[1] / n * 1e6, used[2] / n * 1e6, used[3] / n * 1e6, used[4] / n * 1e6, ($10 - $5) / 4096 / n
		printf "  of %.1f s the loop thread was at work for %.0f %%, the commit thread for %.0f %%: the rest is the disk and other programs\n", \
			took, used[1] / took * 100, used[3] / took * 100
	}'
}

missing() # PROGRAM...: skips the bench when one of them is not there
{
	for program; do
		command -v "$program" >/dev/null && continue
		echo "skipped: $program is not there"
		exit 77
	done
}

# Lines of `ours theirs` in a file: min, median and max of each and of their ratio, and the bar.
ratio() # FILE WHAT UNIT OURS THEIRS BAR
{
	awk -v what="$2" -v unit="$3" -v ours="$4" -v theirs="$5" -v bar="$6" '
	function sorted(v, n,    i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
	}
	function middle(v, n) { return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 }
	{ n++; a[n] = $1 + 0; b[n] = $2 + 0; r[n] = $1 / $2 }
	END {
		sorted(a, n); sorted(b, n); sorted(r, n)
		printf "  %-12s %10.0f %10.0f %10.0f %s (min, median, max of %d rounds)\n", ours, a[1], middle(a, n), a[n], unit, n
		printf "  %-12s %10.0f %10.0f %10.0f %s\n", theirs, b[1], middle(b, n), b[n], unit
		printf "%s: ratio %.2f (min %.2f, max %.2f), bar %s: %s\n", what, middle(r, n), r[1], r[n], bar, \
			bar == "none" ? "-" : (middle(r, n) >= bar + 0) ? "met" : "MISSED"
	}' "$1"
	echo "  load average $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
}
