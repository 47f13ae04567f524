# 48-reception.sh: a reception day: who comes, for whom and with what; a crowd; the minutes read back.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
hide="s|/$(today | cut -c1-4)/|/YEAR/|g" # a person is known since today
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer front front 98101 "Kha Văn Tụ"
officer auditor auditor 98 "Lã Viết Thuần"
officer other receptionist 98102 "Giàng Thị Dở"
m=98101/2025/1

say "A person is kept, and known again the next time"
as clerk person add --unit 98101 --name "Nguyễn Văn Ấn" --id 012345678901 --address "Bản Pù Cắm" --birth 1961
as clerk person add --unit 98101 --name "Lò Thị Ân"
as clerk person add --unit 98101 --name "Lò Thị Ân" --reason "để quên giấy tờ"
as clerk person add --unit 98101 --name "Ấn Văn Nguyễn" --id 012345678901
as clerk person add --unit 98101 --name "Trần Ân" --id "12-34"
as clerk person find an
as clerk person find "văn ấn"
as clerk person find --id 012345678901
as clerk person find
as other person find an
as auditor person find an
as clerk person add --name "Lò Thị Ân" --reason "chưa được cấp" --birth 1990

say "Visits: whom one comes for, and who is not received"
p=$("$HOIAM" --as clerk person find --id 012345678901 | cut -f1)
as clerk visit add --unit 98101 --day 2025-09-10 --person "$p" --subject "Sổ đỏ"
as clerk visit add --unit 98101 --day 2025-09-10 --name "Bùi Hữu Thoại" --standing authorised
as clerk visit add --unit 98101 --day 2025-09-10 --name "Bùi Hữu Thoại" --standing authorised --whom "bà Lò Thị Mẩy" --people 2
as clerk visit add --unit 98101 --day 2025-09-10 --name "Vương Tấn Lợi" --ground already_settled
as clerk visit add --unit 98101 --day 2025-09-10 --name "Vương Tấn Lợi" --ground already_settled --words "Đã có quyết định giải quyết lần hai."
as clerk visit add --unit 98101 --day 2025-09-10 --name "Y Bhuăt" --language rade --interpreter "Y Thịnh" --subject "Đất rẫy"
as clerk visit list --from 2025-09-10 --to 2025-09-10
as clerk visit list --refused 1
as auditor visit list --refused 1
as clerk visit show 98101/2025/3

say "A meeting; those who ask to speak come from a table"
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-10
printf 'slip;name;people\n1;Lò Thị Mẩy;\n3;Vương Tấn Lợi;nhiều\n' > wrong.csv
as clerk registration add $m --registrations wrong.csv
printf 'slip,name,age\n1,Lò Thị Mẩy,50\n' > wrong.csv
as clerk registration add $m --registrations wrong.csv
as clerk registration add $m --registrations nowhere.csv
printf 'slip,name,subject\n1,Lò Thị Mẩy,Đường vào bản\n2,"Bùi Hữu Thoại",Sổ đỏ\n,,\n' > people.csv
as clerk registration add $m --registrations people.csv
as clerk opinion add $m --speaker "Lò Thị Mẩy" --words "Đường vào bản lầy." --signature fingerprint \
	--speaker "Y Bhuăt" --words "Đất rẫy bị lấn." --spoken "Lăn hma arăng mă" --language rade --interpreter "Y Thịnh" --signature witness
as clerk opinion add $m --speaker "Lò Thị Mẩy" --words "Đường vào bản lầy." --signature fingerprint \
	--speaker "Nguyễn Văn Ấn" --person "$p" --words "Sổ đỏ chưa có." --signature signed
as clerk person show "$p"

say "A crowd of sixty with one matter, two who speak for it"
{ echo name,representative,signature; i=0; while [ $i -lt 60 ]; do i=$((i + 1)); echo "Người thứ $i,$([ $i -le 2 ] && echo 1),signed"; done; } > members.csv
sed 's/^\(Người thứ [3456]\),/\1,1/' members.csv > many.csv
as clerk crowd form --unit 98101 --day 2025-09-10 --people 60 --number 98101/2025/1 --subject "Đường vào bản" --members many.csv
as clerk crowd form --unit 98101 --day 2025-09-10 --people 59 --members members.csv
as clerk crowd form --unit 98101 --day 2025-09-10 --people 60 --number 98101/2025/1 --subject "Đường vào bản" --members members.csv | head -4
as clerk crowd withdraw 98101/2025/1 7 --day 2025-09-12 --document "Đơn rút"
as clerk crowd withdraw 98101/2025/1 7
as clerk crowd list
quiet clerk crowd form --unit 98101 --day 2025-09-10 --people 5 --subject "Đất rẫy"
as clerk crowd bind 98101/2025/2 --number 98101/2025/1
as clerk crowd bind 98101/2025/2
as clerk crowd bind 98101/2025/2 98101/2025/2
as clerk crowd bind 98101/2025/2 98101/2025/2
as clerk crowd list
as clerk crowd show 98101/2025/1 --limit 8
as auditor crowd show 98101/2025/1 --limit 2

say "What is handed in"
as clerk document receive 98101/2025/1 --name "Đơn đề nghị" --pages 2 --condition original --name "Ảnh chụp" --pages 1 --copies 3 --condition copy
as clerk document receive 98101/2025/1 --name "Bản đồ" --pages 1 --condition fax
as clerk document list 98101/2025/1

say "What was entered by error stays in sight and counts no more"
as clerk visit void 98101/2025/4
as clerk visit void 98101/2025/4 --ground whim
as clerk visit void 98101/2025/4 --ground clerical_error
as clerk visit void 98101/2025/4 --ground clerical_error
as clerk visit list --from 2025-09-10 --to 2025-09-10
as clerk document void 98101/2025/1 2 --ground clerical_error
as clerk document list 98101/2025/1
quiet clerk crowd form --unit 98101 --day 2025-09-10 --people 7
as clerk crowd void 98101/2025/3 --ground clerical_error
as clerk crowd withdraw 98101/2025/3 1

say "The minutes are read back, objected to, closed and signed"
as clerk minutes read $m
as clerk minutes object $m --ordinal 2 --name "Nguyễn Văn Ấn" --words "Tôi nói hai thửa, không phải một."
as clerk minutes object $m --refused 1 --name "Vương Tấn Lợi" --words "Không được phát biểu."
as clerk minutes sign $m
as clerk minutes close $m --count 2
as clerk minutes sign $m
as clerk minutes sign $m
as clerk minutes sign $m --front 1
as front minutes sign $m --front 1
as clerk meeting show $m
as clerk opinion add $m --speaker "Vương Tấn Lợi" --words "Xin nộp bằng giấy."
as clerk meeting show $m | sed -n '/clerk/,/front/p'

say "Who asked to speak may stand in the page of the minutes"
cat >page.txt <<'END'
Biên bản: 98101
Hình thức: dialogue_regular
Ngày: 11/09/2025
Đăng ký:
Lò Thị Mẩy; Đường vào bản; x
Vương Tấn Lợi; Điện yếu

Ý kiến: 1
Người nói: Lò Thị Mẩy
Nội dung:
Đường vào bản lầy.

Số ý kiến: 1
END
as clerk meeting record page.txt
as clerk meeting record page.txt | tail -n 1
as clerk registration list 98101/2025/2

say "Each is counted by itself"
as auditor report people --unit 98101 --from 2025-09-01 --to 2025-09-30
as clerk register list 98101 --from 2025-09-10 --to 2025-09-10
as auditor journal list --verb crowd.withdraw

say "all that is in the register is as it was signed"
stop
run "$HOIAMD" verify "$store"
