# 20-exit-codes.sh: every exit code is met, errors are one line on stderr, tables come in four forms,
# and what a hand may get wrong is told with its place.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"

# Some lines on standard input.
batch() # NAME
{
	cat >"$out.in"
	printf '\n%s$ hoiam - <<END\n' "$1"
	cat "$out.in"
	echo END
	"$HOIAM" --as "$1" - <"$out.in" >"$out.1" 2>"$out.2"
	rc=$?
	clean <"$out.1"
	clean <"$out.2" | sed 's/^/2> /'
	echo "exit $rc"
}

# A text from bytes that a script cannot hold as they are.
bytes() # FORMAT
{
	# shellcheck disable=SC2059
	printf "$1"
}

say "Before there is a key, or a daemon"
echo '$ hoiam case list'
run "$HOIAM" case list

register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer handler handler 98101-KT "Đậu Khắc Triều"
officer other receptionist 98102 "Hà Văn Thung"
officer processor processor 98101 "Phùng Nhật Lân"

say "Keys"
echo '$ hoiam whoami'
run "$HOIAM" whoami
as nobody whoami
as .hidden whoami
for mode in 644 600; do
	echo 'another passphrase' >wrong
	chmod $mode wrong
	(
		HOIAM_PASSPHRASE_FILE=wrong
		as clerk whoami
	)
done

say "0: done"
as clerk meeting open --unit 98101 --kind dialogue_regular --day 10/09/2025 --venue "Nhà văn hóa, thôn Chợ Mới"
as clerk opinion add 98101/2025/1 --words "Rác sau chợ ùn lại." --summary '=1+1, "rác"' --topic environment \
	--words "Đường lầy." --speaker "Lường Văn Phanh"
as clerk minutes close 1/2025 --count 2
as clerk minutes close 98101/2025/1 --count 2
as clerk meeting list
echo '$ hoiam --help'
run "$HOIAM" --help | sed -n '1,2p; /case list/p; $p'
echo '$ hoiam help case'
run "$HOIAM" help case | sed -n '1,3p; $p'
for words in 'case list --help' 'help case merge' 'conclusion draft --help' 'help'; do
	echo "$ hoiam $words"
	# shellcheck disable=SC2086
	run "$HOIAM" $words | sed -n '1p; $p'
done
echo '$ hoiam --version'
run "$HOIAM" --version | sed 's/^hoiam [0-9].*/hoiam N/'

say "1: refused"
as clerk minutes close 98101/2025/1 --count 2
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2099-01-01
as clerk opinion add 98101/2025/1 --words-file nothing.txt
as clerk meeting open --unit 985 --kind dialogue_regular --day 2025-09-10

say "2: usage"
echo '$ hoiam'
run "$HOIAM"
as clerk case
as clerk
as clerk case lits
as clerk meting list
as clerk frobnicate
as clerk case frobnicate
as clerk case list --colour red
as clerk case list colour:red
as clerk case list --state
as clerk case list --stat pending
as clerk case list -state pending
as clerk meeting list --state NONE
as clerk case list --satte pending
as clerk case list satte:pending
as clerk opinion add 98101/2025/1 --word "Lời"
as clerk case list state:NONE
as clerk case list kind:XX
as admin officer invite --role clerk --unit 98101 --name "Hà Văn Thung" --out inv
as admin officer invite --role handler --unit 98101 --name "Hà Văn Thung" --at 192.0.2.1 --out inv
as clerk case show
as clerk case show 98101/2025/1 98101/2025/2
as clerk case show 98101/2025/one
as clerk case show --number 98101/2025/1 --number 98101/2025/2
as clerk --rid 1234 case classify 98101/2025/1
as clerk case list --limit many
as clerk case list --limit 100000
as clerk case list --due 31/02/2026
as clerk case list --due 2026-13-01
as clerk case list --due 1/9/2025
as clerk case list --due tomorrow
as clerk meeting open --unit "98 101" --kind dialogue_regular --day 2025-09-10
as clerk meeting open --unit 98101 --kind đối_thoại --day 2025-09-10
as clerk meeting open --unit 98101 --kind talk --day 2025-09-10
as clerk meeting open --unit 98101 --day 2025-09-10
as clerk meeting record

