# check.bash: what hoiam.bash offers.
#
#   bash data/completions/check.bash BUILT_HOIAM_BASH
set -u

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/hoiam"
: >"$folder/hoiam/clerk.key"
: >"$folder/hoiam/leader.key"
export XDG_CONFIG_HOME=$folder
# shellcheck disable=SC1090
source "$1" || exit 1
failed=0

offers() # "LINE" WANTED: completing the line's last word offers these, in this order
{
	local got
	read -ra COMP_WORDS <<<"$1"
	case $1 in *' ') COMP_WORDS+=('') ;; esac
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_hoiam
	got=$(printf '%s\n' "${COMPREPLY[@]}" | sort -u | tr '\n' ' ')
	if [ "${got% }" != "$2" ]; then
		echo "'$1' offers '${got% }', not '$2'"
		failed=1
	fi
}

offers 'hoiam mee' 'meeting'
offers 'hoiam help conc' 'conclusion'
offers 'hoiam case not' 'not-accept notify'
offers 'hoiam --as clerk case re' 'recall receipt refer reopen resolve return'
offers 'hoiam --as ' 'clerk leader'
offers 'hoiam desk --as l' 'leader'
offers 'hoiam case refer 12 --t' '--table --to'
offers 'hoiam officer invite --na' '--name'
offers 'hoiam case resolve 12 --text-file ' ''
offers 'hoiam case show ' ''
exit $failed
