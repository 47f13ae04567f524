/*
 * desk.h: the desk without its terminal and its server: what is shown, and what a key does. The
 * loop (special_desk.c) fetches what desk_wants asks for, and draws what desk_view gives.
 */
#ifndef HOIAM_CLIENTS_DESK_DESK_H
#define HOIAM_CLIENTS_DESK_DESK_H

#include "clients/desk/list.h"
#include "clients/desk/sheet.h"

#define DESK_WIDTH_LEAST  20u
#define DESK_HEIGHT_LEAST 5u

/* Keys: characters by their code point, others from here on. */
enum desk_key {
	DESK_KEY_NONE = 0x110000,
	DESK_KEY_UP,
	DESK_KEY_DOWN,
	DESK_KEY_PAGE_UP,
	DESK_KEY_PAGE_DOWN,
	DESK_KEY_HOME,
	DESK_KEY_END,
	DESK_KEY_LEFT,
	DESK_KEY_RIGHT,
	DESK_KEY_ENTER,
	DESK_KEY_ESCAPE,
	DESK_KEY_TAB,
	DESK_KEY_BACKSPACE
};

enum desk_mode {
	DESK_LIST,
	DESK_FILTER, /* the list, with the filter being typed */
	DESK_SHEET,  /* a case or a meeting */
	DESK_HELP
};

enum desk_wish {
	DESK_NOTHING,
	DESK_MORE,    /* the next page of desk_list() */
	DESK_OPEN,    /* what is under the cursor, into desk->sheet */
	DESK_REFRESH, /* all again, over a new line if the old one was cut */
	DESK_QUIT
};

struct desk {
	size_t width, height; /* of the screen */
	enum desk_mode mode;
	enum list_kind at;
	struct desk_list lists[LIST_KINDS];
	struct sheet sheet, help;
	enum desk_mode under;        /* the help */
	bool going_end;              /* G: to the last row, which is not loaded yet */
	bool cut;                    /* no line to the server */
	const struct labels *labels; /* of codes; may be NULL */
	char who[400];
	int64_t journal; /* entries and events; -1 not known */
	char notice[1100];
	bool alarm; /* the notice tells of an error */
};

void desk_init(struct desk *desk, size_t width, size_t height);
void desk_fini(struct desk *desk);
void desk_resize(struct desk *desk, size_t width, size_t height);

/* Who sits at it, for the header; what is too long is cut behind a whole character. */
void desk_name(struct desk *desk, struct text who);

/* How codes are called from here on; `labels` (or NULL) must live as long as the desk. */
void desk_label(struct desk *desk, const struct labels *labels);

/* The list in front. */
struct desk_list *desk_list(struct desk *desk);

/* What a key does, apart from what it changes in `desk`. */
enum desk_wish desk_press(struct desk *desk, uint32_t key);

/* DESK_MORE as long as a page is needed for what is on the screen. Ask again after each page. */
enum desk_wish desk_wants(struct desk *desk);

/* No more pages are coming for now. */
void desk_rest(struct desk *desk);

/* The sheet has been filled: show it, from its start or (again) where it was read. */
void desk_show_sheet(struct desk *desk, bool again);

/* A sentence for the footer, until the next key. */
void desk_say(struct desk *desk, bool alarm, const char *sentence);

/*
 * The screen: `height` lines; text lives in `a`. Returns the line where the terminal's own cursor
 * belongs, *column its cell.
 */
size_t desk_view(struct desk *desk, struct desk_line *lines, size_t *column, struct arena *a);

#endif
