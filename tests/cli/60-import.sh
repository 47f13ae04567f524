# 60-import: a table of another register: maps, bad rows, the same file again, a later table.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk leader 98101 "Lê Thị Bảy"

say "a register of form 03/TCD, kept in a spreadsheet"
printf '\357\273\277' >so-2025.csv
printf '%s\r\n' \
	'Số thứ tự,Ngày tiếp,Họ và tên,Địa chỉ,Nội dung vụ việc,Phân loại đơn,Ngày trả lời,Thời hạn giải quyết' \
	'1,05/09/2025,Trần Văn An,"Thôn Đông, xã Phú Nhuận","Đường liên thôn hỏng, ""lầy"" cả năm",Phản ánh,20/09/2025,' \
	'2,06/09/2025,Nguyễn Thị Lan,Thôn Đoài,Xin cấp lại giấy chứng nhận,KIẾN NGHỊ,,30/06/2026' \
	'3,31/09/2025,Phạm Văn Ba,Thôn Đoài,Ngày này không có,Phản ánh,,' \
	'4,07/09/2025,Đỗ Thị Tư,Thôn Đoài,Không thu hồi đất đúng luật,Khiếu nại,,' \
	'5,08/09/2025,Người tố cáo,Thôn Đoài,Cán bộ nhận tiền,Tố cáo,,' \
	'6,09/09/2025,Vũ Văn Sáu,Thôn Đoài,Loại không ai biết,Việc khác,,' \
	'7,10/09/2025,thiếu ô' \
	'8,11/09/2025,Hoàng Thị Tám,Thôn Đoài,"Ô nháy không đóng ngay" sau nháy,Phản ánh,,' \
	'9,12/09/2025,Hoàng Thị Chín,Thôn Đoài,=HYPERLINK("x"),Phản ánh,11/09/2025,' \
	'10,13/09/2025,Mai Văn Mười,Thôn Đoài,"Hai dòng
trong một ô",Phản ánh,15/09/2025,' >>so-2025.csv
map=$HOIAM_SOURCE_ROOT/data/maps/so-tcd-03.map
as clerk import cases so-2025.csv --map "$map" --source tcd-98101-2025 --unit 98101
run cat so-2025.errors.csv
as clerk case list state:RESOLVED
as clerk case show 98101/2025/1
as clerk case show 98101/2025/2
as clerk case explain 98101/2025/2

say "the same again: nothing is written, what was refused is still told"
before=$(size)
as clerk import cases so-2025.csv --map "$map" --source tcd-98101-2025 --unit 98101
[ "$(size)" = "$before" ] && echo "nothing was written"
run wc -l so-2025.errors.csv

say "what was refused is mended where it stands, and imported by the same map"
sed -e 's/31\/09/30\/09/g' -e 's/,Việc khác,/,Phản ánh,/' -e 's/,Ngày này không có,/,- Hai gạch,/' \
	-e '/thiếu ô/d' so-2025.errors.csv >mended.csv
printf '%s\n' "1,x,11,09/09/2025,Tô Thị Lê,Thôn Đoài,'=1+1,Phản ánh,," \
	"2,x,12,39/09/2025,Tô Thị Lê,Thôn Đoài,- Đèn,Phản ánh,," >>mended.csv
as clerk import cases mended.csv --map "$map" --source tcd-98101-2025 --unit 98101
run cat mended.errors.csv
sed 's/39\/09/29\/09/g' mended.errors.csv >again.csv
as clerk import cases again.csv --map "$map" --source tcd-98101-2025 --unit 98101
run cat again.errors.csv
"$HOIAM" --as clerk --json export cases 2>"$out.2" | grep -o '"words":"[^"]*\(gạch\|1+1\|Đèn\)"'

say "from before the first day of the unit: of the unit that bore the code then"
quiet admin unit add 98109 --name "Xã cũ" --kind peoples_committee --level commune --from 2000-01-01
quiet admin unit end 98109 --until 2025-07-01
quiet admin unit add 98109 --name "Xã mới" --kind peoples_committee --level commune --from 2025-07-01
officer newer leader 98109 "Bế Văn Bốn"
printf '%s\n' 'Số thứ tự,Ngày tiếp,Họ và tên,Địa chỉ,Nội dung vụ việc,Phân loại đơn' \
	'1,05/09/2024,Trần Văn An,Thôn Đông,Đèn,Phản ánh' >so-2024.csv
