# 70-export: cases and the journal as JSON Lines and CSV: count and hash, texts that would be
# formulas, texts that are hard to write, an export that was killed, whom what is shown; watch.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
command -v python3 >/dev/null || {
	echo "skipped: python3 is not there"
	exit 77
}
register
officer clerk leader 98101 "Lê Thị Bảy"
officer eye auditor '' "Trần Văn Kiểm"
officer other leader 98102 "Phạm Thị Xa"

cat >texts.py <<'END'
# The words of the cases: texts that a spreadsheet would compute, and that are hard to write.
texts = ["=HYPERLINK(\"http://x\";\"y\")", "+84 912 345 678", "-1+2", "@SUM(A1:A9)", "＝1+1", "＋1",
	"－1", "＠x", "'=1", "a=b", "1,2;3|4", "\"", "\"\"", "a\"b\",\"c", "\\", "\\\"", "\\n", "/", "</script>",
	"{\"rows\":3}", "null", "0", "007", "1e5", "2025-09-05", "Nguyễn Thị Ưởng", "Đặng Ngọc Ỷ", "😀 𠀀 ﷽",
	"hai dòng\ntrong một ô", "\nđầu dòng trống"[1:], "ba\n\n\"dòng\",\n=1", "a\tb", "%s%n{field}",
	"#rows=1", "é̂̃", "ไทย", "中文", "x" * 3000]
END
cat >make.py <<'END'
import csv
from texts import texts
out = csv.writer(open("table.csv", "w", newline=""))
out.writerow(["key", "received", "words"])
for i in range(1200):
	words = texts[i] if i < len(texts) else "việc số %d" % i
	out.writerow([i + 1, "2025-0%d-11" % (i % 3 + 7), words])
END
cat >table.map <<'END'
source: bang
columns:
  - field: key
    column: key
  - field: received
    column: received
  - field: words
    column: words
  - field: unit
    value: "98101"
  - field: kind
    value: PHAN_ANH
END
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 make.py
as clerk import cases table.csv --map table.map

say "JSON Lines: the trailer counts and hashes, every text is as it was"
"$HOIAM" --as clerk export cases >cases.jsonl
sum=$(head -n -1 cases.jsonl | sha256sum | cut -d' ' -f1)
[ "$(tail -n 1 cases.jsonl)" = "{\"rows\":1200,\"sha256\":\"$sum\"}" ] && echo "the trailer is right"
cat >read.py <<'END'
import csv, json, unicodedata
from texts import texts
want = [unicodedata.normalize("NFC", t) for t in texts]
rows = [json.loads(line) for line in open("cases.jsonl", encoding="utf-8", newline="\n")][:-1]
by_key = {r["key"]: r["words"] for r in rows}
wrong = [t for i, t in enumerate(want) if by_key[str(i + 1)] != t]
print("JSON Lines:", len(rows), "rows,", len(wrong), "texts changed", wrong)
numbers = [int(r["number"].split("/")[2]) for r in rows]
print("in order, none twice:", numbers == sorted(set(numbers)))
END
run python3 read.py

