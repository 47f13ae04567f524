# 40-cases.sh: the steps of cases, what each is refused for, and the rates with the cases behind them.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer processor processor 98101 "Phùng Nhật Lân"
officer second processor 98101 "Mạc Thị Sen"
officer leader leader 98101 "Quách Thị Lệ Quyên"
officer province leader 98 "Chử Đình Khoát"
officer handler handler 98101-KT "Đậu Khắc Triều"
officer nnmt handler 98-NNMT "Tống Thị Hải Uyên"
officer xd handler 98-XD "Nghiêm Xuân Bách"
officer front front 98101 "Kha Văn Tụ"
officer auditor auditor 98 "Lã Viết Thuần"

# opinion KIND TOPIC WORDS [PLACE]
opinion()
{
	printf '\nÝ kiến: %d\nLoại: %s\nLĩnh vực: %s\n%sNội dung: %s\n' $n "$1" "$2" "${4:+Nơi thuộc: $4
}" "$3"
	n=$((n + 1))
}
n=1
{
	printf 'Biên bản: 98101\nHình thức: periodic_reception\nNgày: 01/09/2025\n'
	opinion KIEN_NGHI land "Hồ sơ cấp sổ đỏ."
	opinion KIEN_NGHI water "Kênh N3 bồi lấp."
	opinion PHAN_ANH roads "Ngầm tràn mất lan can." 98102
	opinion KN electricity "Khiếu nại hóa đơn tiền điện."
	opinion KN land "Khiếu nại đo đạc sai."
	opinion PHAN_ANH environment "Rác sau chợ."
	opinion PHAN_ANH environment "Rác cạnh chợ, cùng việc."
	opinion PHAN_ANH staff_conduct "Có cán bộ nhận tiền, tôi tố cáo."
	opinion KIEN_NGHI other "Hai việc: đường và điện."
	opinion PHAN_ANH education "Ghi nhầm từ buổi khác."
	opinion KIEN_NGHI other "Xin mở nhà văn hóa buổi tối."
	printf '\nSố ý kiến: 11\n'
} >minutes.txt
as clerk meeting record minutes.txt
c=98101/2025

say "Classify: before anything else"
as processor case route $c/1
as leader case accept $c/1
as processor case classify $c/1 --day 2025-08-31
as processor case classify $c/1 --topic farming
as processor case classify $c/1 --place 777
i=1
while [ $i -le 11 ]; do
	echo "case classify $c/$i --day 2025-09-02"
	i=$((i + 1))
done | "$HOIAM" --as processor - | cut -f2-4

say "Route: where the table says, with its reasons"
as processor case explain $c/1
as processor case route $c/1 --day 2025-09-02 --document 1/TL
as processor case route $c/1
as processor case explain $c/3
as processor case route $c/3
as processor case route $c/3 --document 3/CV --day 2025-09-02
as processor case explain $c/4 | sed -n '/route	kn/p; $p'
as processor case route $c/4 --day 2025-09-02
as processor case route $c/5 --day 2025-09-02

say "Refer, acknowledge, return, return again, and only a superior may send it on"
as processor case refer $c/2 --to 98-NNMT --document 2/CV
as leader case refer $c/2 --to 98-NNMT
as leader case refer $c/2 --to 98-NN --document 2/CV
as leader case refer $c/2 --to 985 --document 2/CV
as leader case refer $c/2 --to 98101 --document 2/CV
as xd case show $c/2
as leader case refer $c/2 --to 98-NNMT --document 2/CV --day 2025-09-03
as xd case acknowledge $c/2
as nnmt case list
as nnmt case acknowledge $c/2 --day 2025-09-04
as nnmt case acknowledge $c/2
as nnmt case return $c/2 --ground wrong_door
as nnmt case return $c/2 --ground not_competent --words "Kênh do công ty quản lý." --day 2025-09-05
as leader case refer $c/2 --to 98-XD --document 3/CV --day 2025-09-06
as xd case return $c/2 --ground not_competent --day 2025-09-07
as leader case refer $c/2 --to 98-NNMT --document 4/CV --day 2025-09-08
as province case refer $c/2 --to 98-NNMT --document 5/CV --day 2025-09-08
as leader case show $c/2

say "Answered is not done: a promise is kept before the case is closed"
as clerk case resolve $c/1 --outcome "done" --text "Xong."
as handler case resolve $c/1 --outcome finished --text "Xong."
as handler case resolve $c/1 --outcome will_do --text "Sẽ làm."
as handler case resolve $c/1 --outcome "done"
as handler case resolve $c/1 --outcome "done" --text "Xong." --promise 2025-12-31
as handler case resolve $c/1 --outcome will_do --text "Sẽ cấp sổ trong tháng 10." --promise 2025-10-31 --day 2025-09-10
as clerk case notify $c/1 --channel pigeon
as clerk case notify $c/1 --channel spoken --day 2025-09-11
as leader case close $c/1
as handler case "done" $c/1 --day 2025-10-20
as handler case "done" $c/1
as leader case close $c/1 --day 2025-10-21
as leader case close $c/1
as leader case show $c/1

