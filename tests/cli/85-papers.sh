# 85-papers: papers from templates, kept under their check codes; what is checked, what is refused.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
HOIAM_PAPER_DIR=$HOIAM_SOURCE_ROOT/data/papers
export HOIAM_PAPER_DIR
register
officer clerk receptionist 98101 "Lê Thị Bảy"
officer head leader 98101 "Trần Văn Chính"
officer records records_clerk 98101 "Vũ Thị Thư"
officer eye auditor '' "Trần Văn Kiểm"
officer other handler 98102 "Phạm Thị Xa"

quiet clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-04 --venue "Nhà văn hóa {{unit}}"
quiet clerk opinion add 98101/2025/1 --kind PHAN_ANH --speaker "Hồ Trọng Điền" --address "Thôn Đồng Sú" \
	--summary "Cống trước chợ tắc." --words "Cống trước chợ tắc đã ba tháng. **Không ai** sửa <b>."
quiet clerk document receive 98101/2025/1 --name "Đơn đề ngày 1/9/2025" --pages 2 --condition original

# A check code is another one on another day; here it is shown as CODE.
code()
{
	"$HOIAM" --as clerk --csv paper list --paper "$1" --state "${2:-made}" | tail -n 1 | cut -d, -f1
}
coded() # COMMAND...
{
	"$@" | sed -e 's/[0-9A-HJKMNP-TV-Z]\{4\}-[0-9A-HJKMNP-TV-Z]\{4\}-[0-9A-HJKMNP-TV-Z]\{4\}/CODE/g' \
		-e 's/check_code=[0-9A-Z]*/check_code=CODE/' -e 's/riêng của công dân: .*/riêng của công dân: SECRET/' -e '/^ *[█▀▄][█▀▄ ]*$/d'
}

say "minutes, as text: what a value says is never markup"
coded as clerk paper minutes 98101/2025/1 --signer "Trần Văn Chính"

say "the same text again is the same paper"
before=$(size)
coded as clerk paper minutes 98101/2025/1 --signer "Trần Văn Chính" --text same.txt
[ "$(size)" = "$before" ] && echo "nothing was written"
coded as clerk paper list

say "the citizen's copy of a receipt has the secret, the other has not; it is in no text that is kept"
coded as clerk paper receipt 98101/2025/1 --place "Phòng Tiếp công dân"
coded as clerk paper receipt 98101/2025/1 --place "Phòng Tiếp công dân" --no-secret --text office.txt
grep -c riêng office.txt
"$HOIAM" --as clerk check "$(code receipt)" | grep -c riêng

say "what the paper must say"
c=$(code minutes)
"$HOIAM" --as clerk check "$(echo "$c" | tr 'A-Z-' 'a-z ')" >kept.txt && head -n 12 kept.txt
as clerk check "$c" same.txt | sed "s/$c/CODE/"
as clerk check "$c" kept.txt | sed "s/$c/CODE/"
sed 's/ba tháng/ba thắng/;s/^Cống/Cộng/' kept.txt >changed.txt
as clerk check "$c" changed.txt | sed "s/$c/CODE/"
sed 's/hồi …… giờ …… phút, ngày/hồi 8 giờ 30 phút, ngày/' kept.txt >filled.txt
as clerk check "$c" filled.txt | sed "s/$c/CODE/"
printf '%%PDF-1.4\n' >paper.pdf
as clerk check "$c" paper.pdf | sed "s/$c/CODE/"
as clerk check "$c" nowhere.txt | sed "s/$c/CODE/"
as clerk check 0000-0000-0000
as clerk check 0000-0000
as clerk check

say "a paper that was made elsewhere"
echo "Biên bản viết tay." >own.txt
coded as clerk paper make minutes 98101/2025/1 own.txt
"$HOIAM" --as clerk paper text "$(code minutes)"
as clerk paper make minutes 98101/2025/1
as clerk paper make letter 98101/2025/1 own.txt
as clerk paper make draft 98101/2025/1 own.txt

say "who may"
as eye check "$c" | sed "s/$c/CODE/"
as other check "$c" | sed "s/$c/CODE/;s/code: [0-9A-Z]*/code: CODE/"
as other paper minutes 98101/2025/1
as eye paper minutes 98101/2025/1

say "a conclusion: the draft shows what is missing, the notice waits for the gate"
quiet clerk opinion add 98101/2025/1 --kind PHAN_ANH --speaker "Lý Thị My" --words "Nhà tôi ở bản Pù Cắm, con tôi ốm."
quiet clerk minutes close 98101/2025/1 --count 2
as clerk paper draft 98101/2025/1
quiet clerk conclusion draft 98101/2025/1 --out page.txt
coded as clerk paper draft 98101/2025/1
as clerk paper notice 98101/2025/1
cat >page.txt <<'END'
Kết luận: 98101/2025/1
Bản: 1

