# peers.sh: what the scripts share that run programs of other people: who is not installed is named
# and skipped.
#
#   . "$HOIAM_SOURCE_ROOT/tests/lib/peers.sh"      after cli.sh
#   peer NAME COMMAND...       run it; its output is shown behind its name
#   skip NAME WHY
#   finish_peers               the sum, as the script's exit status

peers=$HOIAM_SOURCE_ROOT/tests/live/peers
node_modules=$HOIAM_SOURCE_ROOT/build/peers/node_modules
gopath=/usr/share/gocode
PYTHONDONTWRITEBYTECODE=1 # the peers stand among the sources
export PYTHONDONTWRITEBYTECODE
ran=0
failed=0
skipped=

# The first python3 that has these modules; Debian's are those of /usr/bin/python3.
python_with() # MODULE...
{
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $*" 2>/dev/null; then
			echo "$python"
			return
		fi
	done
	echo false
}

peer() # NAME COMMAND...
{
	name=$1
	shift
	timeout 120 "$@" >"$out.1" 2>&1 </dev/null
	rc=$?
	ran=$((ran + 1))
	[ $rc -eq 0 ] || failed=$((failed + 1))
	sed "s/^/$name: /" "$out.1"
	[ $rc -eq 0 ] || echo "$name: FAILED with $rc"
}

# The same of a program in Go with Debian's libraries alone.
go_peer() # NAME FILE WORDS...
{
	name=$1
	file=$2
	shift 2
	peer "$name" env GO111MODULE=off GOPATH=$gopath GOCACHE="$HOIAM_SOURCE_ROOT/build/peers/go" \
		go run "$file" "$@"
}

# Is there a go with these libraries?
go_with() # PATH...
{
	command -v go >/dev/null || return
	for library; do
		[ -d "$gopath/src/$library" ] || return
	done
}

# Is there a node with these packages?
node_with() # PACKAGE...
{
	command -v node >/dev/null || return
	for package; do
		[ -d "$node_modules/$package" ] || return
	done
}

skip() # NAME WHY
{
	echo "$1: skipped, $2"
	skipped="$skipped $1"
}

finish_peers()
{
	echo "$ran peers ran, $failed failed; skipped:${skipped:- none}"
	stop
	[ $ran -gt 0 ] || exit 77
	[ $failed -eq 0 ]
}
