# 46-officers.sh: officers change: owners of cases, a handover of 200, acting heads and vacant posts,
# a second device, a lost key, and the only administrator's key lost and replaced.
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
register --recovery-out "$dir/sheet"
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer chair leader 98101 "Quách Thị Lệ Quyên"
officer hoa handler 98101 "Nguyễn Thị Hoa"
officer binh handler 98101 "Trần Văn Bình"
officer sau processor 98101 "Vũ Văn Sáu"
officer other leader 98102 "Lò Văn Chín"
m=98101/2025/1

say "Acting heads, and posts without a holder"
as admin officer invite --role leader --unit 98101-KT --name "Hà Văn Mười" --acting PT --out x
as admin officer invite --role handler --unit 98101-KT --name "Hà Văn Mười" --acting KT --out x
as admin officer invite --role leader --unit 98101-KT --name "Hà Văn Mười" --acting Q --post "Q. Trưởng phòng" --out muoi.invitation
as chair post list
quiet muoi enrol muoi.invitation
as chair post list
as muoi whoami
as admin grant add 8 --role leader --unit 98101-VHXH --acting KT --post "Phó phòng" --from 2025-07-01 --until 2025-10-01
as chair post list --unit 98101
quiet admin key revoke "$("$HOIAM" --as admin officer show 8 --csv | sed -n 's/^\([0-9a-f]\{16\}\),active.*/\1/p')"
as chair post list --unit 98101-KT

say "An owner of a case: of its unit, with a role and a key"
as clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-09-10
n=1
set --
while [ $n -le 200 ]; do
	set -- "$@" --words "Việc thứ $n."
	n=$((n + 1))
done
quiet clerk opinion add $m "$@"
as sau case assign $m --owner 4
as sau case assign 98101/2025/9 --owner 1
as sau case assign 98101/2025/9 --owner 99
as sau case assign 98101/2025/9
as hoa case assign 98101/2025/9 --owner 4
n=2
while [ $n -le 200 ]; do
	echo "case assign 98101/2025/$n --owner 4"
	n=$((n + 1))
done >assign
"$HOIAM" --as sau - <assign >.answers 2>.errors
grep -c owner=4 .answers
"$HOIAM" --as hoa case list --owner mine --limit 500 | wc -l
as hoa case list --owner mine --limit 3
as hoa case list --owner hoa
as hoa case show 98101/2025/7

say "A role that ends leaves the case in the queue of its unit, at once"
as admin grant end 4 --grant 1
as chair case show 98101/2025/7
"$HOIAM" --as chair case list --owner 4 --limit 500 | wc -l
"$HOIAM" --as chair case list --owner none --limit 500 | wc -l
as chair case list --owner none --limit 2
as admin grant add 4 --role handler --unit 98101
"$HOIAM" --as chair case list --owner none --limit 500 | wc -l
as chair case list --owner 4 --limit 2

say "What is sent to another unit has no owner there"
as sau case classify 98101/2025/200 --kind KIEN_NGHI --topic water
as chair case refer 98101/2025/200 --to 98-BTD --document 12/CV
as chair case show 98101/2025/200
as sau case assign 98101/2025/200 --owner 4

say "Papers and drafts are in hand, too"
as clerk opinion add $m --kind TC --custodian 4 --paper "tủ 3, phòng 12"
as chair opinion add $m --words "Việc sau cùng."
quiet sau case assign 98101/2025/202 --owner 4
as clerk minutes close $m --count 202
quiet admin grant add 4 --role receptionist --unit 98101
quiet hoa conclusion draft $m --out page

say "Handing over: not to who cannot, not by who may not; then all of it"
as hoa officer handover 4 4
as hoa officer handover 4 99
as hoa officer handover 4 7
as binh officer handover 4 5
as admin officer handover 4 5 --day 2099-01-01
as admin officer handover 4 5
quiet admin grant add 5 --role receptionist --unit 98101
as admin officer handover 4 5 --reason "Nghỉ hưu" --out minutes.txt
sed -n "1,16p" minutes.txt | sed "s|journal: .*|journal: N|" | clean
sed -n '206,$p' minutes.txt | clean
stat -c %a minutes.txt
as admin officer handover 4 5 --out minutes.txt
as admin officer handover 4 5
"$HOIAM" --as binh case list --owner mine --limit 500 | wc -l
"$HOIAM" --as hoa case list --owner mine --limit 500 | wc -l
HOIAM_LANG=vi
as binh officer handover 5 4 --reason "Đổi lại" | sed -n "1,14p" | sed "s|nhật ký: .*|nhật ký: N|"
HOIAM_LANG=en
as chair case show 98101/2025/201
as chair case show 98101/2025/202

