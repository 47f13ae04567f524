/* desk.c: what a key does. */
#include "clients/desk/desk.h"

#include "clients/desk/desk_part.h"
#include "proto/text.h"

#include <stdio.h>

enum { CTRL_D = 4, CTRL_U = 21, DELETE = 127 };

void desk_init(struct desk *desk, size_t width, size_t height)
{
	*desk = (struct desk){ .journal = -1 };
	for (enum list_kind kind = LIST_CASES; kind < LIST_KINDS; kind++)
		desk->lists[kind].kind = kind;
	desk_fill_help(&desk->help);
	desk_resize(desk, width, height);
}

void desk_fini(struct desk *desk)
{
	for (enum list_kind kind = LIST_CASES; kind < LIST_KINDS; kind++)
		list_fini(&desk->lists[kind]);
	sheet_fini(&desk->sheet);
	sheet_fini(&desk->help);
}

struct desk_list *desk_list(struct desk *desk)
{
	return &desk->lists[desk->at];
}

/* Rows for the list or the text. */
static size_t body_height(const struct desk *desk)
{
	size_t around =
		desk->mode == DESK_LIST || desk->mode == DESK_FILTER ? LIST_AROUND : SHEET_AROUND;
	return desk->height > around ? desk->height - around : 0;
}

static struct sheet *sheet_in_front(struct desk *desk)
{
	return desk->mode == DESK_HELP ? &desk->help : &desk->sheet;
}

static void settle(struct desk *desk)
{
	if (desk->mode == DESK_LIST || desk->mode == DESK_FILTER) {
		list_settle(desk_list(desk), body_height(desk));
		return;
	}
	sheet_wrap(sheet_in_front(desk), desk->width);
	sheet_move(sheet_in_front(desk), 0, body_height(desk));
}

