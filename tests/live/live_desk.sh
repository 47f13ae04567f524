#!/bin/sh
# live_desk.sh: the desk in a real terminal (tmux): pending cases, one of them opened, the filter,
# unfinished conclusions, help, sizes from 20x5 to 200x60, a daemon that goes and comes back.
set -u
command -v tmux >/dev/null || {
	echo "skipped: tmux is missing"
	exit 77
}
[ -f "$HOIAM_LOCALE_DIR/vi/LC_MESSAGES/hoiam.mo" ] || {
	echo "skipped: the catalogue is not built"
	exit 77
}
folder=$(mktemp -d) || exit 99
cd "$folder" || exit 99
. "$HOIAM_SOURCE_ROOT/tests/lib/cli.sh"
terminal="tmux -L hoiam-$$ -f /dev/null"
finish()
{
	$terminal kill-server 2>/dev/null
	cleanup
	cd / && rm -rf "$folder"
}
trap finish EXIT

screen()
{
	$terminal capture-pane -p -t desk
}

# Wait until the screen shows, or no longer shows, some words.
shows() # WORDS
{
	n=0
	until screen 2>/dev/null | grep -qF -- "$1"; do
		n=$((n + 1))
		[ $n -lt 200 ] || {
			echo "the screen does not show: $1"
			screen
			exit 1
		}
		sleep 0.1
	done
	echo "shown: $1"
}

hides() # WORDS
{
	n=0
	while screen | grep -qF -- "$1"; do
		n=$((n + 1))
		[ $n -lt 200 ] || {
			echo "the screen still shows: $1"
			screen
			exit 1
		}
		sleep 0.1
	done
	echo "gone: $1"
}

press() # KEYS...
{
	$terminal send-keys -t desk "$@"
}

# A new size and what it shows. A change that comes just before the desk waits for a key is seen with
# that key: one without a meaning is pressed now and then.
resized() # WIDTH HEIGHT WORDS
{
	$terminal resize-window -t desk -x "$1" -y "$2"
	size=$1x$2
	shift 2
	n=0
	until screen >"$folder/shown" 2>/dev/null && grep -qF -- "$1" "$folder/shown"; do
		n=$((n + 1))
		[ $n -lt 200 ] || {
			echo "not as it should be at $size: $1"
			screen
			exit 1
		}
		[ $((n % 10)) -ne 0 ] || press x
		sleep 0.1
	done
	echo "at $size: $1"
}

register
officer clerk receptionist 98101 "Đoàn Thị Kim Duyên"
officer leader leader 98101 "Nguyễn Hữu Tường"
quiet clerk meeting record "$demo/minutes-1.txt"
quiet clerk conclusion draft 98101/2026/1 --out draft.txt
HOIAM_LANG=vi
export HOIAM_LANG
$terminal new-session -d -s desk -x 110 -y 30 "COLUMNS=300 $HOIAM --as leader desk; echo ended \$?; sleep 60"

shows "Nguyễn Hữu Tường"
shows "[Vụ việc đang chờ]"
shows "98101/2026/1"
press Enter
shows "đơn vị"
shows "người nói"
press q
shows "[Vụ việc đang chờ]"
press j j k G g Down Up NPage PPage End Home
press /
press -l "cho"
shows "/cho"
press Enter
press Escape
press /
press -l "khôngcónhưvậy"
hides "98101/2026/1 "
press Escape
shows "98101/2026/1"
press Tab
shows "[Kết luận chưa xong]"
shows "98101/2026/1"
press l
shows "Hội trường Ủy ban nhân dân xã Thanh Hòa"
press h
shows "[Kết luận chưa xong]"
press '?'
shows "danh sách kia"
press q
press Tab
shows "[Vụ việc đang chờ]"
press BSpace Left Right q

# Each size has words of its own, so that none is taken for the one before.
resized 10 3 "quá nhỏ"
resized 20 5 "98101/2026/"
resized 10 3 "quá nhỏ"
resized 40 10 "[Vụ việc đang chờ]"
resized 200 60 "Đề nghị trả lời về hồ sơ cấp giấy chứng nhận quyền sử dụng đất nộp từ"
shows "nhật ký"
resized 10 3 "quá nhỏ"
resized 40 10 "[Vụ việc đang chờ]"
hides "nhật ký"
press Enter
shows "lĩnh vực"
press G
hides "lĩnh vực"
press q
shows "[Vụ việc đang chờ]"
resized 110 30 "nhật ký"

stop KILL
press r
shows "máy chủ"
start
press r
shows "98101/2026/1"
hides "đã bị cắt"

press q
shows "ended 0"
