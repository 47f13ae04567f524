#!/bin/sh
# rates_postgres.sh: the same rates over the same rows, here and in PostgreSQL 15, in one run.
#
#   sh tests/bench/rates_postgres.sh BENCH_RATES [ROWS]
#
# BENCH_RATES: the program built from bench_rates.c. Beside it, in a folder that goes when all is
# done, stand the store and a private cluster that listens on a Unix socket alone. Prints medians in
# µs and ratios; exit 1 when the two do not come to the same numbers.
set -eu

bench=$1
rows=${2-2000000}
bin=$(pg_config --bindir 2>/dev/null || echo /usr/lib/postgresql/15/bin)
dir=$(mktemp -d "$(cd "$(dirname "$bench")" && pwd)/rates.XXXXXX")
socket=$(mktemp -d /tmp/rates.XXXXXX) # short: a socket's path is at most 107 bytes
postgres=

as_postgres() # COMMAND...: the server does not run as root
{
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

stop_postgres()
{
	[ -n "$postgres" ] || return 0
	kill -INT "$postgres" 2>/dev/null || true
	while kill -0 "$postgres" 2>/dev/null; do
		sleep 0.1
	done
	postgres=
}

finish()
{
	stop_postgres
	rm -rf "$dir" "$socket"
}
trap finish EXIT
trap 'exit 130' INT TERM

sql() # ARGUMENT...
{
	psql -X -q -A -t -F ' ' -h "$socket" -U bench -d postgres -v ON_ERROR_STOP=1 "$@"
}

start_postgres()
{
	mkdir "$dir/cluster"
	chmod 711 "$dir"
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$dir/cluster" "$socket"
	fi
	chmod 755 "$socket"
	(cd / && as_postgres "$bin/initdb" -D "$dir/cluster" -U bench -A trust -E UTF8 --no-sync) \
		>"$dir/initdb.log"
	cat >>"$dir/cluster/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$socket'
		shared_buffers = 1GB
		work_mem = 64MB
		fsync = off
		autovacuum = off
		max_wal_size = 4GB
	END
	(cd / && as_postgres "$bin/pg_ctl" -D "$dir/cluster" -l "$dir/cluster/log" -w start) >/dev/null
	postgres=$(head -n 1 "$dir/cluster/postmaster.pid")
}

load()
{
	sql -c 'create table fact (unit int not null, day int not null, n int not null,
		known int not null, until int not null, meeting_n int not null,
		kind smallint not null, topic smallint not null, flags smallint not null,
		state smallint not null, accepted int not null, referred int not null,
		acknowledged int not null, settled int not null, done int not null, ended int not null,
		included int not null, voided int not null, due int not null)'
	"$bench" export "$dir/store" | sql -c 'copy fact from stdin'
	sql -c 'create index on fact (unit, day)' -c 'vacuum (freeze, analyze) fact'
}

