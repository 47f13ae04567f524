#!/bin/sh
# live_ssh.sh: an office that has ssh and nothing else, as hoiamd(8) describes it: the daemon's socket
# forwarded to it, and hoiam run on the server. A real sshd of our own on a loopback port; the line is
# cut with a change half sent, and with the answer on its way, and the change is sent again. Where no
# sshd can be run for this user, the test is skipped.
set -u

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$folder/work" && cd "$folder/work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"

sshd=
tunnel=
between=
end()
{
	for process in $tunnel $between $sshd; do
		kill -9 "$process" 2>/dev/null
	done
	cleanup
	rm -rf "$folder"
}
trap end EXIT

# Sockets have short paths.
sockets=${short:-$dir}
served=$HOIAM_SOCKET
forwarded=$sockets/o
held=$sockets/h

skip()
{
	echo "skipped: $*"
	exit 77
}

broken()
{
	echo "BROKEN: $*"
	cat "$out.1" "$out.2" sshd.log tunnel.log 2>/dev/null
	exit 1
}

# Up to ten seconds.
wait_for() # COMMAND...
{
	n=0
	until "$@"; do
		n=$((n + 1))
		[ $n -lt 200 ] || return 1
		sleep 0.05
	done
}

# The server's sshd.

make_keys()
{
	for key in host office desk line; do
		ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$key" </dev/null || skip "no ssh-keygen"
	done
	{
		printf 'restrict,port-forwarding,command="/bin/false" '
		cat office.pub
		printf 'restrict,pty '
		cat desk.pub
	} >authorized_keys
}

configure()
{
	cat >sshd_config <<-END
		ListenAddress 127.0.0.1
		Port $port
		HostKey $dir/host
		AuthorizedKeysFile $dir/authorized_keys
		PidFile none
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PermitRootLogin prohibit-password
		SetEnv XDG_CONFIG_HOME=$XDG_CONFIG_HOME HOIAM_PASSPHRASE_FILE=$HOIAM_PASSPHRASE_FILE HOIAM_LANG=en LC_ALL=C.UTF-8 LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-} ASAN_OPTIONS=${ASAN_OPTIONS:-}
	END
	echo "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 host.pub)" >known_hosts
}

listening()
{
	grep -q '^Server listening' sshd.log || ! kill -0 "$sshd" 2>/dev/null
}

start_sshd()
{
	program=$(PATH=$PATH:/usr/sbin command -v sshd) || skip "no sshd"
	# Where no service has made it yet; sshd of root wants it, and it stays.
	[ "$(id -u)" -ne 0 ] || mkdir -p -m 0755 /run/sshd || skip "no /run/sshd"
	for _ in 1 2 3 4 5 6 7 8; do
		port=$(shuf -i 20000-32000 -n 1)
		configure
		"$program" -D -e -f "$dir/sshd_config" >sshd.log 2>&1 </dev/null &
		sshd=$!
		wait_for listening
		! grep -q '^Server listening' sshd.log || return 0
		kill "$sshd" 2>/dev/null
		wait "$sshd" 2>/dev/null
	done
	cat sshd.log
	skip "sshd does not run"
}

# ssh to the server, as a program: in the background its process is that of ssh itself.
write_remote()
{
	cat >remote <<-END
		key=\$1
		shift
		exec ssh -F none -i "$dir/\$key" -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes \\
			-o UserKnownHostsFile="$dir/known_hosts" -o GlobalKnownHostsFile=none -p $port "\$@"
	END
}

user=$(id -un)

# A socket before the daemon's that keeps a part of the next request for VERB back.
withhold() # VERB KEEP
{
	rm -f "$held" flag
	python3 "$HOIAM_SOURCE_ROOT/tests/live/withhold.py" "$held" "$served" "$1" "$2" "$dir/flag" &
	between=$!
	wait_for test -S "$held" || broken "withhold.py"
}

