#!/bin/sh
# layers.sh: every include goes down the layers, and each library stays in its place.
#
#   sh tests/layers.sh [ROOT]      says file:line of each breach; exit 1 if there is one
#   sh tests/layers.sh --prove     plants breaches in a tree of its own and looks that each is found
set -u

# Which folder may include which of ours. Longer folders go first.
folders='
proto          proto
store          proto store
daemon         proto store daemon
clients/paper  proto clients/paper clients/i18n.h
clients        proto clients
'

# Which header of a library may be where. The first pattern that fits the header decides.
# A place is a file, or a folder and all in it; "none" is nowhere.
headers='
lmdb.h          store/db.c store/db_private.h
event2/*        daemon/loop.c daemon/listener.c daemon/conn.c
event.h         none
ev*.h           none
msgpack.h       proto/pack.c
msgpack/*       proto/pack.c
yaml.h          proto/yaml.c
utf8proc.h      proto
sodium.h        proto daemon clients
sodium/*        proto daemon clients
ncursesw/*      clients/desk
ncurses*.h      clients/desk
curses.h        clients/desk
panel.h         clients/desk
jansson.h       clients
zlib.h          clients
qrencode.h      clients/paper
libintl.h       clients daemon
syslog.h        daemon
sys/socket.h    daemon clients
sys/un.h        daemon clients
netinet/*       daemon clients
arpa/*          daemon clients
poll.h          daemon clients
sys/epoll.h     daemon
fcntl.h         store daemon clients
cmocka.h        none
'

# Ours that some of ours may not have, though the folder would allow it: the auditor is independent.
forbidden='
clients/audit   proto/tree.h proto/tree.c proto/rate.h proto/rate.c
daemon          store/db_private.h
'

check()
{
	cd "$1" || return 2
	find proto store daemon clients -type f \( -name '*.[ch]' -o -name '*.def' \) | LC_ALL=C sort |
		FOLDERS=$folders HEADERS=$headers FORBIDDEN=$forbidden xargs awk '
	function split_rows(text, rows,    n) {
		sub(/^\n+/, "", text)
		sub(/\n+$/, "", text)
		n = split(text, rows, "\n")
		return n
	}
	# A pattern is a name in which * stands for anything.
	function fits(name, pattern,    star, head, tail) {
		star = index(pattern, "*")
		if (star == 0)
			return name == pattern
		head = substr(pattern, 1, star - 1)
		tail = substr(pattern, star + 1)
		return length(name) >= length(head) + length(tail) &&
			substr(name, 1, length(head)) == head &&
			substr(name, length(name) - length(tail) + 1) == tail
	}
	function within(file, place) {
		return file == place || index(file, place "/") == 1
	}
	function breach(why) {
		printf "%s:%d: %s\n", FILENAME, FNR, why
		breaches++
	}
	function check_ours(name,    i, j, n, top, words, allowed) {
		top = name
		sub(/\/.*/, "", top)
		for (i = 1; i <= folder_count; i++) {
			n = split(folder_rows[i], words, " ")
			if (!within(FILENAME, words[1]))
				continue
			allowed = 0
			for (j = 2; j <= n; j++)
				allowed = allowed || within(name, words[j])
			if (!allowed)
				breach(words[1] " may not include \"" name "\"")
			break
		}
		for (i = 1; i <= forbidden_count; i++) {
			n = split(forbidden_rows[i], words, " ")
			for (j = 2; within(FILENAME, words[1]) && j <= n; j++)
				if (name == words[j])
					breach(words[1] " may not include \"" name "\"")
		}
	}
	function check_library(name,    i, j, n, words, allowed) {
		for (i = 1; i <= header_count; i++) {
			n = split(header_rows[i], words, " ")
			if (!fits(name, words[1]))
				continue
			allowed = 0
			for (j = 2; j <= n; j++)
				allowed = allowed || within(FILENAME, words[j])
			if (!allowed)
				breach("<" name "> may not be included here")
			return
		}
	}
	function ours(name) {
		return name ~ /^(proto|store|daemon|clients|tests)\//
	}
	BEGIN {
		folder_count = split_rows(ENVIRON["FOLDERS"], folder_rows)
		header_count = split_rows(ENVIRON["HEADERS"], header_rows)
		forbidden_count = split_rows(ENVIRON["FORBIDDEN"], forbidden_rows)
	}
	/^[ \t]*#[ \t]*include/ {
		name = $0
		sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
		quoted = substr(name, 1, 1) == "\""
		if (!quoted && substr(name, 1, 1) != "<") {
			breach("an include by a macro cannot be checked")
			next
		}
		name = substr(name, 2)
		sub(/[">].*/, "", name)
		if (name ~ /(^|\/)\.\.?\//)
			breach("\"" name "\" is not written from the root")
		else if (ours(name))
			check_ours(name)
		else if (quoted)
			breach("\"" name "\" is not written from the root")
		else
			check_library(name)
	}
	END { exit breaches > 0 }'
}

plant() # FILE LINE: the line must be found as a breach of that file, at its line
{
	printf '/* planted */\n#include <stdint.h>\n%s\n' "$2" >"$tree/$1"
	if (check "$tree") >"$tree/said" 2>&1; then
		echo "not found: $1: $2"
		failed=1
	elif ! grep -q "^$1:3: " "$tree/said" || [ "$(wc -l <"$tree/said")" -ne 1 ]; then
		echo "wrongly told: $1: $2"
		cat "$tree/said"
		failed=1
	fi
	rm -f "${tree:?}/$1"
}

keep() # FILE LINE: the line is in order there
{
	printf '/* planted */\n%s\n' "$2" >"$tree/$1"
	if ! (check "$tree") >"$tree/said" 2>&1; then
		echo "found, though in order: $1: $2"
		failed=1
	fi
	rm -f "${tree:?}/$1"
}

prove()
{
	tree=$(mktemp -d) || exit 99
	trap 'rm -rf "$tree"' EXIT
	trap 'exit 99' HUP INT TERM
	failed=0
	mkdir -p "$tree/proto" "$tree/store" "$tree/daemon/decide" "$tree/daemon/report" \
		"$tree/clients/cli" "$tree/clients/desk" "$tree/clients/audit" "$tree/clients/paper" || exit 99
	for folder in proto store daemon clients; do
		printf '#include <string.h>\n#include "proto/base.h"\n' >"$tree/$folder/plain.c"
	done

	plant proto/a.c '#include "store/db.h"'
	plant proto/a.h '#include "daemon/conf.h"'
	plant proto/a.c '#include "clients/link.h"'
	plant proto/a.c '#include "tests/lib/x.h"'
	plant proto/a.c '#include <yaml.h>'
	plant proto/a.c '#include <msgpack.h>'
	plant proto/a.c '#include <msgpack/pack.h>'
	plant proto/yaml.c '#include <msgpack.h>'
	plant proto/pack.c '#include <yaml.h>'
	plant proto/pack.h '#include <msgpack.h>'
	plant proto/a.c '#include <lmdb.h>'
	plant proto/a.c '#include <event2/event.h>'
	plant proto/a.c '#include <sys/socket.h>'
	plant proto/a.c '#include <syslog.h>'
	plant proto/a.c '#include <jansson.h>'
	plant proto/a.c '#include "base.h"'
	plant proto/a.c '#include "../store/db.h"'
	plant proto/a.c '  #  include   "store/db.h"'
	plant proto/a.c '#include <store/db.h>'
	plant proto/a.c '#include "proto/../store/db.h"'
	plant proto/a.c '#include "./store/db.h"'
	plant proto/a.c '#include HEADER'
	plant proto/a.def '#include "store/db.h"'
	plant store/a.c '#include "daemon/conf.h"'
	plant store/a.c '#include "clients/link.h"'
	plant store/a.c '#include <lmdb.h>'
	plant store/db.h '#include <lmdb.h>'
	plant store/a.c '#include <sodium.h>'
	plant store/a.c '#include <event2/event.h>'
	plant store/a.c '#include <utf8proc.h>'
	plant daemon/a.c '#include "clients/link.h"'
	plant daemon/a.c '#include <lmdb.h>'
	plant daemon/decide/a.c '#include <event2/event.h>'
	plant daemon/a.c '#include <event2/buffer.h>'
	plant daemon/decide/loop.c '#include <event2/event.h>'
	plant daemon/loop.c '#include <event.h>'
	plant daemon/a.c '#include <evutil.h>'
	plant daemon/a.c '#include <curses.h>'
	plant clients/a.c '#include "store/db.h"'
	plant clients/cli/a.c '#include "daemon/conf.h"'
	plant clients/cli/a.c '#include <curses.h>'
	plant clients/cli/a.c '#include <ncursesw/curses.h>'
	plant clients/cli/a.c '#include <ncurses.h>'
	plant clients/a.c '#include <lmdb.h>'
	plant clients/cli/a.c '#include <qrencode.h>'
	plant clients/paper/a.c '#include "clients/link.h"'
	plant clients/a.c '#include <event2/event.h>'
	plant clients/audit/a.c '#include "proto/tree.h"'
	plant daemon/a.c '#include <cmocka.h>'
	plant daemon/a.c '#include "store/db_private.h"'

	keep proto/pack.c '#include <msgpack.h>'
	keep proto/yaml.c '#include <yaml.h>'
	keep proto/a.c '#include <sodium.h>'
	keep proto/a.c '#include <utf8proc.h>'
	keep store/db.c '#include <lmdb.h>'
	keep store/db_private.h '#include <lmdb.h>'
	keep store/scrub.c '#include "store/db_private.h"'
	keep store/a.c '#include "store/db.h"'
	keep daemon/loop.c '#include <event2/event.h>'
	keep daemon/listener.c '#include <event2/listener.h>'
	keep daemon/conn.c '#include <event2/bufferevent.h>'
	keep daemon/decide/a.c '#include "store/journal.h"'
	keep daemon/decide/a.c '#include "daemon/decide/b.h"'
	keep clients/cli/a.c '#include "clients/link.h"'
	keep clients/cli/a.c '#include <jansson.h>'
	keep clients/desk/a.c '#include <curses.h>'
	keep clients/link.c '#include <sys/un.h>'
	keep clients/paper/a.c '#include <qrencode.h>'
	keep clients/paper/a.c '#include "clients/paper/b.h"'
	keep clients/audit/a.c '#include "proto/pack.h"'
	exit "$failed"
}

if [ "${1:-}" = --prove ]; then
	prove
fi
check "${1:-$(dirname "$0")/..}"
