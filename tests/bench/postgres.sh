# postgres.sh: a PostgreSQL of the bench's own: a cluster in $folder, a Unix socket in $short, its pid
# in $peer. Sourced after common.sh.
bin=$(pg_config --bindir 2>/dev/null || echo /usr/lib/postgresql/15/bin)

as_postgres() # COMMAND...: the server does not run as root
{
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

sql() # ARGUMENT...
{
	psql -X -q -A -t -h "$short" -U bench -d postgres -v ON_ERROR_STOP=1 "$@"
}

# Durable as it comes: fsync and synchronous_commit are on.
start_postgres()
{
	mkdir "$folder/cluster"
	chmod 711 "$folder"
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$folder/cluster" "$short"
	fi
	chmod 755 "$short"
	as_postgres "$bin/initdb" -D "$folder/cluster" -U bench -A trust -E UTF8 --no-sync \
		>"$folder/initdb.log"
	cat >>"$folder/cluster/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$short'
		shared_buffers = 1GB
		max_wal_size = 4GB
		fsync = on
		synchronous_commit = on
	END
	as_postgres "$bin/pg_ctl" -D "$folder/cluster" -l "$folder/cluster/log" -w start >/dev/null
	peer=$(head -n 1 "$folder/cluster/postmaster.pid")
}
