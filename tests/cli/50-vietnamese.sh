# 50-vietnamese.sh: the same in Vietnamese: help, errors, tables, pages. Skipped where the catalogue
# is not built.
[ -f "$HOIAM_LOCALE_DIR/vi/LC_MESSAGES/hoiam.mo" ] || {
	echo "the catalogue is not built"
	exit 77
}
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer leader leader 98101 "Quách Thị Lệ Quyên"
HOIAM_LANG="vi"
export HOIAM_LANG

say "Help"
for words in 'help' 'help case' 'help case merge' 'meeting record --help'; do
	echo "$ hoiam $words"
	# shellcheck disable=SC2086
	run "$HOIAM" $words | sed -n '1,3p; $p'
done

say "Errors"
as clerk case lits
as clerk case frobnicate
as clerk case list --word x
as clerk case list kind:XX
as clerk case list --due 31/02/2026
as clerk case show 98101/2025/9
as clerk officer list
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2099-01-01
as nobody case list
printf 'Biên bản: 98101\nHình thức: dialogue_regular\nNgày: 10/09/2025\n\nÝ kiến: 2\n' >wrong.txt
as clerk meeting record wrong.txt
printf 'Biên bản: 98101\nHình thức: dialogue_regular\nNgày: 10/09/2025\n\nÝ kiến: 1\nNgười nói: Lò Văn Ín\n' >wrong.txt
as clerk meeting record wrong.txt
printf 'Biên bản: 98101\nHình thức: dialogue_regular\nNgày: 10/09/2025\n\nÝ kiến: 1\nLoại: TC\nNội dung: Lời\n' >wrong.txt
as clerk meeting record wrong.txt
sed 's/days: 30/days: x/' "$HOIAM_POLICY_DIR/vn-commune.yaml" >bad.yaml
as admin policy adopt bad.yaml

say "Tables"
printf 'Biên bản: 98101\nHình thức: dialogue_regular\nNgày: 10/09/2025\n\nÝ kiến: 1\nNgười nói: Lò Văn Ín\nLoại: PHAN_ANH\nLĩnh vực: roads\nNội dung: Đường lầy.\n\nÝ kiến: 2\nNội dung: Điện yếu.\n\nSố ý kiến: 2\n' >minutes.txt
COLUMNS=100
export COLUMNS
as clerk meeting record minutes.txt --table
as clerk meeting list --table
as clerk meeting show 98101/2025/1 --table
as clerk opinion list 98101/2025/1 --table
as clerk case list --table
as clerk case show 98101/2025/1 --table
as clerk case explain 98101/2025/1 --table
as leader report cohort --by topic --csv
as leader report backlog --at 2025-12-01 --by topic --table
as admin officer show 2 --table | sed '/^[0-9a-f]\{16\}/s/[0-9a-f]*/KEY/; s/  *$//'
printf '\nadmin$ hoiam status --table\n'
"$HOIAM" --as admin status --table | grep '^đồng hồ'
as leader case notify 98101/2025/1 --channel paper
as leader rate inclusion --from 2025-09-01 --to 2025-09-30 --table
as leader rate inclusion --from 2025-09-01 --to 2025-09-30 | sed -n 3,5p
unset COLUMNS

say "A page"
as clerk conclusion draft 98101/2025/1 --out page.txt
clean <page.txt
as clerk conclusion check page.txt
sed 's/^Bản: 1/Bản: 3/' page.txt >third.txt
as clerk conclusion check third.txt
sed -e 's/^Giao:/Giao: 98101-KT/' -e 's/^Hạn:/Hạn: 30\/09\/2025/' -e 's/^Chỉ đạo:/Chỉ đạo: Làm ngay./' page.txt >full.txt
as leader conclusion issue full.txt --table
as clerk meeting list --table

say "Many commands"
printf 'meeting list\ncase lits\n' >lines
"$HOIAM" --as clerk - <lines 2>&1
echo "exit $?"
