#!/bin/sh
# measure.sh: prints how large things are: functions, files, the generic code, tests, programs.
#
#   sh tests/measure.sh [--coverage]      also line coverage by folder, from a build of its own
set -u

cd "$(dirname "$0")/.." || exit 1

folders='proto store daemon clients'
function_lines=60
file_lines=1000
# What works on the .def tables and knows none of their rows. Its limit is 800 lines.
generic='proto/record.h proto/record.c proto/cmd.c proto/report.c'

files() # FOLDER...
{
	find "$@" -type f -name '*.[ch]' | LC_ALL=C sort
}

# LINES FILE:LINE NAME of every function: from the first line of its head to the brace that ends it.
functions()
{
	files "$@" | xargs -r awk '
	FNR == 1 || /^$/ || /^[#}\/]/ || /^ \*/ { head = "" }
	/^[A-Za-z_]/ && head == "" { head = $0; first = FNR; next }
	/^\{$/ && head != "" {
		name = head
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
		open = 1
	}
	/;$/ && !open { head = "" }
	/^\}/ && open {
		printf "%d %s:%d %s\n", FNR - first + 1, FILENAME, first, name
		open = 0
	}'
}

spread() # of the numbers on standard input: count, median, 90th of 100, largest
{
	sort -n | awk '
	{ v[NR] = $1 }
	END {
		if (NR > 0)
			printf "%d, median %d, p90 %d, largest %d\n", NR, v[int((NR + 1) / 2)],
				v[int((NR * 9 + 9) / 10)], v[NR]
		else
			print "none"
	}'
}

lines() # FILE...: LINES FILE of each, without the sum
{
	for file; do
		echo "$(wc -l <"$file") $file"
	done
}

code() # FILE: its lines without blanks and comments
{
	grep -cvE '^[[:space:]]*($|//|/\*|\*([[:space:]/]|$))' "$1"
}

# shellcheck disable=SC2046,SC2086
sizes()
{
	all=$(functions $folders)
	echo "functions: $(echo "$all" | grep . | spread)"
	echo "$all" | sort -rn | head -n 10 | sed 's/^/  /'
	echo "functions over $function_lines lines: $(echo "$all" | awk -v max=$function_lines '$1 > max' | wc -l)"
	echo "$all" | awk -v max=$function_lines '$1 > max { print "  " $0 }' | sort -rn

	echo "files: $(lines $(files $folders) | spread)"
	lines $(files $folders) | sort -rn | head -n 5 | sed 's/^/  /'
	echo "files over $file_lines lines: $(lines $(files $folders tests) | awk -v max=$file_lines '$1 > max' | wc -l)"
	lines $(files $folders tests) | awk -v max=$file_lines '$1 > max { print "  " $0 }'
	for folder in $folders tests; do
		echo "  $folder: $(lines $(files $folder) | awk '{ n += $1 } END { print n + 0 }') lines"
	done

	echo "generic code over the tables:"
	for file in $generic; do
		[ ! -f "$file" ] || echo "$(wc -l <"$file") $(code "$file") $file"
	done | awk '
	{ all += $1; code += $2; print "  " $0 }
	END { print "  " all + 0 " lines, " code + 0 " without blanks and comments; limit 800" }'
}

tests()
{
	echo "test functions (cmocka): $(files tests | xargs -r grep -hE '^[[:space:]]*cmocka_unit_test' | wc -l)"
	if [ -f build/check/build.ninja ]; then
		echo "tests (meson): $(meson test -C build/check --no-rebuild --list 2>/dev/null | grep -c .)"
	fi
}

programs()
{
	for program in build/check/daemon/hoiamd build/check/clients/hoiam; do
		[ -f "$program" ] || continue
		strip -o build/check/tmp/stripped "$program" || continue
		echo "$(basename "$program"), stripped: $(wc -c <build/check/tmp/stripped) bytes"
		rm -f build/check/tmp/stripped
	done
}

coverage()
{
	dir=build/coverage
	if [ ! -f $dir/build.ninja ]; then
		meson setup $dir -Dbuildtype=debug -Db_coverage=true >/dev/null || return
	fi
	meson compile -C $dir >/dev/null || return
	find $dir -name '*.gcda' -exec rm -f {} +
	mkdir -p $dir/tmp
	meson test -C $dir --no-rebuild >$dir/tests.log 2>&1 </dev/null || {
		echo "coverage: tests failed: $dir/tests.log" >&2
	}
	gcovr --root . --csv --filter 'proto/' --filter 'store/' --filter 'daemon/' --filter 'clients/' \
		--exclude-throw-branches $dir >$dir/coverage.csv || return
	echo "line coverage:"
	awk -F, '
	NR > 1 {
		folder = $1
		sub(/\/.*/, "", folder)
		total[folder] += $2
		covered[folder] += $3
		all += $2
		all_covered += $3
	}
	END {
		split("proto store daemon clients", names, " ")
		for (i = 1; i <= 4; i++)
			if (total[names[i]] > 0)
				printf "  %s: %.1f %% of %d\n", names[i],
					100 * covered[names[i]] / total[names[i]], total[names[i]]
		if (all > 0)
			printf "  all: %.1f %% of %d\n", 100 * all_covered / all, all
	}' $dir/coverage.csv
	echo "  least covered:"
	awk -F, 'NR > 1 && $2 > 0 { printf "%5.1f %% %s (%d of %d)\n", 100 * $3 / $2, $1, $3, $2 }' \
		$dir/coverage.csv | sort -n | head -n 10 | sed 's/^/  /'
}

sizes
tests
programs
case ${1:-} in
--coverage) coverage ;;
esac