as newer import cases so-2024.csv --map "$map" --source tcd-98109 --unit 98109
run cat so-2024.errors.csv
HOIAM_LANG=vi
sed 's/Đèn/Loa/' so-2024.csv >so-2024-b.csv
as newer import cases so-2024-b.csv --map "$map" --source tcd-98109 --unit 98109
run cat so-2024-b.errors.csv
HOIAM_LANG=en

say "a later table, gzip: case 2 was answered, case 1 is open again"
printf '%s\n' 'so thu tu;ngay tiep;ho va ten;dia chi;noi dung vu viec;phan loai don;ngay tra loi' \
	'2;06/09/2025;Nguyễn Thị Lan;Thôn Đoài;Xin cấp lại giấy chứng nhận;KIEN_NGHI;01/10/2025' \
	'1;05/09/2025;Trần Văn An;;;Phản ánh;' | gzip >so-2025-b.csv.gz
as clerk import cases so-2025-b.csv.gz --map "$map" --source tcd-98101-2025 --unit 98101
as clerk case show 98101/2025/1
as clerk case show 98101/2025/2
as clerk report cohort --by unit
as clerk report cohort --by kind --csv
as clerk report backlog --at 2025-09-10,2025-09-30,2025-12-01 --csv
as clerk report backlog --at 2025-09-30 --by kind

say "a case that was worked on here is left alone"
as clerk case classify 1 --kind KN --topic land | sed "s|/${began%%-*}/|/YEAR/|"
as clerk case classify 98101/2025/1 --kind KN --topic land
printf '%s\n' 'Số thứ tự,Ngày tiếp,Họ và tên,Địa chỉ,Nội dung vụ việc,Phân loại đơn' \
	'1,05/09/2025,Trần Văn An,Thôn Đông,Nội dung mới,Phản ánh' >so-2025-c.csv
as clerk import cases so-2025-c.csv --map "$map" --source tcd-98101-2025 --unit 98101
run cat so-2025-c.errors.csv

say "a table, larger than what is held of it, that is saved again while it is read"
awk 'BEGIN {
	print "Số thứ tự,Ngày tiếp,Họ và tên,Địa chỉ,Nội dung vụ việc,Phân loại đơn"
	for (words = "dài"; length(words) < 20000; words = words words);
	for (i = 101; i <= 220; i++)
		print i ",05/09/2025,Trần Văn An,Thôn Đông," (i < 220 ? words : "Nội dung cũ") ",Phản ánh"
}' >so-2025-d.csv
before=$(size)
hold_up clerk import cases so-2025-d.csv --map "$map" --source tcd-98101-2025 --unit 98101
sed 's/Nội dung cũ/Nội dung mới/' so-2025-d.csv >saved
cat saved >so-2025-d.csv
let_go
[ "$(size)" = "$before" ] && echo "nothing was written"
as clerk import cases so-2025-d.csv --map "$map" --source tcd-98101-2025 --unit 98101
"$HOIAM" --as clerk --csv export cases 2>"$out.2" | grep -c 'Nội dung mới'

say "refused rows are mended in the file of them, which is then a table as any"
sed 's/Cán bộ nhận tiền,Tố cáo/Cán bộ hẹn nhiều lần,Phản ánh/' so-2025.errors.csv >so-2025-e.csv
as clerk import cases so-2025-e.csv --map "$map" --source tcd-98101-2025 --unit 98101
run cat so-2025-e.errors.csv

say "what cannot be"
as clerk import cases so-2025.csv
as clerk import cases nowhere.csv --map "$map" --unit 98101
as clerk import cases so-2025.csv --map "$map"
as clerk import cases so-2025.csv --map "$map" --unit 98102
cat so-2025-b.csv.gz | head -c 60 >cut.csv.gz
as clerk import cases cut.csv.gz --map "$map" --unit 98101
printf 'a,b\n1,2\n' >other.csv
as clerk import cases other.csv --map "$map" --unit 98101
printf 'source: x\ncolumns:\n  - field: sender\n    column: a\n' >bad.map
as clerk import cases other.csv --map bad.map
printf 'source: x\ncolumns:\n  - field: key\n    column: a\n' >bad.map
as clerk import cases other.csv --map bad.map
as clerk report cohort --by colour
as clerk report backlog --at 2025-13-01
as clerk report backlog --at 2999-01-01

say "all that is in the register is as it was signed"
stop
run "$HOIAMD" verify "$store"