say "2: texts that are refused, with field and offset"
as clerk opinion add 98101/2025/1 --words "$(bytes 'Có \033[31mmàu')"
as clerk opinion add 98101/2025/1 --words "$(bytes 'dấu \342\200\256 ngược')"
as clerk opinion add 98101/2025/1 --words "$(bytes 'không\342\200\213rộng')"
as clerk opinion add 98101/2025/1 --words "$(bytes 'kh\303\050ng')"
as clerk opinion add 98101/2025/1 --speaker "$(bytes 'Hai\ndòng')" --words "Lời"
as clerk opinion add 98101/2025/1 --words ""
as clerk opinion add 98101/2025/1 --words "   "
long=$(printf '%0300d' 0)
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-10 --venue "$long$long$long$long" |
	sed 's/00000*/0…0/'
as clerk meeting open --unit "$long" --kind dialogue_regular --day 2025-09-10 | sed 's/00000*/0…0/g'
echo 'Decomposed letters are composed:'
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-11 \
	--venue "$(bytes 'Nha\314\200 va\314\206n ho\314\201a')"
as clerk meeting show 98101/2025/2

say "3: not found, or not visible"
as clerk case show 98101/2025/99
as clerk meeting show 98101/2024/1
as clerk conclusion issue "$demo/conclusion-1.txt"
as other case show 98101/2025/1
as other meeting show 98101/2025/1
as clerk unit list --unit 77777
as other case classify 98101/2025/1 --kind KN

say "4: not allowed on what one sees"
as clerk case classify 98101/2025/1 --kind PHAN_ANH
as clerk officer list
as clerk unit end 98101 --until 2026-01-01
as handler rate inclusion --unit 98101 --from 2025-09-01 --to 2025-09-30
as clerk conclusion sign 98101/2025/1 --version 1 --content "$(printf '%064d' 0)"

say "5: conflict"
as clerk opinion add 98101/2025/1 --first 9 --words "Lời"
as clerk opinion add 98101/2025/1 --words "Lời" --words "Lời" --topic rác
as admin unit add 98101 --name Again --kind office --level commune --from 2025-07-01
as clerk conclusion draft 98101/2025/1 --out draft.txt
as clerk conclusion draft 98101/2025/1 --out draft.txt
rid=01234567-89ab-7def-8123-456789abcdef
as processor --rid $rid case classify 98101/2025/1 --kind PHAN_ANH
as processor --rid $rid case classify 98101/2025/1 --kind PHAN_ANH
as processor --rid $rid case classify 98101/2025/2 --kind PHAN_ANH --topic roads
as clerk case list

say "The forms of a table"
as clerk case list --json
as clerk case list --csv | tr '\r' '$'
as clerk meeting show 98101/2025/1 --csv | tr '\r' '$'
COLUMNS=80
export COLUMNS
as clerk case list --table
as clerk meeting show 98101/2025/1 --table
unset COLUMNS
as clerk opinion add 98101/2025/2 --words "Đèn hỏng." --json
as clerk opinion add 98101/2025/2 --words "Loa hỏng." --csv | tr '\r' '$'
as clerk case show 98101/2025/99 --json
as clerk case frobnicate --json

say "Many commands at once: the first that fails ends it"
batch clerk <<'END'
# a comment, and a blank line

meeting list --limit 1
opinion add 98101/2025/2 --words 'Lời có "dấu" và \ sổ' --speaker "Tô \"Mạnh\" Kiên"
case show 98101/2025/99
meeting list
END
batch clerk <<'END'
case list
case lits
END
batch clerk <<'END'
meeting show '98101/2025/2
END
batch clerk <<'END'
hoiam opinion add 98101/2025/2 --speaker “Trịnh Thị Loan” --words “Hai giá "đền bù" khác nhau.”
opinion add 98101/2025/2 --words “không có dấu đóng
END
batch clerk <<'END'
opinion add 98101/2025/2 --words-file -
END
batch clerk </dev/null

say "A line that was silent for too long is opened again"
stop
echo 'idle_ms: 300' >"$store/hoiamd.conf"
chmod 600 "$store/hoiamd.conf"
start
{
	echo 'case list --limit 1'
	sleep 1
	echo 'case list --limit 1'
	sleep 1
	echo 'opinion add 98101/2025/2 --words Lời'
} | "$HOIAM" --as clerk - 2>&1 | clean

say "6: the daemon is not there"
stop
as clerk case list
as clerk case list --json
batch clerk <<'END'
case list
END
HOIAM_SOCKET=/$long/hoiamd.sock
as clerk case list | sed 's/00000*/0…0/'
