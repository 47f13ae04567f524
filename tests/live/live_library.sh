#!/bin/sh
# live_library.sh: libhoiam as a stranger has it: its names are those of the public header, which
# stands alone in C and C++; the example does what it says over the shared and the static library,
# found by pkg-config where they are installed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
trap 'cleanup; rm -rf "$folder"' EXIT
header=$HOIAM_SOURCE_ROOT/clients/public/hoiam.h
source=$HOIAM_SOURCE_ROOT/docs/examples/meeting.c

fail()
{
	echo "live_library: $*" >&2
	exit 1
}

names() # NM'S OPTIONS AND FILE
{
	nm -g --defined-only "$@" | sed -n 's/.* [A-Z] //p' | grep -v '^_\(init\|fini\|edata\|end\|_bss_start\)$' | sort
}

# Every HOIAM_API function; a declaration may go on on the next line.
grep -v '^#' "$header" | tr '\n' ' ' | grep -o 'HOIAM_API [^(;]*(' | sed 's/($//; s/.*[ *]//' | sort >wanted
[ "$(wc -l <wanted)" -gt 10 ] || fail "the header's functions were not found"

register
officer leader leader 98101 "Quách Thị Lệ Quyên"
key=$XDG_CONFIG_HOME/hoiam/leader.key

example() # PROGRAM DAY NUMBER-OF-THE-MEETING
{
	"$1" "$HOIAM_SOCKET" "$key" 98101 "$2" <"$HOIAM_PASSPHRASE_FILE" >said || fail "$1 failed"
	{
		echo "meeting 98101/2025/$3"
		echo "opinion 1: case 98101/2025/$((2 * $3 - 1))"
		echo "opinion 2: case 98101/2025/$((2 * $3))"
		n=1
		while [ $n -le $((2 * $3)) ]; do
			echo "case 98101/2025/$n: RECORDED"
			n=$((n + 1))
		done
		echo "inclusion: 0 of 2"
	} >expected
	diff -u expected said || fail "$1 said something else"
}

example "$HOIAM_EXAMPLE" 2025-09-10 1
"$HOIAM_EXAMPLE" "$HOIAM_SOCKET" "$key" 98101 2025-09-10 </dev/null >said 2>&1 &&
	fail "no passphrase was good"
grep -q 'E_PASSPHRASE' said || fail "a wrong passphrase: $(cat said)"
"$HOIAM_EXAMPLE" "$HOIAM_SOCKET" "$key" 98101 2025-02-30 <"$HOIAM_PASSPHRASE_FILE" >said 2>&1 &&
	fail "no such day was good"
grep -q 'meeting.day.*E_DAY' said || fail "a wrong day: $(cat said)"
"$HOIAM" --as leader meeting list >said
[ "$(grep -c '98101/2025/' said)" -eq 1 ] || fail "meetings: $(cat said)"

names -D "$HOIAM_LIBRARY" >shared
if [ -n "$HOIAM_SANITIZED" ]; then
	echo "sanitized: not installed"
	exit
fi
diff -u wanted shared || fail "names of the shared library"

# As it is installed.
unset LD_LIBRARY_PATH
DESTDIR=$folder/root meson install -C "$HOIAM_BUILD_ROOT" --no-rebuild >installed 2>&1 || {
	cat installed
	fail "meson install"
}
pc=$(dirname "$(find "$folder/root" -name hoiam.pc)")
PKG_CONFIG_PATH=$pc
PKG_CONFIG_SYSROOT_DIR=$folder/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
library=$(dirname "$pc")
# shellcheck disable=SC2046,SC2086
$HOIAM_CC -std=c11 -Wall -Wextra -Wpedantic -Werror -o by_shared "$source" \
	$(pkg-config --cflags --libs hoiam) "-Wl,-rpath,$library"
example ./by_shared 2025-09-11 2
echo '#include <hoiam.h>' >alone.c
cp alone.c alone.cc
# shellcheck disable=SC2046,SC2086
$HOIAM_CC -std=c99 -Wall -Wextra -Wpedantic -Werror -c -o alone.o alone.c $(pkg-config --cflags hoiam)
if command -v c++ >/dev/null; then
	# shellcheck disable=SC2046
	c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -c -o alone2.o alone.cc $(pkg-config --cflags hoiam)
fi
if [ -f "$library/libhoiam.a" ]; then
	names "$library/libhoiam.a" >static
	diff -u wanted static || fail "names of the static library"
	rm "$library"/libhoiam.so*
	# shellcheck disable=SC2046,SC2086
	$HOIAM_CC -std=c11 -o by_static "$source" $(pkg-config --cflags hoiam) "$library/libhoiam.a" \
		$(PKG_CONFIG_SYSROOT_DIR='' pkg-config --static --libs-only-l hoiam | sed 's/-lhoiam//')
	example ./by_static 2025-09-12 3
fi
stop
"$HOIAMD" verify "$store" >said 2>&1 || fail "verify: $(cat said)"
