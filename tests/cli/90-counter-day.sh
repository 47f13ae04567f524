# 90-counter-day.sh: a day at the counter: forty opinions typed at a terminal into `hoiam -`, in
# Vietnamese, with the mistakes of a tired clerk. Run by hand (sh tests/cli/run.sh tests/cli/90-counter-day.sh):
# what a pseudo-terminal is fed ahead of its reader may come out otherwise on a loaded machine.
command -v script >/dev/null || {
	echo "script(1) is missing"
	exit 77
}
[ -f "$HOIAM_LOCALE_DIR/vi/LC_MESSAGES/hoiam.mo" ] || {
	echo "the catalogue is not built"
	exit 77
}
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
HOIAM_LANG="vi"
COLUMNS=100
export HOIAM_LANG COLUMNS

# What is typed goes through a terminal, and its answers come back after each line.
session()
{
	cat >lines
	# shellcheck disable=SC2016
	script -qec 'stty -echo; exec "$HOIAM_PROGRAM" --as clerk -' /dev/null <lines 2>&1 |
		tr -d '\r' | sed 's/\^D//' | clean >answers
	# Each answer under its line.
	awk '
		NR == FNR { typed[++n] = $0; next }
		# Before the first prompt stands what the terminal echoed until it was told not to.
		!k && !/^hoiam> / { next }
		{
			while (sub(/^hoiam> /, "")) print "\nhoiam> " typed[++k]
			if ($0 != "") print
		}' lines answers
}

m=98101/2025/1
session <<END
hoiam meeting open --unit 98101 --kind regular_reception --day hôm-nay
meting open --unit 98101 --kind regular_reception --day 05/09/2025
meeting open --unit 98101 --kind tiếp-dân --day 05/09/2025
meeting open --unit 98101 --kind regular_reception --day 05/09/2025
opinion add $m --speaker Bùi Hữu Thoại --words Tôi hỏi sổ đỏ
opinion add $m --speaker "Bùi Hữu Thoại" --topic land --words "Tôi hỏi sổ đỏ nộp từ tháng 5."
opinion add $m --speaker “Trịnh Thị Loan” --topic compensation --words “Hai giá "đền bù" khác nhau.”
opinion add --speaker 'Lâm Thị Bích Oanh' --words 'Rác sau chợ.'
opinion add $m --speaker 'Lâm Thị Bích Oanh' --topic rác --words 'Rác sau chợ.'
opinion add $m --speaker 'Lâm Thị Bích Oanh' --topic moi_truong --words 'Rác sau chợ.'
opinion add $m --speaker 'Lâm Thị Bích Oanh' --topic environment --words 'Rác sau chợ.
opinion add $m --speaker 'Lâm Thị Bích Oanh' --topic environment --words 'Rác sau chợ.' --kind PHAN_ANH
opinion ad $m --speaker 'Tô Mạnh Kiên' --topic electricity --words 'Điện yếu buổi tối.'
opinion add $m --speaker 'Tô Mạnh Kiên' --topic electricity --words 'Điện yếu buổi tối.'
opinion add $m --speaker 'Giàng Thị Súa' --language hmn --topic health --words 'Trạm y tế mở cửa muộn.' --spoken 'Tsev kho mob qhib lig.'
opinion add $m --kind TC --words 'Tố cáo cán bộ nhận tiền.'
opinion add $m --kind TC
opinion add $m --kind TC --custodian 2 --paper 'Tủ 3, ngăn 2'
opinion add $m -words 'Đèn đường hỏng.'
opinion add $m --word 'Đèn đường hỏng.'
opinion add $m --words='Đèn đường hỏng.' topic:electricity
opinion add $m --words '   '
opinion add $m --words Nhầm
opinion void $m 8
opinion void $m 8 --ground nhầm
opinion void $m 8 --ground clerical_error
case lits
case list topic:electricity
case classify $m --kind KN
END

# The rest of the day, thirty-two more in a row.
i=9
while [ $i -le 40 ]; do
	echo "opinion add $m --speaker 'Người thứ $i' --topic roads --kind PHAN_ANH --words 'Đường lầy, chỗ thứ $i.'"
	i=$((i + 1))
done | session | tail -3

session <<END
minutes close $m --count 40
minutes close $m --count 39
meeting show $m
opinion list $m --limit 9
minutes close $m --count 40
exit
meeting list
END
stop
"$HOIAMD" verify "$store" | sed 's/.*: \(all well\)/\1/'
