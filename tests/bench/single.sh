#!/bin/sh
# single.sh: single signed changes on 1 and 64 connections, and PostgreSQL taking as many bytes,
# unsigned, in two inserts: BEGIN, INSERT, INSERT, COMMIT as four prepared messages, and both inserts
# as one prepared statement; in turns. PostgreSQL's load comes from its own pgbench.
#
#   single.sh BENCH_SINGLE [cases] [changes a round] [rounds]
set -eu
bench=$1
cases=${2-600000}
count=${3-20000}
rounds=${4-5}
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/postgres.sh"
missing psql pgbench "$bin/initdb"

fill "$folder/store" "$cases"
start_daemon "$folder/store"
start_postgres
sql <<END
create table journal (seq bigserial primary key, at timestamptz not null, key bytea not null,
	sig bytea not null, head bytea not null);
create table event (id bigserial primary key, seq bigint not null, number int not null,
	step int not null, day int not null, kind int not null, topic int not null);
create index on event (number);
insert into journal (at, key, sig, head) select now(), 'kkkkkkkk', repeat('s', 64)::bytea,
	repeat('h', 250)::bytea from generate_series(1, $cases);
insert into event (seq, number, step, day, kind, topic) select i, i, 1, 739000, 2, 10
	from generate_series(1, $cases) i;
vacuum analyze;
checkpoint;
END
cat >"$short/four" <<END
\\set number random(1, $cases)
BEGIN;
insert into journal (at, key, sig, head) values (now(), :key, :sig, :head);
insert into event (seq, number, step, day, kind, topic) values (currval('journal_seq_seq'), :number, 2, 739001, 3, 11);
COMMIT;
END
cat >"$short/one" <<END
\\set number random(1, $cases)
with j as (insert into journal (at, key, sig, head) values (now(), :key, :sig, :head) returning seq) insert into event (seq, number, step, day, kind, topic) select seq, :number, 2, 739001, 3, 11 from j;
END

long() # BYTES
{
	awk -v n="$1" 'BEGIN { s = sprintf("%" n "s", ""); gsub(/ /, "h", s); print s }'
}
pg() # FORM CONNECTIONS COUNT: transactions a second
{
	pgbench -n -M prepared -h "$short" -U bench -f "$short/$1" -c "$2" -j 1 \
		-t $(($3 / $2)) -D "key=kkkkkkkk" -D "sig=$(long 64)" -D "head=$(long 250)" postgres |
		sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

echo "(b) single changes among $cases cases; $("$bin/postgres" --version), fsync and synchronous_commit on"
for connections in 1 64; do
	n=$count
	[ $connections != 1 ] || n=$((count / 10))
	i=0
	while [ $i -lt "$rounds" ]; do
		ours=$("$bench" "$folder/store" "$short/s" "$n" $connections)
		four=$(pg four $connections $n)
		one=$(pg one $connections $n)
		echo "${ours% *} $four" >>"$folder/four.$connections"
		echo "${ours% *} $one" >>"$folder/one.$connections"
		i=$((i + 1))
	done
	ratio "$folder/four.$connections" "single changes, $connections connections, four messages" \
		"changes/s" hoiam PostgreSQL "$([ $connections = 1 ] && echo none || echo 1)"
	ratio "$folder/one.$connections" "single changes, $connections connections, one statement" \
		"changes/s" hoiam PostgreSQL none
done
before=$(used)
last=$("$bench" "$folder/store" "$short/s" "$count" 64)
echo "  a request of hoiam has ${last#* } bytes; one more round of 64 connections:"
spent "$before" "$count" "$(awk -v n="$count" -v rate="${last% *}" 'BEGIN { print n / rate }')"