say "CSV: a mark of UTF-8, no cell that a spreadsheet would compute, count and hash beside it"
as clerk export cases --format csv --out cases.csv
head -c 3 cases.csv | od -An -tx1
run sed 's/^[0-9a-f]\{64\}/HASH/' cases.csv.sha256
run sha256sum -c cases.csv.sha256
cat >read_csv.py <<'END'
import csv, unicodedata
from texts import texts
rows = list(csv.reader(open("cases.csv", encoding="utf-8-sig", newline="")))
print(len(rows) - 1, "rows of", set(len(r) for r in rows), "cells")
bad = [c for r in rows for c in r if c[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") and c]
print("cells that begin a formula:", bad)
at, key = rows[0].index("words"), rows[0].index("key")
by_key = {r[key]: r[at] for r in rows[1:]}
for i, t in enumerate(texts[:10]):
	print(by_key[str(i + 1)])
same = [unicodedata.normalize("NFC", t) == by_key[str(i + 1)].removeprefix("'" if t[0] in "=+-@＝＋－＠" else "")
	for i, t in enumerate(texts)]
print("all texts are there:", all(same))
END
run python3 read_csv.py
as clerk export cases --format csv --from 2025-09-01 --to 2025-09-30 --past 98101/2025/1194

"$HOIAM" --as clerk export cases --limit 500 | tail -n 1 | cut -d, -f1
("$HOIAM" --as clerk export cases 2>&1 && echo "who reads has enough" >&2) 2>"$out.2" | head -n 1 | cut -c1-24
cat "$out.2"
"$HOIAM" --as clerk export cases >/dev/full 2>"$out.2"
echo "a full disk: $? $(cat "$out.2")"

# The first byte behind so many blocks of 512 kills the client.
killed_at() # BLOCKS WORDS...
{
	blocks=$1
	shift
	{
		(ulimit -f "$blocks" && exec "$HOIAM" --as clerk export cases "$@") >"$out.1"
		rc=$?
	} 2>"$out.2"
}

say "Killed in the middle of a row, the same command goes on; what is there in the end is the same"
for format in jsonl csv; do
	rm -f again again.*
	for blocks in 30 60 150; do
		killed_at $blocks --format $format --out again
		echo "killed: $rc, $(wc -c <again.part) bytes, $(ls again* | tr '\n' ' ')"
	done
	as clerk export cases --format $format --out again
	cmp again cases.$format && ls again*
done

say "Killed behind the trailer, and a part whose end never reached the disk"
for format in jsonl csv; do
	rm -f again again.*
	killed_at 30 --format $format --out again
	cp cases.$format again.part
	as clerk export cases --format $format --out again
	cmp again cases.$format && echo "the same"
	rm again
	killed_at 30 --format $format --out again
	head -c 60000 cases.$format >again.part
	head -c 9000 /dev/zero >>again.part
	as clerk export cases --format $format --out again
	cmp again cases.$format && echo "the same"
done

say "A part that is not of this export is left alone"
head -c 5000 cases.jsonl >other.part
as clerk export cases --out other
rm other.part
killed_at 64 --out other
as clerk export cases --format csv --out other
as clerk export cases --out other --from 2025-09-01
as eye export cases --out other
: >other.part
as eye export cases --out other --from 2025-09-01
grep -c 'việc số' other
as clerk export cases --out other

say "Words are for those who may read them; a sealed case tells where its paper is"
quiet clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-05
quiet clerk opinion add 98101/2025/1 --speaker "Lâm Thị Bích Oanh" --words "Rác sau chợ." --topic environment
quiet clerk opinion add 98101/2025/1 --kind TC --custodian 2 --paper 'Tủ 3, ngăn 2'
as clerk export cases --past 98101/2025/1200
as eye export cases --past 98101/2025/1200 --csv
as other export cases
as admin export cases

say "The journal: events of what one sees, and no words"
as clerk export journal --from 1000 --unit 98101 --verb opinion.add
as clerk export journal --from 1000 --number 98101/2025/1202
as other export journal
"$HOIAM" --as eye export journal --from 1000 --csv --verb opinion.add 2>&1 | clean |
	sed 's/^[0-9]*,\(TIME,.*,\)[0-9]*,HEX$/N,\1N,HEX/'
"$HOIAM" --as eye export journal --out journal.jsonl
grep -c 'Rác sau chợ\|Lâm Thị\|Lê Thị Bảy\|token' journal.jsonl
sed -n '$s/.*"rows":\([0-9]*\).*/\1/p' journal.jsonl >rows
[ "$(cat rows)" = "$(($(wc -l <journal.jsonl) - 1))" ] && echo "every row is counted"

say "watch: from the end, or from a place; it ends when it is told to, and waits for the daemon"
"$HOIAM" --as clerk watch --json >seen 2>&1 &
watch=$!
"$HOIAM" --as eye watch --json --verb case.classify --count 2 >seen.eye 2>&1 &
eye=$!
sleep 2
quiet clerk case classify 98101/2025/1201 --kind KN
quiet clerk case accept 98101/2025/1201
stop
sleep 1
start
quiet clerk case classify 98101/2025/3 --topic land
wait $eye
echo "counted two: $?"
sleep 2
kill -TERM $watch
wait $watch
echo "told to end: $?"
run grep -o '"verb":.*"state":"[A-Z]*"' seen
run grep -o '"verb":.*"state":"[A-Z]*"' seen.eye
"$HOIAM" --as clerk watch --from 1 --count 1 --verb opinion.add | clean | sed 's/[0-9]*	HEX$/N	HEX/'
COLUMNS=120 "$HOIAM" --as clerk watch --from 1 --count 1 --verb opinion.add --table | clean |
	sed 's/  [0-9]*  HEX$/  N  HEX/'

say "what cannot be"
as clerk export cases --format xml
as clerk export cases --unit 98102
as clerk export cases --from 2025-13-01
as clerk export cases --past x/y/z
as clerk export cases --out nowhere/cases.jsonl
as clerk export journal --from x
as clerk export journal --verb case.dance
as clerk watch --count 0
as clerk watch --unit nowhere
as clerk export