say "A second device of a known officer"
as admin officer invite --officer 4 --out second.invitation --name "Nguyễn Thị Hoa"
as admin officer invite --officer 4 --out second.invitation --role handler
as admin officer invite --out second.invitation --name "Nguyễn Thị Hoa"
as admin officer invite --out second.invitation --role handler
as admin officer invite --officer 99 --out second.invitation
as admin officer invite --officer 4 --out second.invitation
as hoa2 enrol second.invitation
"$HOIAM" --as hoa2 case list --owner mine --limit 500 | wc -l
as admin officer show 4

say "A lost key: revoked, then another by a new invitation"
key=$("$HOIAM" --as admin officer show 4 --csv | sed -n 's/^\([0-9a-f]\{16\}\),active.*/\1/p' | head -n 1)
as admin key revoke "$key" --reason "mất máy"
"$HOIAM" --as hoa whoami >.one 2>&1
"$HOIAM" --as hoa2 whoami >.two 2>&1
grep -lw E_KEY .one .two | wc -l
quiet admin officer invite --officer 4 --out third.invitation
as hoa3 enrol third.invitation

say "More than one change holds goes in two, and is one list"
quiet clerk meeting open --unit 98101 --kind dialogue_regular --day 2025-10-10
n=1
set --
while [ $n -le 200 ]; do
	set -- "$@" --words "Việc thứ $n."
	n=$((n + 1))
done
quiet clerk opinion add 98101/2025/2 "$@"
quiet clerk opinion add 98101/2025/2 "$@"
n=203
while [ $n -le 602 ]; do
	echo "case assign 98101/2025/$n --owner 4"
	n=$((n + 1))
done >assign
"$HOIAM" --as sau - <assign >.answers 2>.errors
grep -c owner=4 .answers
as admin officer handover 4 5 --out big.txt
grep -cx 'Entries of the journal: [0-9]* [0-9]*' big.txt
grep -c '^ *[0-9]*  98101/2025/[0-9]*  recorded  98101' big.txt
"$HOIAM" --as binh case list --owner mine --limit 500 | wc -l
"$HOIAM" --as binh case list --owner mine | wc -l

say "The last administrator is not taken away"
mine=$("$HOIAM" --as admin officer show 1 --csv | sed -n 's/^\([0-9a-f]\{16\}\),active.*/\1/p')
as admin key revoke "$mine"
as admin grant end 1 --grant 1
as admin grant end 1 --grant 1 --until 2099-01-01

say "The only administrator's key is lost"
mv home/hoiam/admin.key lost.key
as admin whoami
as chair recovery show
as binh recover sheet --name "Lê Thị Bảy" --out bay.invitation
as chair recover sheet
as chair recover sheet --name "Lê Thị Bảy"
as chair recover sheet --out bay.invitation
sed 's/^secret: ..../secret: 0000/' sheet >wrong
as chair recover wrong --name "Lê Thị Bảy" --out bay.invitation
sed 's/^register: ..../register: 0000/' sheet >wrong
as chair recover wrong --name "Lê Thị Bảy" --out bay.invitation
sed 's/^secret: ..../secret: zz/' sheet >wrong
as chair recover wrong --name "Lê Thị Bảy" --out bay.invitation
ls | grep -c '^bay'

say "One leader proposes, another agrees"
as chair recover sheet --name "Lê Thị Bảy" --out bay.invitation
stat -c '%a %n' bay.invitation bay.invitation.sheet
as chair recover sheet --yes
as other recovery show
as other recover sheet
as other recover sheet --yes
as other recover sheet --yes
as bay enrol bay.invitation
as bay officer list
as bay key revoke "$mine" --reason "mất khóa"
mv lost.key home/hoiam/admin.key
as admin whoami
as chair recover sheet --name "Lê Thị Bảy" --out again.invitation
as chair recover bay.invitation.sheet --name "Lê Thị Tám" --out again.invitation
as bay journal list --verb recover

say "Unknown input is named"
as sau case assign 98101/2025/9 --officer 4
as sau case assign 98101/2025/9 --owner four
as chair case list --owner 0
as chair post list --unit 98999
as admin officer handover 4
as chair recover

say "all that is in the register is as it was signed"
stop
run "$HOIAMD" verify "$store"
