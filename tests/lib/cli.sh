# cli.sh: what the scripts of tests/cli share: a register of the demonstration commune with its
# daemon, and commands that are shown with what they print and their exit code.
#
#   . "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
#   register [OPTIONS]         a register with units and policy, and its daemon; `admin` is enrolled
#   officer clerk receptionist 98101 "Name"
#   as clerk case list         shows "$ hoiam case list", its output, "2> " and its errors, "exit N"
#
# What changes from run to run is shown as DIR, SOCKET, SOURCE, HEX, TIME, TODAY, N (a place or size
# in the journal) and LEFT (days). Days of the scripts are of 2025: none of them is ever today. Where
# numbers of this year are shown all the same, `hide` is a sed command that makes YEAR of it.

HOIAM=${HOIAM_PROGRAM:?}
HOIAMD=${HOIAMD_PROGRAM:?}
demo=${HOIAM_SOURCE_ROOT:?}/data/demo
dir=$PWD
store=$dir/store
out=$dir/.out

XDG_CONFIG_HOME=$dir/home
HOIAM_POLICY_DIR=$HOIAM_SOURCE_ROOT/data/policy
HOIAM_KEY_LEVEL=interactive
HOIAM_PASSPHRASE_FILE=$dir/home/passphrase
HOIAM_LANG=en
NO_COLOR=1
export NO_COLOR XDG_CONFIG_HOME HOIAM_POLICY_DIR HOIAM_KEY_LEVEL HOIAM_PASSPHRASE_FILE HOIAM_LANG
unset HOIAM_AS EDITOR VISUAL COLUMNS

hide=

today()
{
	TZ=UTC-7 date +%Y-%m-%d
}

# A socket's path has at most 107 bytes: a deep folder gets a short one.
short=
HOIAM_SOCKET=$store/hoiamd.sock
if [ ${#store} -gt 90 ]; then
	short=$(mktemp -d /tmp/hoiam.XXXXXX) || exit 99
	HOIAM_SOCKET=$short/hoiamd.sock
fi
export HOIAM_SOCKET
began=$(today)

daemon=
cleanup()
{
	[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null
	[ -z "$short" ] || rm -rf "$short"
}
trap cleanup EXIT
trap 'exit 99' HUP INT TERM

# What a run prints, without what another run would print otherwise.
clean()
{
	sed -e "s|${HOIAM_SOCKET:-no socket}|SOCKET|g" -e "s|$dir|DIR|g" -e "s|$HOIAM_SOURCE_ROOT/data/|SOURCE/data/|g" \
		-e 's/\("at":\|until=\)[0-9]\{16\}/\1TIME/' \
		-e 's/[0-9a-f]\{12,\}…/HEX…/g' -e 's/[0-9a-f]\{16,\}/HEX/g' \
		-e 's/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9:.+]*Z\{0,1\}/TIME/g' \
		-e 's|[0-3][0-9]/[01][0-9]/20[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]|TIME|g' \
		-e "s/$began/TODAY/g" -e "s/$(today)/TODAY/g" \
		-e "s|$(TZ=UTC-7 date +%d/%m/%Y)|TODAY|g" \
		-e 's/\([	,]\)-[0-9]\{1,\}\([	,]\)/\1LEFT\2/g' \
		-e 's/"left":-[0-9]*/"left":LEFT/' -e 's/  *-[0-9]\{3,\}\(  \| |\|$\)/ LEFT\1/' \
		-e 's/^\(journal size	\)[0-9]\{1,\}$/\1N/' \
		-e 's/	prev=[0-9]*//' -e 's/\(\(seq\|entry\|prev\)"\{0,1\}[=:]\)[0-9]*/\1N/g' \
		-e 's/^[0-9]*	TIME	/N	TIME	/' -e 's/^ *[0-9]*  TIME  /N  TIME  /' \
		-e 's/^\(cỡ nhật ký  *\)[0-9]*$/\1N/' -e "$hide"
}

start()
{
	"$HOIAMD" run "$store" >>"$dir/.log" 2>&1 </dev/null &
	daemon=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			[ ! -S "$HOIAM_SOCKET" ] || return 0
			sleep 0.05
		done
	done
	cat "$dir/.log"
	exit 1
}

stop() # [SIGNAL]
{
	kill "-${1:-TERM}" "$daemon"
	wait "$daemon" 2>/dev/null
	daemon=
	rm -f "$HOIAM_SOCKET"
}

# A run of any program, shown; its exit code is in $rc.
run() # PROGRAM ARGUMENTS...
{
	"$@" >"$out.1" 2>"$out.2" </dev/null
	rc=$?
	clean <"$out.1"
	clean <"$out.2" | sed 's/^/2> /'
	echo "exit $rc"
}

# A word as one would type it.
typed()
{
	case $1 in
	*[\ \'\"]* | '') printf " '%s'" "$1" ;;
	*) printf ' %s' "$1" ;;
	esac
}

as() # NAME WORDS...
{
	who=$1
	shift
	printf '\n%s$ hoiam' "$who"
	for word; do typed "$word"; done | clean
	echo
	run "$HOIAM" --as "$who" "$@"
}

# A run that has looked at its files, and waits for a daemon that stands still; and its end.
hold_up() # NAME WORDS...
{
	kill -STOP "$daemon"
	"$HOIAM" --as "$@" >"$out.1" 2>"$out.2" </dev/null &
	client=$!
	tries=0
	until ls -l "/proc/$client/fd" 2>/dev/null | grep -q socket || [ "$tries" = 600 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
}

let_go()
{
	kill -CONT "$daemon"
	wait "$client"
	rc=$?
	clean <"$out.1"
	clean <"$out.2" | sed 's/^/2> /'
	echo "exit $rc"
}

# The same without a word, for what a script is not about; a failure ends the script.
quiet() # NAME WORDS...
{
	who=$1
	shift
	"$HOIAM" --as "$who" "$@" >"$out.1" 2>"$out.2" </dev/null || {
		echo "failed: hoiam --as $who $*"
		cat "$out.1" "$out.2"
		exit 1
	}
}

say()
{
	printf '\n== %s\n' "$*"
}

register() # OPTIONS OF INIT...
{
	mkdir -p "$dir/home" && chmod 700 "$dir/home"
	(umask 077 && echo "a passphrase of the tests" >"$HOIAM_PASSPHRASE_FILE")
	"$HOIAMD" init "$store" "$@" >"$out.1" || exit 1
	start
	quiet admin enrol "$store/admin.invitation"
	quiet admin unit import "$demo/units.csv"
}

officer() # KEY ROLE UNIT NAME
{
	quiet admin officer invite --role "$2" --unit "$3" --name "$4" --out "$dir/$1.invitation"
	quiet "$1" enrol "$dir/$1.invitation"
}

# Size of the journal, to see whether something was written.
size()
{
	"$HOIAM" --as admin status | sed -n 's/^size	//p'
}
