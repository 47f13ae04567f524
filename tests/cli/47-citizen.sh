# 47-citizen.sh: the citizen's receipt and word; a body that answers on paper alone.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer leader leader 98101 "Quách Thị Lệ Quyên"
officer processor processor 98101 "Lý Văn Sú"
officer auditor auditor 98 "Lã Viết Thuần"
m=98101/2025/1

say "Three opinions; the first citizen gets a receipt"
as clerk meeting open --unit 98101 --kind regular_reception --day 2025-09-10
as clerk opinion add $m --speaker "Lò Thị Mẩy" --words "Đường vào bản lầy." --speaker "Bùi Hữu Thoại" --words "Cột điện nghiêng." \
	--speaker "Vương Tấn Lợi" --words "Nước bẩn."
as auditor case receipt 98101/2025/1
secret=$("$HOIAM" --as clerk case receipt 98101/2025/1 | cut -f2)
[ ${#secret} -eq 14 ] && echo "a secret of 14 signs"
other=$("$HOIAM" --as clerk case receipt 98101/2025/2 | cut -f2)

say "At the counter, without an account: how does it stand?"
nobody() # shows "$ hoiam ..." of one who has no key
{
	printf '%s\n' "\$ hoiam status $1 $2"
	XDG_CONFIG_HOME=$dir/nobody "$HOIAM" status "$1" "$3" > "$out" 2> "$out.err" < "${4:-/dev/null}"
	code=$?
	clean < "$out"
	clean < "$out.err" | sed 's/^/2> /'
	echo "exit $code"
	echo
}
nobody 98101/2025/1 SECRET "$secret"
nobody 98101/2025/1 "SECRET, in small letters" "$(echo "$secret" | tr A-Z a-z | tr -d -)"
printf '%s\n' "$secret" > typed
nobody 98101/2025/1 - - typed
nobody 98101/2025/1 "the secret of another" "$other"
nobody 98101/2025/99 SECRET "$secret"
nobody 1 SECRET "$secret"
nobody nonsense x x
HOIAM_LANG=vi nobody 98101/2025/1 SECRET "$secret"
as clerk status 98101/2025/1

say "It is answered; the citizen is not satisfied, and the case is taken up again"
as processor case classify 98101/2025/1 --kind KIEN_NGHI --day 2025-09-15
as leader case resolve 98101/2025/1 --outcome done --text "Đã rải đá." --day 2025-09-20
as clerk case feedback 98101/2025/1 --word satisfied --day 2025-09-22
as clerk case notify 98101/2025/1 --channel spoken --day 2025-09-22
nobody 98101/2025/1 SECRET "$secret"
as clerk case feedback 98101/2025/1 --word bored
as clerk case feedback 98101/2025/1 --word unsatisfied --words "Mới rải một nửa." --day 2025-09-25
as clerk case feedback 98101/2025/1 --word unsatisfied --day 2025-09-26
nobody 98101/2025/1 SECRET "$secret"
as clerk case list --state classified
as processor case reopen 98101/2025/1 --words "Có tình tiết mới."
as auditor rate resolution --from 2025-01-01 --to 2025-12-31

say "A body outside: its acknowledgement and its answer come on paper"
as admin unit add --code EVN --name "Điện lực" --kind outside --level province --from 2020-01-01
as admin grant add 1 --role handler --unit EVN
as processor case classify 98101/2025/2 --kind KIEN_NGHI
as leader case refer 98101/2025/2 --to EVN --document 7/CV-UBND --day 2025-09-12
as clerk case acknowledge 98101/2025/2 --day 2025-09-15
as clerk case acknowledge 98101/2025/2 --day 2025-09-15 --behalf EVN
as clerk case acknowledge 98101/2025/2 --day 2025-09-15 --behalf EVN --document 88/EVN
as clerk case notify 98101/2025/2 --channel spoken --behalf EVN
as clerk case resolve 98101/2025/2 --day 2025-09-20 --outcome done --text "Đã dựng lại cột." --behalf EVN --document 91/EVN
as clerk case classify 98101/2025/3 --kind KIEN_NGHI --behalf 98101
as processor case classify 98101/2025/3 --kind KIEN_NGHI --behalf 98102
as clerk case show 98101/2025/2

say "all that is in the register is as it was signed"
stop
run "$HOIAMD" verify "$store"
