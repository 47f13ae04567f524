# 30-minutes.sh: the grammar of minutes: its traps, its errors with file and line; a meeting of 700
# opinions in several actions; recorded twice, it writes nothing; broken off, it goes on.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"

say "Heads of text are text when escaped, and where no head may stand"
cat >traps.txt <<'END'
# Ghi chú: dòng này là lời chú của người ghi, không vào sổ.
Biên bản: 98101
Hình thức: dialogue_regular
Ngày: 10/09/2025

Ý kiến: 1
Người nói: Bùi Hữu Thoại
Nội dung:
Tôi xin đọc đơn.
Ghi chú: đơn này viết tay.
Tóm tắt: ở giữa đoạn thì là lời.

\Nơi: Kính gửi Ủy ban nhân dân xã
\\ một dấu sổ ngược ở đầu dòng
# dấu thăng ở đầu dòng là lời

Ghi chú: "khóa" lạ thì là lời, cả sau dòng trống.
   Tóm tắt: thụt vào sau một dòng của lời vẫn là lời

\> dấu lớn hơn ở đầu dòng

Ý KIẾN: 2
NGUOI NOI: Không dấu, chữ hoa
noi dung: Lời bắt đầu ngay ở dòng đầu mục,
xuống dòng, rồi hai dòng trống.


Hết.

Opinion: 3
Speaker: Anh
Words:
English keys may stand among them.

Số ý kiến: 3
END
as clerk meeting record traps.txt
"$HOIAM" --as clerk opinion list 98101/2025/1 --json | grep -o '"speaker":.*'

say "A byte order mark, lines that end as in another system, letters that are decomposed"
printf '\357\273\277Bie\314\202n ba\314\211n: 98101\r\nHi\314\200nh th\314\206\314\201c: x\r\n' >bom.txt
as clerk meeting record bom.txt
printf '\357\273\277Minutes: 98101\r\nKind: dialogue_regular\r\nDay: 11/09/2025\r\n\r\nOpinion: 1\r\nWords:\r\nNha\314\200 va\314\206n ho\314\201a\r\n' >bom.txt
as clerk meeting record bom.txt
as clerk case show 98101/2025/4 --json

say "Errors point to file and line, and nothing is written"
before=$(size)
n=0
wrong() # FORMAT
{
	n=$((n + 1))
	# shellcheck disable=SC2059
	printf "$1" >"wrong-$n.txt"
	printf '\n'
	sed -n '$p' "wrong-$n.txt"
	run "$HOIAM" --as clerk meeting record "wrong-$n.txt"
}
head='Biên bản: 98101
Hình thức: dialogue_regular
Ngày: 10/09/2025
'
wrong ''
wrong 'Xin chào\n'
wrong 'Kết luận: 98101/2025/1\n'
wrong "$head"'\nÝ kiến: 2\n'
wrong "$head"'\nÝ kiến: một\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nÝ kiến: 3\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\nNội dung: b\n\nNội dung: c\n'
wrong "$head"'Ngày: 11/09/2025\n'
wrong "$head"'Nội dung: lời\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nĐịa điểm: Hội trường\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nSố ý kiến: 2\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nSố ý kiến: hai\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nSố ý kiến: 1\n\nÝ kiến: 2\n'
wrong 'Biên bản: 98101\nHình thức: dialogue_regular\nNgày: 31/09/2025\n'
wrong 'Biên bản: 98101\nHình thức: dialogue_regular\n'
wrong 'Biên bản: xã 98101\n'
wrong "$head"'Tên: ai đó\n'
wrong "$head"'\nÝ kiến: 1\nLoại: kiến nghị\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\342\200\256b\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\303\050b\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\001b\n'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n> b\n'
echo
echo 'What only the register knows is told with the opinion:'
wrong "$head"'\nÝ kiến: 1\nNội dung: a\n\nÝ kiến: 2\nLoại: XX\nNội dung: b\n'
wrong "$head"'\nÝ kiến: 1\nLoại: TC\nNội dung: lời tố cáo\n'
wrong "$head"'\nÝ kiến: 1\nTóm tắt: không có lời\n'
wrong 'Biên bản: 98101\nHình thức: họp\nNgày: 10/09/2025\n'
wrong 'Biên bản: 98102\nHình thức: dialogue_regular\nNgày: 10/09/2025\n'
[ "$before" = "$(size)" ] && echo "nothing was written"

say "700 opinions"
{
	printf 'Biên bản: 98101\nHình thức: voter_contact\nNgày: 20/09/2025\n'
	i=1
	while [ $i -le 700 ]; do
		printf '\nÝ kiến: %d\nNgười nói: Người thứ %d\nNội dung: Lời thứ %d.\n' $i $i $i
		i=$((i + 1))
	done
	printf '\nSố ý kiến: 700\n'
} >large.txt
"$HOIAM" --as clerk meeting record large.txt >first
echo "exit $?"
cut -f1,2,3 first | sed -n '1,3p; $p'
as clerk meeting list

say "The same file again writes nothing, and says the same"
before=$(size)
"$HOIAM" --as clerk meeting record large.txt >second
echo "exit $?"
cmp first second && [ "$before" = "$(size)" ] && echo "nothing was written"
as clerk meeting record traps.txt
[ "$before" = "$(size)" ] && echo "nothing was written"

say "Broken off, it goes on where it was"
sed 's/20\/09\/2025/21\/09\/2025/' large.txt >broken.txt
# Its answers go to a pipe that closes after the first of them: the client ends in the middle.
mkfifo pipe
"$HOIAM" --as clerk meeting record broken.txt >pipe 2>"$out.2" &
client=$!
(
	read -r line
	echo "$line" | cut -f1,2
	kill -9 $client
) <pipe
wait $client 2>/dev/null
as clerk meeting list --from 2025-09-21 --to 2025-09-21 | cut -f1-6 | sed 's/	[1-6][0-9]*	[1-6][0-9]*$/	SOME/'
echo '$ hoiam meeting record broken.txt'
"$HOIAM" --as clerk meeting record broken.txt >"$out.1"
echo "exit $?"
as clerk meeting list --from 2025-09-21 --to 2025-09-21
as clerk opinion list 98101/2025/4 --limit 1

say "The items of its conclusion go in several actions: a fault in a later one is the page's"
officer leader leader 98101 "Quách Thị Lệ Quyên"
"$HOIAM" --as leader conclusion draft 98101/2025/4 --out large-draft.txt
{
	printf 'Kết luận: 98101/2025/4\nBản: 1\nMã: %s\n' "$(sed -n 's/^Hash: //p' large-draft.txt)"
	i=1
	while [ $i -le 310 ]; do
		ground=outside_scope
		[ $i -eq 305 ] && ground=no_such_ground
		printf '\nMục: %d\nÝ kiến: %d\nCăn cứ: %s\nKhông tiếp thu:\nĐã có trong kế hoạch.\n' $i $i $ground
		i=$((i + 1))
	done
} >large-page.txt
as leader conclusion check large-page.txt
grep -n no_such_ground large-page.txt

say "Broken off by the daemon"
sed 's/20\/09\/2025/22\/09\/2025/' large.txt >cut.txt
stop KILL
echo '$ hoiam meeting record cut.txt'
run "$HOIAM" --as clerk meeting record cut.txt
start
"$HOIAM" --as clerk meeting record cut.txt >"$out.1"
echo "exit $?"
as clerk meeting list --from 2025-09-22 --to 2025-09-22
stop
"$HOIAMD" verify "$store" | sed 's/.*: \(all well\)/\1/'
