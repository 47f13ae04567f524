# 80-line.sh: the same commands over an encrypted line: enrolling, working, what does not fit.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer local receptionist 98101 "Đoàn Thị Kim Duyên"
stop
printf 'listen: 127.0.0.1:0\n' >"$store/hoiamd.conf"
start
port=$(sed -n 's/^info server listening=tcp host=127.0.0.1 port=//p' .log | tail -n 1)
at=127.0.0.1:$port
line() # NAME WORDS...: shown with AT in place of the address
{
	as "$@" | sed "s/$at/AT/g"
}

say "an invitation that says where to"
line admin officer invite --role receptionist --unit 98101 --name "Lê Thị Bảy" --out clerk.invitation --at "$at"
sed -e 's/[0-9a-f]\{64\}/HEX/; s/[0-9a-f]\{32\}/HEX/' -e "s/$at/AT/; s/until: .*/until: DAY/" clerk.invitation
quiet admin officer invite --role auditor --name "Vũ Văn Sáu" --out auditor.invitation
unset HOIAM_SOCKET

say "enrolling and working without a socket; the key file knows where to"
line clerk enrol clerk.invitation
line clerk meeting record "$demo/minutes-1.txt"
line clerk meeting list
"$HOIAM" --as clerk whoami --channel | grep -cx '[0-9a-f]\{64\}'
line clerk enrol clerk.invitation

say "where to by the command line, and by the environment"
line auditor enrol auditor.invitation --server "$at"
line auditor rate inclusion --from 2026-01-01 --to 2026-12-31 --server "$at"
HOIAM_SERVER=$at
export HOIAM_SERVER
line auditor whoami
line admin status
unset HOIAM_SERVER

say "what does not fit"
line auditor whoami --server 127.0.0.1:1
line auditor whoami --server nowhere
line auditor whoami --server "$at" --socket "$store/hoiamd.sock"
sed 's/^psk: ..../psk: 0000/' auditor.invitation >bad.invitation
line other enrol bad.invitation --server "$at"
line other whoami --server "$at"
sed '/^psk/d' auditor.invitation >bad.invitation
line third enrol bad.invitation --server "$at"
sed '/^psk/d; /^channel/d' auditor.invitation >bad.invitation
line third enrol bad.invitation --server "$at"
HOIAM_SOCKET=$store/hoiamd.sock
[ -z "$short" ] || HOIAM_SOCKET=$short/hoiamd.sock
export HOIAM_SOCKET
line local whoami --channel
line admin officer show 4
stop
run "$HOIAMD" verify "$store"
