#!/bin/sh
# setup.sh: sees to it that the Debian packages of the sections named are installed.
#
#   sh tools/setup.sh build [test] [ci]
#
# Installs only what is missing, as root or through `sudo -n`. Where it may not, it prints the
# line that does it, and stops with 1. It never asks.
set -eu

list=$(dirname "$0")/packages
[ $# -gt 0 ] || set -- build

wanted() # SECTION...: their packages
{
	section=
	while read -r line; do
		case $line in
		'' | '#'*) ;;
		'['*']') section=${line#'['} section=${section%']'} ;;
		*)
			case " $* " in
			*" $section "*) echo "$line" ;;
			esac
			;;
		esac
	done <"$list"
}

missing=
for package in $(wanted "$@"); do
	case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :) in
	installed*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
	if ! sudo -n true 2>/dev/null; then
		echo "setup: packages are missing, and this is not root. Type this, then try again:" >&2
		echo "  apt-get update && apt-get install --no-install-recommends$missing"
		exit 1
	fi
	root='sudo -n'
fi

echo "setup: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

quietly() # COMMAND...: its output is shown only if it fails
{
	"$@" >"$log" 2>&1 </dev/null || {
		cat "$log" >&2
		echo "setup: failed: $*" >&2
		exit 1
	}
}

# $root and $missing are lists of words.
# shellcheck disable=SC2086
quietly $root apt-get -q update
# shellcheck disable=SC2086
quietly $root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	-o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
	install --no-install-recommends $missing
