#!/bin/sh
# check.sh: the Vietnamese catalogue is whole: nothing that the sources say is untranslated, fuzzy or
# left over, and every {placeholder}, %format, flag and name of a variable survives.
#
#   sh po/check.sh [LANGUAGE]
set -eu

cd "$(dirname "$0")/.."
language=${1:-vi}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

sh tools/pot --to "$folder/now.pot"
if ! msgcmp --use-untranslated "po/$language.po" "$folder/now.pot" 2>"$folder/said" ||
	[ -s "$folder/said" ]; then
	cat "$folder/said"
	echo "the messages have changed: sh tools/pot, then translate po/$language.po"
	exit 1
fi
msgfmt --check -o /dev/null "po/$language.po" 2>"$folder/said" || {
	cat "$folder/said"
	exit 1
}
msgattrib --untranslated "po/$language.po" >"$folder/left"
msgattrib --only-fuzzy "po/$language.po" >>"$folder/left"
msgattrib --only-obsolete "po/$language.po" >>"$folder/left"
if grep -q '^\(#~ \)*msgid' "$folder/left"; then
	cat "$folder/left"
	echo "these are untranslated, fuzzy or left over"
	exit 1
fi
msgcat --no-wrap "po/$language.po" | awk '
	# Sorted, since another language may need another order.
	function parts(text,    found, n, i, j, swap, all) {
		while (match(text, /[{][a-z]+[}]|%[0-9]*[$]?[-+ #0-9.*]*(hh|h|ll|l|z|j)?[a-zA-Z]|--[a-z]+(-[a-z]+)*|HOIAM_[A-Z_]+|\\n/)) {
			found[++n] = substr(text, RSTART, RLENGTH)
			sub(/^%[0-9]+[$]/, "%", found[n])
			text = substr(text, RSTART + RLENGTH)
		}
		for (i = 1; i <= n; i++)
			for (j = i + 1; j <= n; j++)
				if (found[j] < found[i]) {
					swap = found[i]
					found[i] = found[j]
					found[j] = swap
				}
		for (i = 1; i <= n; i++)
			all = all " " found[i]
		return all
	}
	function judge() {
		if (id != "" && parts(id) != parts(str)) {
			printf "\"%s\" has%s\n\"%s\" has%s\n", id, parts(id), str, parts(str)
			bad = 1
		}
	}
	/^msgid /  { judge(); id = str = ""; to = "id" }
	/^msgstr / { to = "str" }
	/^(msgid|msgstr) "|^"/ {
		line = $0
		sub(/^[a-z]* *"/, "", line)
		sub(/"$/, "", line)
		if (to == "id")
			id = id line
		else
			str = str line
	}
	END { judge(); exit bad }'