say "Guide, not accept, file"
as processor case guide $c/9 --to 98-DL --words "Mời ông đến Điện lực." --day 2025-09-03
as leader case not-accept $c/10 --ground because
as leader case not-accept $c/10 --ground out_of_time --day 2025-09-03 --document 10/TB
as leader case file $c/11 --ground anonymous --day 2025-09-03
as leader case accept $c/11
as leader case list --state ended
as leader case list --state NOT_ACCEPTED

say "Merge: two persons sign the same"
as processor case merge $c/7 --into $c/7
as processor case merge $c/7 --into $c/1
as processor case merge $c/7 --into $c/6 --day 2025-09-04
as processor case merge $c/7 --into $c/6
as front case merge $c/7 --into $c/6
as leader case show $c/7
as second case merge $c/7 --into $c/6 --day 2025-09-04
as leader case show $c/7

say "A denunciation: its words are destroyed, who keeps the paper stays"
as leader case show $c/8 --json
as processor case classify $c/8 --kind TC --day 2025-09-03
as processor case classify $c/8 --kind TC --custodian 99 --paper "Tủ 3" --day 2025-09-03
as processor case classify $c/8 --kind TC --custodian 4 --paper "Tủ 3, ngăn 2" --day 2025-09-03
as leader case show $c/8
as leader opinion list 98101/2025/1 --limit 8 | tail -4
as processor case classify $c/8 --kind PHAN_ANH
as processor case route $c/8 --document 8/CV --day 2025-09-03
as leader case refer $c/8 --to 98-TT --document 9/CV --day 2025-09-03
"$HOIAMD" backup "$store" "$dir/copy" >"$out.1"
if grep -q 'tôi tố cáo' "$dir/copy/data.mdb"; then
	echo "the words are in the backup"
else
	echo "the words are not in the backup"
fi

say "Split and void"
cat >more.txt <<'END'
Biên bản: 98101
Hình thức: periodic_reception
Ngày: 08/09/2025

Ý kiến: 1
Loại: KIEN_NGHI
Nội dung: Hai việc: đường lầy và điện yếu.

Ý kiến: 2
Nội dung: Ghi nhầm.

Số ý kiến: 2
END
as clerk meeting record more.txt
as clerk opinion split 98101/2025/2 1 --words "Đường lầy." --words "Điện yếu."
as processor opinion split 98101/2025/2 1 --words "Đường lầy."
as processor opinion split 98101/2025/2 1 --words "Đường lầy." --topic roads --words "Điện yếu." --topic electricity
as processor opinion split 98101/2025/2 1 --words "Đường lầy." --words "Điện yếu."
as clerk opinion void 98101/2025/2 2
as clerk opinion void 98101/2025/2 2 --ground clerical_error
as clerk opinion void 98101/2025/2 2 --ground clerical_error
as clerk opinion void 98101/2025/2 9 --ground clerical_error
as clerk opinion list 98101/2025/2
as leader meeting list

say "Rates, and why"
period="--unit 98101 --from 2025-09-01 --to 2025-09-30"
rates() # MORE...
{
	for rate in inclusion submitted resolution ontime; do
		# shellcheck disable=SC2086
		as auditor rate $rate $period "$@" | sed '/^journal /d; /^definitions/d'
	done
}
rates
rates --by kind | sed -n '/hoiam/p; /^exit/p; /(all)/d; /	.*	.*	/p'
as auditor rate inclusion --from 2025-08-01 --to 2025-09-30 --by month
as auditor rate submitted --from 2025-09-01 --to 2025-09-30 --by unit --as-of 2025-09-02
as auditor rate resolution --from 2025-09-01 --to 2025-09-30 --style period
as auditor rate resolution --from 2025-09-01 --to 2025-09-30 --style cohort --known-at 2025-09-30
# shellcheck disable=SC2086
for rate in inclusion submitted resolution ontime; do
	as auditor rate why $rate $period
done
as auditor rate why ontime --from 2025-09-01 --to 2025-10-31 --limit 1
as auditor rate why resolution --from 2025-09-01 --to 2025-10-31 --as-of 2025-09-09
as auditor rate speed --from 2025-09-01 --to 2025-10-31
as auditor rate show speed --from 2025-09-01 --to 2025-10-31
as auditor rate inclusion --from 2025-09-01
as auditor rate inclusion --from 2025-10-01 --to 2025-09-01
as auditor rate inclusion --from 2025-09-01 --to 2025-10-01 --by moon
as auditor rate inclusion --from 2025-09-01 --to 2025-10-01 --style fast
as auditor rate inclusion --from 2025-09-01 --to 2025-10-01 --as-of 2099-01-01
as auditor rate inclusion --unit 985 --from 2025-09-01 --to 2025-10-01

say "The journal stands"
stop
"$HOIAMD" verify "$store" | sed 's/.*: \(all well\)/\1/'