void desk_name(struct desk *desk, struct text who)
{
	size_t n = who.n;
	if (n >= sizeof(desk->who)) {
		n = sizeof(desk->who) - 1;
		while (n > 0 && ((uint8_t)who.p[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(desk->who, who.p, n);
	desk->who[n] = '\0';
}

void desk_label(struct desk *desk, const struct labels *labels)
{
	desk->labels = labels;
	for (enum list_kind kind = LIST_CASES; kind < LIST_KINDS; kind++)
		desk->lists[kind].labels = labels;
}

void desk_resize(struct desk *desk, size_t width, size_t height)
{
	desk->width = width;
	desk->height = height;
	settle(desk);
}

void desk_say(struct desk *desk, bool alarm, const char *sentence)
{
	snprintf(desk->notice, sizeof(desk->notice), "%s", sentence);
	desk->alarm = alarm;
}

void desk_show_sheet(struct desk *desk, bool again)
{
	desk->mode = DESK_SHEET;
	if (!again)
		desk->sheet.top = 0;
	settle(desk);
}

/* Moving: the same keys in lists and texts. */

static bool steps_of(const struct desk *desk, uint32_t key, long *rows)
{
	long page = body_height(desk) > 1 ? (long)body_height(desk) - 1 : 1;
	long half = page > 1 ? page / 2 : 1;
	switch (key) {
	case 'j':
	case DESK_KEY_DOWN:
		*rows = 1;
		return true;
	case 'k':
	case DESK_KEY_UP:
		*rows = -1;
		return true;
	case ' ':
	case DESK_KEY_PAGE_DOWN:
		*rows = page;
		return true;
	case DESK_KEY_PAGE_UP:
		*rows = -page;
		return true;
	case CTRL_D:
		*rows = half;
		return true;
	case CTRL_U:
		*rows = -half;
		return true;
	case 'g':
	case DESK_KEY_HOME:
		*rows = -INT32_MAX;
		return true;
	case 'G':
	case DESK_KEY_END:
		*rows = INT32_MAX;
		return true;
	default:
		return false;
	}
}

static bool is_back(uint32_t key)
{
	return key == 'q' || key == 'h' || key == DESK_KEY_ESCAPE || key == DESK_KEY_LEFT;
}

static bool is_open(uint32_t key)
{
	return key == 'l' || key == DESK_KEY_ENTER || key == DESK_KEY_RIGHT;
}

static void show_help(struct desk *desk)
{
	desk->under = desk->mode;
	desk->mode = DESK_HELP;
	desk->help.top = 0;
	settle(desk);
}

/* A text in front. */
static enum desk_wish press_in_sheet(struct desk *desk, uint32_t key)
{
	long rows = 0;
	if (steps_of(desk, key, &rows))
		sheet_move(sheet_in_front(desk), rows, body_height(desk));
	else if (is_back(key) || (desk->mode == DESK_HELP && key == '?')) {
		desk->mode = desk->mode == DESK_HELP ? desk->under : DESK_LIST;
		settle(desk);
	} else if (desk->mode == DESK_SHEET && key == '?')
		show_help(desk);
	else if (desk->mode == DESK_SHEET && key == 'r')
		return DESK_REFRESH;
	return DESK_NOTHING;
}

/* The filter: what is typed so far is in force at once. */

static void set_filter(struct desk *desk, const char *words, size_t n)
{
	list_filter(desk_list(desk), (struct text){ words, n });
	settle(desk);
}

static size_t put_utf8(uint32_t c, char out[static 4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t leads[] = { 0xc0, 0xe0, 0xf0 };
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(leads[n - 2] | c);
	return n;
}

static void type_in_filter(struct desk *desk, uint32_t key)
{
	struct desk_list *list = desk_list(desk);
	char words[LIST_FILTER_MAX + 4];
	size_t n = list->filter_bytes;
	if (key < ' ' || (key >= DELETE && key < 0xa0) || key >= DESK_KEY_NONE)
		return;
	memcpy(words, list->filter, n);
	n += put_utf8(key, words + n);
	if (n <= LIST_FILTER_MAX)
		set_filter(desk, words, n);
}

static void rub_out(struct desk *desk)
{
	struct desk_list *list = desk_list(desk);
	size_t n = list->filter_bytes;
	while (n > 0 && ((uint8_t)list->filter[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0)
		set_filter(desk, list->filter, n - 1);
}

static enum desk_wish press_in_filter(struct desk *desk, uint32_t key)
{
	if (key == DESK_KEY_ENTER || key == DESK_KEY_UP || key == DESK_KEY_DOWN)
		desk->mode = DESK_LIST;
	else if (key == DESK_KEY_ESCAPE) {
		set_filter(desk, "", 0);
		desk->mode = DESK_LIST;
	} else if (key == DESK_KEY_BACKSPACE || key == DELETE || key == '\b')
		rub_out(desk);
	else if (key == CTRL_U)
		set_filter(desk, "", 0);
	else
		type_in_filter(desk, key);
	return DESK_NOTHING;
}

/* A list in front. */

static enum desk_wish leave_list(struct desk *desk, uint32_t key)
{
	if (key == 'q')
		return DESK_QUIT;
	if (desk_list(desk)->filter_bytes > 0)
		set_filter(desk, "", 0);
	return DESK_NOTHING;
}

static enum desk_wish press_in_list(struct desk *desk, uint32_t key)
{
	long rows = 0;
	if (steps_of(desk, key, &rows)) {
		desk->going_end = rows == INT32_MAX;
		list_move(desk_list(desk), rows);
	} else if (is_back(key))
		return leave_list(desk, key);
	else if (is_open(key))
		return list_number(desk_list(desk)).n > 0 ? DESK_OPEN : DESK_NOTHING;
	else if (key == DESK_KEY_TAB)
		desk->at = desk->at == LIST_CASES ? LIST_MEETINGS : LIST_CASES;
	else if (key == '/')
		desk->mode = DESK_FILTER;
	else if (key == '?')
		show_help(desk);
	else if (key == 'r')
		return DESK_REFRESH;
	settle(desk);
	return DESK_NOTHING;
}

enum desk_wish desk_press(struct desk *desk, uint32_t key)
{
	if (key == DESK_KEY_NONE)
		return DESK_NOTHING;
	desk->notice[0] = '\0';
	desk->alarm = false;
	switch (desk->mode) {
	case DESK_LIST:
		return press_in_list(desk, key);
	case DESK_FILTER:
		return press_in_filter(desk, key);
	case DESK_SHEET:
	case DESK_HELP:
		break;
	}
	return press_in_sheet(desk, key);
}

enum desk_wish desk_wants(struct desk *desk)
{
	struct desk_list *list = desk_list(desk);
	settle(desk);
	if (desk->mode != DESK_LIST || desk->cut || !list_has_more(list))
		return DESK_NOTHING;
	if (desk->going_end)
		list_move(list, INT32_MAX);
	bool near = list->cursor + body_height(desk) >= list->shown_count;
	return !list->loaded || near ? DESK_MORE : DESK_NOTHING;
}

void desk_rest(struct desk *desk)
{
	if (desk->going_end)
		list_move(desk_list(desk), INT32_MAX);
	desk->going_end = false;
	settle(desk);
}