Mục: 1
Ý kiến: 1, 2
Giao: 98101-KT
Hạn: 15/12/2026
Chỉ đạo:
Sửa cống trước chợ.
END
quiet clerk conclusion check page.txt
coded as clerk paper notice 98101/2025/1 --capacity KT --post "PHÓ CHỦ TỊCH" --signer "Trần Văn Chính" --receiver "Phòng Kinh tế"
coded as records paper stamp "$(code notice)" --n 7
"$HOIAM" --as records check "$(code notice stamped)" | sed 's,……/TB,7/TB,' >stamped.txt
as records check "$(code notice stamped)" stamped.txt | sed '2s/check .* /check CODE /'

say "a number that was entered by error"
n=$(code notice stamped)
coded as clerk paper cancel "$n" --reason "Ghi nhầm sổ"
coded as records paper cancel "$n"
coded as records paper cancel "$n" --reason "Ghi nhầm sổ"
coded as records paper cancel "$n" --reason "Ghi nhầm sổ"
coded as records paper list --state cancelled
coded as records paper stamp "$n" --n 7
coded as records paper stamp "$n"
coded as records paper list --from today

say "what passed the gate is not given up for a page that forgets an opinion"
sed 's/^Ý kiến: 1, 2/Ý kiến: 2/' page.txt >short.txt
coded as clerk conclusion check short.txt
coded as records paper show "$n" | grep state

say "HTML, and templates of an office"
coded as clerk paper dispatch 98101/2025/1 --to 98101-CA --html dispatch.html
grep -c '<script' dispatch.html
grep -o '<p class="item">Cống trước.*' dispatch.html
as clerk paper dispatch 98101/2025/1 --to 98101-CA --html dispatch.html | sed 's/code: .*/code: CODE/'
as clerk paper dispatch 98101/2025/1
mkdir mine
printf '{{! ours }}\n.title PHIẾU\n{{kind}}, {{speaker}}: {{sumary}}\n' >mine/dispatch.txt
as clerk paper dispatch 98101/2025/1 --to 98101-CA --templates mine --preview
sed -i s/sumary/summary/ mine/dispatch.txt
as clerk paper dispatch 98101/2025/1 --to 98101-CA --templates mine --preview --pages
as clerk paper receipt 98101/2025/1 --templates mine
as clerk paper minutes 98101/2025/1 --capacity PP
as clerk paper register 98101 --from 2025-09-01

say "one who was not received, and the register"
quiet clerk visit add --unit 98101 --name "Nguyễn Văn Giả" --day 2025-09-04 --subject "bồi thường" --ground outside_scope --words "Đã trả lời."
coded as clerk paper refusal 98101/2025/1 --capacity TUQ --post "TRƯỞNG BAN"
quiet clerk visit add --unit 98101 --name "Nguyễn Văn Thật" --day 2025-09-04
as clerk paper refusal 98101/2025/2
coded as clerk paper register 98101 --from 2025-09-01 --until 2025-09-30

say "a case takes one visit of its day into its line: who bears the same name has a line more"
p=$("$HOIAM" --as clerk --csv person add --unit 98101 --name "Lò Thị Ân" --id 012345678901 | sed -n 's/.*\(98101\/[0-9]*\/1\).*/\1/p')
quiet clerk visit add --unit 98101 --day 2025-09-05 --name "Lò Thị Ân" --subject "hỏi thủ tục"
quiet clerk visit add --unit 98101 --day 2025-09-05 --person "$p" --subject "đất vườn"
quiet clerk meeting open --unit 98101 --kind regular_reception --day 2025-09-05
quiet clerk opinion add 98101/2025/2 --person "$p" --summary "Đất vườn chưa có sổ." --words "Đất vườn của tôi chưa có sổ."
as clerk paper register 98101 --from 2025-09-05 --until 2025-09-05 --preview | grep -e 'hỏi thủ' -e 'đất vườn' -e 'chưa có sổ' -e 'Tổng số'

say "of a denunciation nothing is kept"
me=$("$HOIAM" --as head --csv whoami | sed -n 2p | cut -d, -f1)
quiet head case classify 98101/2025/1 --kind TC --custodian "$me" --paper "Tủ 3"
as clerk paper dispatch 98101/2025/1 --to 98101-CA
as clerk check "$c" | sed "s/$c/CODE/"
stop
"$HOIAMD" verify "$store" 2>&1 | sed 's/.*: all well/all well/'
