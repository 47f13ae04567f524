#!/bin/sh
# pdf.sh: every paper as text and, printed by a browser, as PDF: the PDF says what the text says, and
# no word of it stands outside of an A4 page and its margins. Skipped without chromium and
# pdftotext, and where HOIAM_PRINT is not set: a browser is much to ask of every run.
#
#   HOIAM_PRINT=yes meson test 'papers printed'
#   HOIAM_PRINT=yes sh tests/papers/pdf.sh FOLDER      keeps the papers there, to be looked at
[ -n "${HOIAM_PRINT-}" ] || {
	echo "skipped: HOIAM_PRINT is not set"
	exit 77
}
chromium=$(command -v chromium || command -v chromium-browser) && command -v pdftotext >/dev/null || {
	echo "skipped: chromium or poppler-utils is not installed"
	exit 77
}
keep=${1-}
work=$(mktemp -d "${TMPDIR:-/tmp}/papers.XXXXXX") || exit 99
mkdir "$work/papers" && cd "$work" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
trap 'cleanup; cd /; rm -rf "$work"' EXIT
HOIAM_PAPER_DIR=$HOIAM_SOURCE_ROOT/data/papers
export HOIAM_PAPER_DIR

register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer processor processor 98101 "Phùng Nhật Lân"
officer front front 98101 "Kha Văn Tụ"
officer leader leader 98101 "Quách Thị Lệ Quyên"
failed=0

year=$(today | cut -c1-4)
# A meeting of 47 opinions: those of the demonstration's two, and of the first once more.
{
	sed -e "s|Ngày: 10/11/2026|Ngày: $(TZ=UTC-7 date +%d/%m/%Y)|" -e '/^Số ý kiến:/d' "$demo/minutes-1.txt"
	for more in minutes-2 minutes-1; do
		echo
		sed -e '1,/^Ý kiến: 1$/{/^Ý kiến: 1$/!d;}' -e '/^Số ý kiến:/d' "$demo/$more.txt"
	done
} | awk '/^Ý kiến: [0-9]+$/ { if (++n > 47) exit; print "Ý kiến: " n; next } { print }' >minutes.txt
quiet clerk meeting record minutes.txt
meeting=$("$HOIAM" --as clerk meeting list | cut -f1)
# 49 asked to speak, 47 were heard; the Front counted for itself.
{
	echo slip,name,subject,heard
	i=0
	while [ $((i += 1)) -le 49 ]; do
		echo "A$i,Người đăng ký số $i,Việc của thôn,$([ $i -le 47 ] && echo 1)"
	done
} >people.csv
quiet clerk registration add "$meeting" --registrations people.csv
quiet front tally sign "$meeting" --speakers 49 --slips 52 --unheard 3
quiet clerk minutes read "$meeting"
quiet clerk minutes object "$meeting" --ordinal 3 --name "Vương Tấn Lợi" --words "Ghi thiếu số lô: từ lô 3 đến lô 16."
quiet clerk minutes object "$meeting" --refused 1 --name "Mai Đình Nghị" --words "Chưa đồng ý với cách ghi."
quiet clerk minutes close "$meeting" --count 47
quiet clerk minutes sign "$meeting"
quiet front minutes sign "$meeting" --front 1
quiet clerk conclusion draft "$meeting" --out page.txt
sed "s|98101/2026/1|$meeting|" "$demo/conclusion-1.txt" >forgets.txt
"$HOIAM" --as clerk conclusion check forgets.txt >"$out.1" 2>&1
case_of() # ORDINAL
{
	"$HOIAM" --as clerk opinion list "$meeting" | sed -n "$1p" | cut -f2
}
quiet clerk document receive "$(case_of 14)" --name "Đơn khiếu nại đề ngày 12/10/$year, đã ký" --pages 2 --condition original \
	--name "Giấy tờ đất năm 1991 <viết tay & điểm chỉ>" --pages 3 --copies 2 --condition copy \
	--name "Văn bản số 618/UBND-KT yêu cầu tháo dỡ hàng rào lấn đường nội đồng, thôn Bãi Trại" --pages 1 --condition certified
quiet clerk visit add --unit 98101 --name "Nguyễn Văn Giả" --address "Thôn Cồn Sim, xã Thanh Hòa" \
	--subject "đề nghị xem xét lại việc bồi thường" --ground "$(sed -n '/^grounds:/,/^[a-z]*:$/s/.*code: //p' "$HOIAM_POLICY_DIR/vn-commune.yaml" | head -n 1)" \
	--words "Vụ việc đã được giải quyết, đã thông báo bằng văn bản; không có tình tiết mới."
visit=$("$HOIAM" --as clerk visit list | cut -f1)

text_of() # PDF: in the order in which it was written, without page numbers and footing
{
	pdftotext -raw "$1" - 2>/dev/null
}

