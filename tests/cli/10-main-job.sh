# 10-main-job.sh: a meeting is recorded, a conclusion that forgets an opinion is refused, mended and
# issued, a late opinion makes the meeting incomplete, a supplement mends it; states and rates at
# each step.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"

# Meetings, cases and the four rates as they stand.
stands()
{
	as leader meeting list
	as leader case list meeting:98101/2025/1
	for rate in inclusion submitted resolution ontime; do
		printf '\nauditor$ hoiam rate %s --unit 98101 --from 2025-09-01 --to 2025-09-30\n' $rate
		"$HOIAM" --as auditor rate $rate --unit 98101 --from 2025-09-01 --to 2025-09-30 \
			>"$out.1" 2>"$out.2"
		rc=$?
		# What it was computed over is the same for all: see the first step.
		sed '/^$/,$d' "$out.1"
		sed 's/^/2> /' "$out.2"
		echo "exit $rc"
	done
}

say "A register"
mkdir -p home
(umask 077 && echo "a passphrase of the tests" >"$HOIAM_PASSPHRASE_FILE")
echo '$ hoiamd init DIR/store'
run "$HOIAMD" init "$store" | sed 's/ by 20..-..-.. / by DAY /'
echo '$ hoiamd run DIR/store &'
start
as admin enrol "$store/admin.invitation"
as admin enrol "$store/admin.invitation"
as second enrol "$store/admin.invitation"
as admin unit import "$demo/units.csv"
as admin officer invite --unit 98101 --role receptionist --name "Đoàn Thị Kim Duyên" --out clerk.invitation
as clerk enrol clerk.invitation
officer processor processor 98101 "Phùng Nhật Lân"
officer leader leader 98101 "Quách Thị Lệ Quyên"
officer handler handler 98101-KT "Đậu Khắc Triều"
officer auditor auditor 98 "Lã Viết Thuần"

say "The minutes"
cat >minutes.txt <<'END'
Biên bản: 98101
Hình thức: dialogue_regular
Ngày: 10/09/2025
Địa điểm: Hội trường Ủy ban nhân dân xã Thanh Hòa
Chủ trì: 98101-DU, 98101
Người chủ trì: Quách Thị Lệ Quyên

Ý kiến: 1
Người nói: Bùi Hữu Thoại
Địa chỉ: Thôn Đồng Bàng
Loại: KIEN_NGHI
Lĩnh vực: land
Tóm tắt: Hỏi về hồ sơ cấp sổ đỏ.
Nội dung:
Gia đình tôi nộp hồ sơ từ tháng 5 năm 2024, đến nay chưa có kết quả.

Ý kiến: 2
Người nói: Trịnh Thị Loan
Loại: KIEN_NGHI
Lĩnh vực: compensation
Tóm tắt: Đề nghị giải thích đơn giá bồi thường.
Nội dung:
Cùng một thôn mà hai giá khác nhau.

Ý kiến: 3
Người nói: Lâm Thị Bích Oanh
Loại: PHAN_ANH
Lĩnh vực: environment
Tóm tắt: Rác sau chợ ùn lại.
Nội dung:
Xe rác một tuần mới vào một lần.

Ý kiến: 4
Người nói: Lường Văn Phanh
Nội dung:
Con đường vào bản mưa xuống là lầy.

Số ý kiến: 4
END
as clerk meeting record minutes.txt
stands
as auditor rate inclusion --unit 98101 --from 2025-09-01 --to 2025-09-30

say "The cases go where the policy's table sends them"
as processor case classify 98101/2025/1 --day 2025-09-11
as processor case route 98101/2025/1 --day 2025-09-11 --document 1/TB
as processor case classify 98101/2025/2 --day 2025-09-11
as processor case route 98101/2025/2 --day 2025-09-11
as processor case classify 98101/2025/3 --day 2025-09-11
as processor case route 98101/2025/3 --day 2025-09-11
as processor case classify 98101/2025/4 --kind PHAN_ANH --topic roads --day 2025-09-12
as processor case explain 98101/2025/4
as processor case route 98101/2025/4 --document 4/CV-UBND --day 2025-09-12

say "A draft shows every opinion"
as clerk conclusion draft 98101/2025/1 --out draft.txt
clean <draft.txt

say "A page that forgets two of them is refused, checked or issued"
hash=$(sed -n 's/^Hash: //p' draft.txt)
cat >page.txt <<END
Kết luận: 98101/2025/1
Bản: 1
Mã: $hash

Mục: 1
Ý kiến: 1
Giao: 98101-KT
Hạn: 30/09/2025
Chỉ đạo:
Giao Phòng Kinh tế đối chiếu hồ sơ, trả lời công dân bằng văn bản.

Mục: 2
Ý kiến: 3
Trả lời:
Đã trả lời tại chỗ: từ ngày 15/9 thu gom ba chuyến một tuần.
END
as clerk conclusion check page.txt
as leader conclusion issue page.txt
as clerk conclusion issue page.txt
as auditor conclusion check page.txt
as auditor conclusion issue page.txt
as clerk conclusion show 98101/2025/1
stands

say "Mended, the clerk checks it, and may not issue it"
cat >>page.txt <<'END'

Mục: 3
Ý kiến: 2, 4
Căn cứ: outside_scope
Không tiếp thu:
Đơn giá do tỉnh quyết định; con đường không nằm trong kế hoạch vốn năm nay.
END
as clerk conclusion check page.txt
as clerk conclusion issue page.txt
as leader meeting show 98101/2025/1

say "The leader signs and issues it"
as leader conclusion issue page.txt --day 2025-09-15 --document 12/TB-UBND
as leader conclusion issue page.txt --day 2025-09-15
as clerk conclusion draft 98101/2025/1
as leader conclusion show 98101/2025/1
stands

say "A case is answered"
echo 'Hồ sơ đã đủ; mời công dân đến nhận giấy chứng nhận ngày 25/9.' >answer.txt
as handler case resolve 98101/2025/1 --outcome "done" --text-file answer.txt --document 7/TL --day 2025-09-20
as clerk case notify 98101/2025/1 --channel paper --day 2025-09-22
as leader case close 98101/2025/1 --day 2025-09-25
as handler case resolve 98101/2025/2 --outcome explained --text "Đã giải thích." --day 2025-10-20

say "A late opinion makes the meeting incomplete"
as clerk opinion add 98101/2025/1 --words "Tôi gửi thêm ý kiến bằng giấy: đèn đường hỏng." \
	--speaker "Hoàng Thị Thu Ngân" --kind PHAN_ANH --topic electricity
stands

say "The supplement mends it"
as clerk conclusion draft 98101/2025/1 --out supplement.txt
sed -n '/^Version/p; /^>/p' supplement.txt
cat >supplement.txt <<'END'
Kết luận: 98101/2025/1
Bản: 2

Mục: 1
Ý kiến: 5
Giao: 98101-KT
Hạn: 15/10/2025
Chỉ đạo:
Đề nghị Điện lực sửa đèn đường.
END
as leader conclusion issue supplement.txt --day 2025-09-29
stands
as auditor rate why inclusion --unit 98101 --from 2025-09-01 --to 2025-09-30
as auditor rate inclusion --unit 98101 --from 2025-09-01 --to 2025-09-30 --as-of 2025-09-14 --by topic

say "All of it is in the journal"
stop
echo '$ hoiamd verify DIR/store'
run "$HOIAMD" verify "$store" | sed 's/[0-9]\{2,\}/N/g'
