# 45-people.sh: who asked to speak at a meeting and was heard, and the Front's count beside the rate.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer leader leader 98101 "Quách Thị Lệ Quyên"
officer front front 98101 "Kha Văn Tụ"
officer auditor auditor 98 "Lã Viết Thuần"
m=98101/2025/1

say "They come and ask to speak; each has a slip"
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-10
as clerk registration add $m --slip 1 --name "Lò Thị Mẩy" --address "Bản Pù Cắm" --subject "Đường vào bản" \
	--slip 2 --name "Bùi Hữu Thoại" --subject "Sổ đỏ" --slip 3 --people 12 --name "Vương Tấn Lợi"
as clerk registration add $m --first 4 --slip 4
as clerk registration add $m --first 4 --slip 5
as clerk registration add $m --address "Bản Pù Cắm"
as clerk registration add $m --subject
as clerk registration add $m
as clerk registration list $m

say "Two of them speak"
as clerk opinion add $m --speaker "Lò Thị Mẩy" --words "Đường vào bản lầy." --speaker "Bùi Hữu Thoại" --words "Sổ đỏ chưa có."
as clerk registration mark $m 1,2 --state heard
as clerk registration mark $m 1 --state heard
as clerk registration mark $m 9 --state heard
as clerk registration mark $m 3 --state spoken
as clerk registration mark $m 3 --state written
as clerk registration mark $m 3 --state withdrawn --ordinal 1
as front registration mark $m 3 --state heard
as clerk meeting show $m | sed -n '/registered/,/unheard/p'

say "The Front counts for itself"
as clerk tally sign $m --speakers 2 --slips 4 --unheard 2
as front tally sign $m --speakers 2 --slips 4 --unheard 1
as front tally sign $m --speakers 2 --slips 4 --unheard 1
as front tally sign $m --speakers 2 --slips 5 --unheard 2
as front registration list $m
as auditor meeting show $m | sed -n '/registered/,/Front: unheard/p'

say "Closed minutes stand: who was not heard may hand in a paper, or withdraw"
as clerk minutes close $m --count 2
as clerk registration mark $m 4 --state heard
as clerk registration mark $m 1 --state withdrawn
as clerk registration add $m --slip 6
as clerk opinion add $m --speaker "Vương Tấn Lợi" --words "Khu tái định cư chưa có điện, xin nộp bằng giấy."
as clerk registration mark $m 3 --state written --ordinal 3
as clerk registration list $m --state waiting

say "The rate has the three figures beside each other"
as auditor rate inclusion --unit 98101 --from 2025-09-01 --to 2025-09-30
as auditor rate inclusion --unit 98 --by unit --from 2025-09-01 --to 2025-09-30 --csv
as auditor rate inclusion --unit 98101 --by kind --from 2025-09-01 --to 2025-09-30 --csv
as auditor journal list --verb tally.sign

say "all that is in the register is as it was signed"
stop
run "$HOIAMD" verify "$store"