# No word outside of the page, nor in its margins but the number of the page.
inside() # PDF NAME
{
	pdftotext -bbox "$1" boxes.html
	awk -v name="$2" '
		/<page / {
			match($0, /width="[0-9.]+"/); w = substr($0, RSTART + 7, RLENGTH - 8) + 0
			match($0, /height="[0-9.]+"/); h = substr($0, RSTART + 8, RLENGTH - 9) + 0
			pages++
			long = w > h ? w : h; short = w > h ? h : w
			if (long < 841 || long > 843 || short < 594 || short > 596) {
				print name ": page " pages " is not A4: " w " x " h; bad++
			}
		}
		/<word / {
			split($0, part, "\"")
			number = $0 ~ />[0-9]+\/[0-9]+<\/word>/ && part[4] + 0 < 57
			if (part[2] < 84 || part[6] > w - 41 || part[8] > h - 56 || (part[4] < 56 && !number)) {
				print name ": page " pages ": " $0; bad++
			}
			words++
		}
		END {
			if (words == 0) { print name ": no words"; bad++ }
			exit bad > 0
		}' boxes.html
}

paper() # KEY KIND WORDS...
{
	key=$1
	kind=$2
	shift 2
	cd "$work/papers" || exit 99
	"$HOIAM" --as "$key" paper "$kind" "$@" --html "$kind.html" --text "$kind.txt" 2>"$kind.code" || {
		echo "$kind: hoiam paper failed"
		cat "$kind.code"
		failed=1
		return
	}
	code=$(sed -n 's/^check code: //p' "$kind.code")
	timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --no-pdf-header-footer --user-data-dir="$work/browser" \
		--print-to-pdf="$work/papers/$kind.pdf" "file://$work/papers/$kind.html" >"$kind.log" 2>&1
	[ -s "$kind.pdf" ] || {
		echo "$kind: chromium printed nothing"
		tail -n 3 "$kind.log"
		failed=1
		return
	}
	inside "$kind.pdf" "$kind" || failed=1
	text_of "$kind.pdf" >"$kind.pdf.txt"
	for form in "$kind.pdf.txt" "$kind.txt"; do
		"$HOIAM" --as "$key" check "$code" "$form" >"$kind.check" || {
			echo "$form is not what the paper must say:"
			cat "$kind.check"
			failed=1
		}
		! grep -q '^filled in' "$kind.check" || {
			echo "$form: a blank was filled in by nobody"
			failed=1
		}
	done
	# and one sign changed is seen
	sed '0,/công dân/s//công dần/;0,/CÔNG DÂN/s//CÔNG DẦN/' "$kind.pdf.txt" >"$kind.changed"
	if cmp -s "$kind.pdf.txt" "$kind.changed" || "$HOIAM" --as "$key" check "$code" "$kind.changed" >"$kind.check"; then
		echo "$kind: one sign was changed, and nobody saw it"
		failed=1
	fi
	pages=$(pdftotext -bbox "$kind.pdf" - | grep -c '<page ')
	echo "$kind: $pages pages, $(wc -w <"$kind.pdf.txt") words"
	[ -z "$keep" ] || cp "$kind.html" "$kind.txt" "$kind.pdf" "$kind.check" "$keep/"
}

paper clerk minutes "$meeting" --signer "Tạ Quốc Khiêm" --front "Hà Thị Mặt Trận"
paper clerk draft "$meeting" --signer "Quách Thị Lệ Quyên"
{
	sed "s|98101/2026/1|$meeting|" "$demo/conclusion-1-mended.txt"
	printf '\nMục: %d\nÝ kiến: 19-47\nTrả lời:\nĐã trả lời trực tiếp tại hội nghị; biên bản ghi từng nội dung.\n' \
		$(($(grep -c '^Mục:' "$demo/conclusion-1-mended.txt") + 1))
} >"$work/conclusion.txt"
cd "$work" || exit 99
quiet clerk conclusion check conclusion.txt
paper clerk notice "$meeting" --capacity KT --post "PHÓ CHỦ TỊCH" --signer "Quách Thị Lệ Quyên" \
	--receiver "Thường trực Đảng ủy (báo cáo)" --receiver "Các phòng, Công an xã" --receiver "47 công dân có ý kiến"
paper clerk receipt "$(case_of 14)" --place "Phòng Tiếp công dân"
paper processor dispatch "$(case_of 7)" --to 98-DL --signer "Quách Thị Lệ Quyên" --receiver "Như trên"
paper clerk refusal "$visit" --capacity TUQ --post "TRƯỞNG BAN TIẾP CÔNG DÂN" --signer "Đoàn Thị Kim Duyên"
paper clerk register 98101 --from "$year-01-01" --until "$(today)" --signer "Đoàn Thị Kim Duyên"

[ "$failed" = 0 ] || exit 1