# The office's side of a forwarded socket, which is the daemon's or that of withhold().
forward() # [VERB KEEP]
{
	to=$served
	rm -f "$forwarded"
	if [ $# -gt 0 ]; then
		withhold "$@"
		to=$held
	fi
	sh remote office -N -o ExitOnForwardFailure=yes -L "$forwarded:$to" "$user@127.0.0.1" \
		>tunnel.log 2>&1 </dev/null &
	tunnel=$!
	wait_for test -S "$forwarded" || broken "no forwarded socket"
}

# A port of the office's loopback for the daemon's; false when the port is taken.
forward_line() # HOST:PORT
{
	sh remote line -v -N -o ExitOnForwardFailure=yes -L "$1:127.0.0.1:$listens" "$user@127.0.0.1" \
		>tunnel.log 2>&1 </dev/null &
	tunnel=$!
	wait_for forwarding
	! grep -q 'Entering interactive session' tunnel.log || return 0
	wait "$tunnel"
	tunnel=
	return 1
}

forwarding()
{
	grep -q 'Entering interactive session' tunnel.log || ! kill -0 "$tunnel" 2>/dev/null
}

hang_up()
{
	kill -9 "$tunnel"
	wait "$tunnel" 2>/dev/null
	tunnel=
	[ -z "$between" ] || { kill "$between" && wait "$between" 2>/dev/null; }
	between=
}

# From the office.
office() # WORDS...
{
	"$HOIAM" --as clerk --socket "$forwarded" "$@" >"$out.1" 2>"$out.2" </dev/null
}

# On the server, with what stands on standard input.
on_server() # SOCKET WORDS...
{
	socket=$1
	shift
	sh remote desk "$user@127.0.0.1" "$HOIAM --as clerk --socket $socket$(for word; do typed "$word"; done)" \
		>"$out.1" 2>"$out.2"
}

# The same in the background, to be cut by hang_up.
start_on_server() # SOCKET WORDS...
{
	socket=$1
	shift
	sh remote desk "$user@127.0.0.1" "$HOIAM --as clerk --socket $socket$(for word; do typed "$word"; done)" \
		>"$out.1" 2>"$out.2" </dev/null &
	tunnel=$!
}

come_by()
{
	wait_for test -e flag || broken "the request did not come by"
}

opinions() # of the meeting 98101/2025/1
{
	"$HOIAM" --as clerk --socket "$served" meeting list >.list || exit 1
	awk -F '\t' '$1 == "98101/2025/1" { print $5 }' .list
}

expect() # OPINIONS WHEN
{
	got=$(opinions)
	[ "$got" = "$1" ] || broken "$got opinions $2, not $1"
	echo "$2: $got opinions"
}

command -v ssh >/dev/null || skip "no ssh"
make_keys
start_sshd
write_remote
sh remote desk "$user@127.0.0.1" true >"$out.1" 2>&1 </dev/null || {
	cat "$out.1" sshd.log
	skip "$user cannot log in here by a key"
}

register
quiet admin officer invite --unit 98101 --role receptionist --name "Lê Thị Bảy" --out clerk.invitation
quiet admin officer invite --unit 98101 --role auditor --name "Vũ Văn Sáu" --out auditor.invitation
stop
printf 'listen: 127.0.0.1:0\n' >"$store/hoiamd.conf"
start
listens=$(sed -n 's/^info server listening=tcp host=127.0.0.1 port=//p' .log | tail -n 1)
printf 'restrict,port-forwarding,permitopen="127.0.0.1:%s",command="/bin/false" ' "$listens" | cat - line.pub >>authorized_keys
for day in 10 11 12; do
	sed "s|^Ngày: .*|Ngày: $day/11/2025|" "$demo/minutes-1.txt" >"minutes-$day"
done

say "the socket forwarded: enrolling and working from the office"
! sh remote office "$user@127.0.0.1" true >"$out.1" 2>&1 </dev/null || broken "the office's key runs commands"
forward
office enrol clerk.invitation || broken enrol
office whoami || broken whoami
clean <"$out.1"
office meeting open --unit 98101 --kind dialogue_regular --day 09/11/2025 || broken "meeting open"
office meeting record minutes-10 || broken "meeting record"
office case list unit:98101 || broken "case list"
echo "$(grep -c '^98101/2025/' "$out.1") cases"
hang_up

say "cut with all but a byte of the request on its way; the same again with the same number"
set -- --rid 01234567-89ab-7def-8123-456789000001 opinion add 98101/2025/1 --words "Đường vào bản lầy lội."
forward opinion.add request
office "$@" &
waits=$!
come_by
hang_up
wait $waits
[ $? -eq 6 ] || broken "another exit than 6 after a cut"
clean <"$out.2" | sed "s|$forwarded|FORWARDED|"
expect 0 "after the cut"
forward
office "$@" || broken "sent again"
office "$@" || broken "sent once more"
hang_up
expect 1 "sent twice more"

say "cut with the answer on its way"
set -- --rid 01234567-89ab-7def-8123-456789000002 opinion add 98101/2025/1 --words "Rác sau chợ ùn lại."
forward opinion.add answer
office "$@" &
waits=$!
come_by
hang_up
wait $waits
[ $? -eq 6 ] || broken "another exit than 6 after a cut"
expect 2 "after the cut"
forward
office "$@" || broken "sent again"
grep -q '	ordinal=2	' "$out.1" || broken "another answer"
hang_up
expect 2 "sent again"

say "the same without a number of one's own: the error tells which it was"
set -- opinion add 98101/2025/1 --words "Xin sửa cầu treo."
forward opinion.add answer
office "$@" &
waits=$!
come_by
hang_up
wait $waits
rid=$(sed -n 's/.*--rid \([0-9a-f-]*\) .*/\1/p' "$out.2")
expect 3 "after the cut"
forward
office --rid "$rid" "$@" || broken "sent again"
grep -q '	ordinal=3	' "$out.1" || broken "another answer"
hang_up
expect 3 "sent again"

say "minutes, cut at some other times; the same command again each time"
for pause in 0 0.01 0.02 0.04 0.06 0.1 0.15 0.2; do
	forward
	office meeting record minutes-11 &
	waits=$!
	sleep $pause
	hang_up
	wait $waits
done
forward
office meeting record minutes-11 || broken "meeting record"
office meeting list --from 2025-11-11 --to 2025-11-11 || broken "meeting list"
cut -f 2-6 "$out.1"
[ "$(wc -l <"$out.1")" -eq 1 ] || broken "not one meeting"
hang_up

say "hoiam on the server, minutes and words from the office"
on_server "$served" meeting record - <minutes-12 || broken "meeting record"
on_server "$served" meeting list --from 2025-11-12 --to 2025-11-12 </dev/null || broken "meeting list"
cut -f 2-6 "$out.1"

say "cut with the answer on its way"
withhold opinion.add answer
set -- --rid 01234567-89ab-7def-8123-456789000003 opinion add 98101/2025/1 --words "Nước giếng có mùi."
start_on_server "$held" "$@"
come_by
hang_up
expect 4 "after the cut"
on_server "$served" "$@" </dev/null || broken "sent again"
grep -q '	ordinal=4	' "$out.1" || broken "another answer"
expect 4 "sent again"

say "the desk on a terminal of the server"
mkfifo keys
sh remote desk -tt "$user@127.0.0.1" "stty rows 24 cols 80; TERM=xterm $HOIAM --as clerk --socket $served desk" \
	<keys >screen 2>tunnel.log &
tunnel=$!
exec 3>keys
wait_for grep -q '98101/2025/' screen || broken "no desk: $(cat screen)"
printf q >&3
wait "$tunnel"
rc=$?
exec 3>&-
tunnel=
[ $rc -eq 0 ] || broken "the desk ended with $rc"
echo "it shows cases and ends"

say "an encrypted line inside ssh, by a key that opens nothing else"
for _ in 1 2 3 4 5 6 7 8; do
	near=127.0.0.1:$(shuf -i 20000-32000 -n 1)
	forward_line "$near" && break
done
[ -n "$tunnel" ] || broken "no forwarded port"
quiet auditor enrol auditor.invitation --server "$near"
quiet auditor rate inclusion --from 2025-01-01 --to 2025-12-31 --server "$near"
head -n 1 "$out.1"
hang_up
rm -f "$forwarded"
sh remote line -N -o ExitOnForwardFailure=yes -L "$forwarded:$served" "$user@127.0.0.1" >tunnel.log 2>&1 </dev/null &
tunnel=$!
wait_for test -S "$forwarded" || broken "no forwarded socket"
! office whoami || broken "the key for the line opens the socket"
grep -q 'request was denied' sshd.log || broken "it was not sshd that refused"
hang_up

kill "$sshd"
wait "$sshd" 2>/dev/null
sshd=
stop
run "$HOIAMD" verify "$store"
[ $rc -eq 0 ]
