#!/bin/sh
# live_peers_others.sh: programs of other people that speak MessagePack-RPC, and a client written from
# hoiam-protocol(7) alone, against a daemon on its Unix socket. Who is not installed is named and
# skipped; .ci/run installs them all. With HOIAM_WANT=write the exchange in the page is written anew.
set -u

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$folder/work" && cd "$folder/work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
. "$HOIAM_SOURCE_ROOT/tests/lib/peers.sh"
trap 'cleanup; rm -rf "$folder"' EXIT

register
quiet admin officer invite --unit 98101 --role leader --name "Peer" --out peer.invitation
quiet admin officer invite --unit 98101 --role receptionist --name "Đoàn Thị Kim Duyên" --out clerk.invitation
quiet admin officer invite --unit 98101 --role leader --name "Claims" --out claims.invitation
quiet admin grant add 4 --role admin

python=$(python_with msgpack, nacl)
if [ "$python" != false ]; then
	page=$HOIAM_SOURCE_ROOT/docs/hoiam-protocol.7.in
	if [ "${HOIAM_WANT:-}" != write ]; then
		cp "$page" page
		page=page
	fi
	peer exchange.py "$python" "$peers/exchange.py" "$HOIAM_SOCKET" clerk.invitation 98101 \
		2025-09-11 "$page"
	peer claims.py "$python" "$peers/claims.py" "$HOIAM_SOCKET" claims.invitation 98101 \
		2025-09-12 "$page"
	peer client.py "$python" "$peers/client.py" "$HOIAM_SOCKET" peer.invitation 98101 2025-09-10
else
	skip "exchange.py claims.py client.py" "no python3 with msgpack and nacl"
fi

python=$(python_with pynvim)
if [ "$python" != false ]; then
	peer pynvim "$python" "$peers/pynvim_peer.py" "$HOIAM_SOCKET"
else
	skip pynvim "no python3 with pynvim"
fi

if command -v nvim >/dev/null; then
	peer nvim nvim --headless -u NONE -i NONE -n -S "$peers/neovim.vim"
else
	skip nvim "not installed"
fi

if go_with github.com/ugorji/go/codec; then
	go_peer go "$peers/peer.go" "$HOIAM_SOCKET"
else
	skip go "no go with golang-github-ugorji-go-codec-dev"
fi

if node_with msgpack5rpc; then
	peer msgpack5rpc env NODE_PATH="$node_modules" node "$peers/peer.js" "$HOIAM_SOCKET"
else
	skip msgpack5rpc "no node with msgpack5rpc in build/peers"
fi

finish_peers
