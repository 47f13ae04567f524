#!/bin/bash
# bare-root.sh: proves that a bare Debian 12 is enough. In a fresh minbase root below build/bare it
# runs tools/quickstart and tools/check, each twice, each timed, and types nothing else. As root.
#
#   bash tools/bare-root.sh [--keep]      --keep leaves the root there when all is done
set -euo pipefail

cd "$(dirname "$0")/.."
suite=bookworm
root=$PWD/build/bare
keep=no
[ "${1:-}" != --keep ] || keep=yes
[ "$(id -u)" -eq 0 ] || { echo "bare-root: must be root" >&2; exit 1; }

# The files of this machine's apt that name Debian itself; others would need keys the root lacks.
sources()
{
	find /etc/apt/sources.list /etc/apt/sources.list.d -type f \
		\( -name '*.list' -o -name '*.sources' \) 2>/dev/null |
		xargs -r grep -lE "(^Suites:.*[[:space:]]|^deb[[:space:]].*[[:space:]])$suite([[:space:]]|\$)"
}

mirror()
{
	sources | xargs sed -nE \
		-e 's/^URIs:[[:space:]]+([^[:space:]]+).*/\1/p' \
		-e 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+).*/\2/p' | head -n 1
}

mounted()
{
	local place
	for place in dev/shm dev/pts proc; do
		if mountpoint -q "$root/$place"; then
			umount "$root/$place" 2>/dev/null || umount -l "$root/$place"
		fi
	done
}

finish()
{
	if [ -f "$root/hoiam/tools/quickstart" ] && mountpoint -q "$root/proc"; then
		within sh tools/quickstart stop >/dev/null 2>&1 || true
	fi
	mounted
	if [ "$keep" = no ]; then
		rm -rf --one-file-system "$root"
	fi
}

within() # COMMAND...: in the root, in the checkout, with none of the environment outside
{
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
		${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
		chroot "$root" /bin/sh -c 'cd /hoiam && exec "$@"' sh "$@" </dev/null
}

failed=0
timed() # COMMAND...
{
	local TIMEFORMAT='bare-root: %lR' rc=0
	echo "bare-root: $*"
	time within "$@" || rc=$?
	if [ "$rc" -ne 0 ]; then
		echo "bare-root: ended with $rc: $*"
		failed=$((failed + 1))
	fi
}

mounted
rm -rf --one-file-system "$root"
mkdir -p "$root"
trap finish EXIT
trap 'exit 1' HUP INT TERM

include=()
case $(mirror) in
https:*) include=(--include=ca-certificates) ;;
esac
debootstrap --variant=minbase "${include[@]}" "$suite" "$root" "$(mirror)" >"$root.log" 2>&1 || {
	tail -n 20 "$root.log" >&2
	exit 1
}

rm -f "$root/etc/apt/sources.list"
for file in $(sources) $(grep -lis '^[[:space:]]*Acquire::.*Proxy' /etc/apt/apt.conf.d/* || true); do
	mkdir -p "$root$(dirname "$file")"
	cp "$file" "$root$file"
done
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"

mkdir -p "$root/hoiam" "$root/dev/shm" "$root/dev/pts"
mount -t proc proc "$root/proc"
mount -t devpts -o gid=5,mode=620,ptmxmode=666,newinstance devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"

# The checkout as it stands: what git tracks or would track.
git ls-files -z --cached --others --exclude-standard |
	tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$root/hoiam" --no-same-owner

echo "bare-root: $(chroot "$root" dpkg-query -W | wc -l) packages in the root, $(cat "$root/etc/debian_version")"
timed sh tools/quickstart
timed sh tools/quickstart
timed sh tools/check
timed sh tools/check
exit $((failed > 0))
