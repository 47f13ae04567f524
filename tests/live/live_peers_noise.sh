#!/bin/sh
# live_peers_noise.sh: implementations of Noise by other people on the daemon's encrypted lines, each
# a client written from hoiam-protocol(7): they enrol, work, and are turned away where keys do not
# fit. Who is not installed is named and skipped; .ci/run installs them all.
set -u

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$folder/work" && cd "$folder/work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
. "$HOIAM_SOURCE_ROOT/tests/lib/peers.sh"
trap 'cleanup; rm -rf "$folder"' EXIT

register
stop
printf 'listen: 127.0.0.1:0\n' >"$store/hoiamd.conf"
start
at=127.0.0.1:$(sed -n 's/^info server listening=tcp host=127.0.0.1 port=//p' .log | tail -n 1)

invite() # NAME: officers are counted from 1, the administrator
{
	quiet admin officer invite --unit 98101 --role receptionist --name "$1" --out "$1.invitation"
}

# The administrator sees the key by which the peer enrolled, as it told it, and nothing of it before.
seen() # NAME OFFICER
{
	id=$(sed -n 's/^XK: enrolled //p' "$out.1")
	quiet admin officer show "$2"
	if [ -n "$id" ] && grep -q "^$id	active" "$out.1"; then
		echo "$1: the administrator sees its key, active"
	else
		echo "$1: FAILED, its key is not seen: $id"
		failed=$((failed + 1))
	fi
}

invite flynn
invite dissononce
invite noise_wasm
quiet admin officer show 2
! grep -q active "$out.1" || failed=$((failed + 1))

if go_with github.com/flynn/noise github.com/ugorji/go/codec; then
	go_peer flynn "$peers/flynn.go" "$at" flynn.invitation 98101 2025-09-10
	seen flynn 2
else
	skip flynn "no go with golang-github-flynn-noise-dev and golang-github-ugorji-go-codec-dev"
fi

python=$(python_with msgpack, nacl, dissononce)
if [ "$python" != false ]; then
	peer dissononce "$python" "$peers/dissononce_peer.py" "$at" dissononce.invitation 98101 2025-09-11
	seen dissononce 3
else
	skip dissononce "no python3 with msgpack, nacl and dissononce"
fi

if node_with noise-c.wasm msgpack5rpc; then
	peer noise_wasm env NODE_PATH="$node_modules" node "$peers/noise_wasm.js" "$at" \
		noise_wasm.invitation "$HOIAM_SOCKET"
	seen noise_wasm 4
else
	skip noise_wasm "no node with noise-c.wasm and msgpack5rpc in build/peers"
fi

finish_peers || failed=1
run "$HOIAMD" verify "$store"
[ $rc -eq 0 ] && [ $failed -eq 0 ]
