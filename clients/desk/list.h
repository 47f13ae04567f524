/* list.h: the rows of one list as far as they are loaded, what the filter leaves of them, and where
 * the cursor stands. */
#ifndef HOIAM_CLIENTS_DESK_LIST_H
#define HOIAM_CLIENTS_DESK_LIST_H

#include "clients/desk/line.h"
#include "clients/label.h"
#include "clients/reply.h"

enum list_kind { LIST_CASES, LIST_MEETINGS, LIST_KINDS };

#define LIST_ROWS_MAX    50000u /* loaded at most */
#define LIST_COLUMNS_MAX 8u
#define LIST_FILTER_MAX  120u /* bytes */

struct desk_list {
	enum list_kind kind;
	const struct labels *labels; /* of codes; may be NULL */
	struct reply reply;          /* pages are added to it; then list_take */
	bool loaded;                 /* its first page has come */
	size_t row_count;
	size_t overdue, today; /* of the rows loaded */
	struct text *folded;   /* each row, for the filter */
	size_t *shown;         /* rows that the filter leaves */
	size_t shown_count, room;
	size_t cursor; /* among those shown */
	size_t top;    /* the first on the screen */
	size_t widths[LIST_COLUMNS_MAX];
	char filter[LIST_FILTER_MAX + 1];
	size_t filter_bytes;
};

/* Zero-initialised but for its kind is an empty list. */
void list_fini(struct desk_list *list);

/* After a page has been added to `reply`. */
void list_take(struct desk_list *list);

/* Are there more rows than are loaded, and may they be loaded? */
bool list_has_more(const struct desk_list *list);

/* Filters by words: rows that hold them all, whatever case and marks. Empty: all rows. */
void list_filter(struct desk_list *list, struct text words);

/* Moves the cursor, as far as there are rows. */
void list_move(struct desk_list *list, long rows);

/* Sees to it that the cursor is among the rows on a screen of so many. */
void list_settle(struct desk_list *list, size_t height);

/* The number of the case or meeting under the cursor, empty when there is none. */
struct text list_number(const struct desk_list *list);

/* The meeting under the cursor has a conclusion, or a draft of one. */
bool list_has_conclusion(const struct desk_list *list);

/* Puts the cursor where it was in another load of the same list. */
void list_follow(struct desk_list *list, const struct desk_list *before);

/* Its lines: the headings, and the row at a place of `shown`. Text lives in `a`. */
struct text list_heading(const struct desk_list *list, size_t width, struct arena *a);
struct desk_line list_line(
	const struct desk_list *list, size_t shown, size_t width, struct arena *a);

#endif
