# 75-attachments: files of a case: in and out again, what is refused, who gets them, sealing.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Lê Thị Bảy"
officer head leader 98101 "Trần Văn Chính"
officer eye auditor '' "Trần Văn Kiểm"
officer other handler 98102 "Phạm Thị Xa"

quiet clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-04
quiet clerk opinion add 98101/2025/1 --kind PHAN_ANH --words "Cống trước chợ tắc đã ba tháng"

head -c 300000 /dev/zero | tr '\0' 'x' >"cống tắc.jpg"
printf 'đơn' >don.txt
: >empty
ln -s don.txt link
mkdir folder

say "a photograph goes in, stands among the steps, and comes out as it was"
as clerk case attach 98101/2025/1 "cống tắc.jpg"
as clerk case attach 98101/2025/1 don.txt --name "Đơn của công dân.txt" --day 2025-09-05

entries=$("$HOIAM" --as clerk --csv case show 98101/2025/1 | grep ",attach," | cut -d, -f1)
set -- $entries
as clerk case attachment 98101/2025/1 "$1" --out out.jpg
cmp "cống tắc.jpg" out.jpg && echo "the same bytes"
as head case attachment 98101/2025/1 "$2" --out out.txt
cmp don.txt out.txt && echo "the same bytes"
ls out.*

say "what is refused"
as clerk case attach 98101/2025/1
as clerk case attach 98101/2025/1 nowhere.jpg
as clerk case attach 98101/2025/1 folder
as clerk case attach 98101/2025/1 empty
head -c 17000000 /dev/zero >large
as clerk case attach 98101/2025/1 large
as clerk case attach 98101/2025/9 don.txt
as clerk case attach 98101/2025/1 don.txt --name ''
as clerk case attachment 98101/2025/1 "$1"
as clerk case attachment 98101/2025/1 "$1" --out out.jpg
as clerk case attachment 98101/2025/1 1 --out new.jpg
as eye case attach 98101/2025/1 don.txt
as eye case attachment 98101/2025/1 "$1" --out eye.jpg
as other case attachment 98101/2025/1 "$1" --out other.jpg
ls *.part* eye.jpg other.jpg new.jpg 2>/dev/null

say "a file that is cut short while it is sent: told at once"
cp "cống tắc.jpg" changing.jpg
kill -STOP "$daemon"
"$HOIAM" --as clerk case attach 98101/2025/1 changing.jpg >"$out.1" 2>"$out.2" &
client=$!
tries=0 # it has looked at the file, and waits for the daemon
until ls -l "/proc/$client/fd" 2>/dev/null | grep -q socket || [ "$tries" = 600 ]; do
	sleep 0.05
	tries=$((tries + 1))
done
printf 'short' >changing.jpg
kill -CONT "$daemon"
wait "$client"
rc=$?
cat "$out.1"
clean <"$out.2" | sed 's/^/2> /'
echo "exit $rc"

say "what has the name of a part of ours is left alone"
echo precious >new.jpg.part
as clerk case attachment 98101/2025/1 1 --out new.jpg
as clerk case attachment 98101/2025/1 "$1" --out new.jpg
run cat new.jpg.part
cmp "cống tắc.jpg" new.jpg && echo "the same bytes"

say "of a denunciation nothing is kept"
me=$("$HOIAM" --as head --csv whoami | sed -n 2p | cut -d, -f1)
quiet head case classify 98101/2025/1 --kind TC --custodian "$me" --paper "Tủ 3"
as clerk case attachment 98101/2025/1 "$1" --out gone.jpg
as clerk case attach 98101/2025/1 don.txt
stop
"$HOIAMD" verify "$store" 2>&1 | sed 's/.*: all well/all well/'