# $1 from, $2 until, $3 before, $4 known at; with a list of units: $5. Flags as in proto/case.h.
inclusion='select count(*) filter (where g and l and i), count(*) filter (where g and l),
	count(*) filter (where g and l and i and flags & 16 <> 0),
	count(*) filter (where g and l and i),
	count(*) filter (where g and l and flags & 32 <> 0 and settled <> 0 and settled < $3),
	count(*) filter (where g and l),
	count(*) filter (where g and l and flags & 4 <> 0), count(*) filter (where g and l),
	count(*) filter (where not g and l and i), count(*) filter (where not g and l),
	count(*) filter (where g and not l and flags & 128 = 0),
	count(*) filter (where g and flags & 128 <> 0)
	from (select *, flags & 2 <> 0 as g,
			flags & 128 = 0 and not (voided <> 0 and voided < $3) as l,
			included <> 0 and included < $3 as i from fact
		where day >= $1 and day < $2 and day < $3 and flags & 1 <> 0
			and known <= $4 and until > $4'
resolution='select count(*) filter (where l and s), count(*) filter (where l),
	count(*) filter (where l and s and settled <= accepted + 30), count(*) filter (where l),
	count(*) filter (where l and s and settled <= accepted + 60), count(*) filter (where l),
	count(*) filter (where l and s and settled <= accepted + 90), count(*) filter (where l),
	count(*) filter (where l and s and flags & 64 <> 0 and done <> 0 and done < $3),
	count(*) filter (where l and s and flags & 64 <> 0),
	count(*) filter (where not l and not v), count(*) filter (where v)
	from (select *, settled <> 0 and settled < $3 as s, voided <> 0 and voided < $3 as v,
			not (voided <> 0 and voided < $3) and not (ended <> 0 and ended < $3) as l
		from fact where day < $3 and accepted >= $1 and accepted < $2 and accepted < $3
			and known <= $4 and until > $4'
ontime='select count(*) filter (where s and due <> 0 and settled <= due),
	count(*) filter (where s and due <> 0),
	count(*) filter (where s and due = 0), count(*) filter (where s),
	count(*) filter (where s and due <> 0 and settled <= due),
	count(*) filter (where s and due <> 0 or o)
	from (select settled, due,
			settled >= $1 and settled < $2 and settled <> 0 and settled < $3 as s,
			not (settled <> 0 and settled < $3) and not (ended <> 0 and ended < $3)
				and due <> 0 and due < $3 as o
		from fact where day < $3 and not (voided <> 0 and voided < $3)
			and known <= $4 and until > $4'

# The first line of each rate alone: the least that can be asked for.
inclusion_first='select count(*) filter (where included <> 0 and included < $3), count(*)
	from (select included from fact where day >= $1 and day < $2 and day < $3
			and flags & 131 = 3 and not (voided <> 0 and voided < $3)
			and known <= $4 and until > $4'
resolution_first='select count(*) filter (where settled <> 0 and settled < $3), count(*)
	from (select settled from fact where accepted >= $1 and accepted < $2 and accepted < $3
			and (voided = 0 or voided >= $3) and (ended = 0 or ended >= $3)
			and known <= $4 and until > $4'
ontime_first='select count(*) filter (where settled <= due), count(*)
	from (select settled, due from fact where settled >= $1 and settled < $2 and settled < $3
			and due <> 0 and (voided = 0 or voided >= $3)
			and known <= $4 and until > $4'

day() # ISO: the number that hoiam has for it
{
	echo "(date '$1' - date '1970-01-01' + 719163)"
}

# Ask RUNS + 1 times; print the median of the later ones and the numbers.
ask() # NAME RUNS SETTINGS QUERY TYPES ARGUMENTS
{
	{
		echo "$3"
		echo "prepare q($5) as $4) as f;"
		echo "execute q($6);"
		printf '%s\n' '\timing on'
		i=0
		while [ "$i" -lt "$2" ]; do
			echo "execute q($6);"
			i=$((i + 1))
		done
	} | sql >"$dir/answer"
	median=$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$dir/answer" | sort -n |
		awk '{ v[NR] = $1 } END { printf "%.1f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) * 500 }')
	echo "$1 $median $(grep -v '^Time' "$dir/answer" | sort -u)"
}

ask_rates() # PREFIX RUNS SETTINGS FROM TO [UNITS]
{
	last="$(day 2023-01-01) + 1400 + 200"
	from=$4 until="$5 + 1" before="$last + 1"
	[ "$5" != last ] || until="$last + 1"
	for rate in inclusion resolution ontime; do
		eval "query=\$$rate$suffix"
		if [ $# -ge 6 ]; then
			ask "$1.$rate" "$2" "$3" "$query and unit = any(\$5)" int,int,int,int,int[] \
				"$from, $until, $before, $last, $6"
		else
			ask "$1.$rate" "$2" "$3" "$query" int,int,int,int "$from, $until, $before, $last"
		fi
	done
}

# The communes of bench_rates.c and the offices below them.
below() # UNIT
{
	echo "array(select $1 union all select i from generate_series(3355, 10000) i
		where 35 + i % 3320 = $1)"
}

whole() # PREFIX SETTINGS
{
	ask_rates "$1.whole" 9 "$2" "$(day 2023-01-01)" last
}

one() # PREFIX SETTINGS
{
	for scope in largest:35 commune:865; do
		units=$(sql -c "select $(below "${scope#*:}")")
		ask_rates "$1.${scope%:*}" 20 "$2" "$(day 2025-01-01)" "$(day 2025-12-31)" \
			"'$units'::int[]"
	done
}

"$bench" make "$dir/store" "$rows"
start_postgres
load
suffix=
off='set max_parallel_workers_per_gather = 0;'
{
	"$bench" run "$dir/store"
	whole serial "$off set jit = off;"
	whole serial_jit "$off set jit = on;"
	whole parallel 'set jit = off;'
	whole parallel_jit 'set jit = on;'
	one serial "$off set jit = off;"
	suffix=_first
	whole first "$off set jit = off;"
	whole first_parallel 'set jit = off;'
	"$bench" run "$dir/store" | sed 's/^hoiam/again/'
} >"$dir/result"
stop_postgres

echo "rates over $rows rows, median in µs; PostgreSQL $("$bin/postgres" --version | awk '{ print $3 }'), shared_buffers 1GB, table and index in memory"
awk '
function numbers(    i, s) { for (i = 3; i <= NF; i++) s = s " " $i; return s }
function better(a, b) { return a == "" || (b != "" && b + 0 < a + 0) ? b : a }
{
	dot = index($1, ".")
	who = substr($1, 1, dot - 1)
	what = substr($1, dot + 1)
	if (!(what in same)) { same[what] = numbers(); order[++n] = what }
	else if (index(same[what] " ", numbers() " ") != 1 || (who !~ /^first/ && same[what] != numbers())) {
		print "DIFFERENT " $1 ":" numbers() " but" same[what]
		bad = 1
	}
	took[who, what] = $2
}
function ratio(a, b) { return a == "" ? "-" : sprintf("%.2f", a / b) }
END {
	form = "%-20s %9s %9s %9s %9s %9s %9s %9s %9s %8s %9s %8s\n"
	printf form, "", "hoiam", "again", "serial", "jit", "parallel", "jit", "first", "parallel", \
		"/serial", "/parallel", "/first"
	for (i = 1; i <= n; i++) {
		w = order[i]
		serial = better(took["serial", w], took["serial_jit", w])
		parallel = better(took["parallel", w], took["parallel_jit", w])
		first = took["first", w]
		mine = (took["hoiam", w] + took["again", w]) / 2
		printf form, w, took["hoiam", w], took["again", w], took["serial", w], \
			took["serial_jit", w], took["parallel", w], took["parallel_jit", w], first, \
			took["first_parallel", w], ratio(serial, mine), ratio(parallel, mine), \
			ratio(first, mine)
		if (w ~ /^whole/) { h += mine; s += serial; p += parallel; f += first; fp += took["first_parallel", w] }
		else if (took["hoiam", w] > worst) worst = took["hoiam", w]
	}
	printf "whole register, three rates with all their lines: %.2f x PostgreSQL, %.2f x with parallel plans\n", \
		s / h, p / h
	printf "the same against the first line of each alone: %.2f x PostgreSQL, %.2f x with parallel plans\n", \
		f / h, fp / h
	printf "a unit over a year, worst median: %.0f us\n", worst
	print bad ? "the numbers DIFFER" : "the numbers are the same"
	exit bad
}' "$dir/result"
