/* sheet.h: a text that is read from top to bottom: a case, a meeting with its conclusion, the
 * help. */
#ifndef HOIAM_CLIENTS_DESK_SHEET_H
#define HOIAM_CLIENTS_DESK_SHEET_H

#include "clients/desk/line.h"
#include "clients/label.h"
#include "clients/reply.h"

struct sheet_line {
	struct text text;
	size_t indent, hang; /* cells before its first line, and before those it is broken into */
	enum desk_look look;
};

/* A line as it is broken for a width. */
struct sheet_row {
	size_t line, at, n; /* bytes of the line's text */
};

/* Zero-initialised is empty. */
struct sheet {
	struct arena arena;
	struct sheet_line *lines;
	size_t line_count, line_room;
	struct sheet_row *rows;
	size_t row_count, row_room;
	size_t width; /* for which the rows are; 0: none yet */
	size_t top;
};

void sheet_fini(struct sheet *sheet);

/* Adds a line of text; it is copied, control characters become spaces. */
void sheet_add(struct sheet *sheet, struct sheet_line line);

/* Adds text of several lines, each with this indent. */
void sheet_add_block(struct sheet *sheet, struct text text, size_t indent);

/* Adds tables: facts one under the other, rows of others as paragraphs. */
void sheet_add_reply(struct sheet *sheet, const struct reply *reply, int zone_minutes,
	const struct labels *labels);

/* Breaks the lines for a width, between words where it can be; keeps the place that is read. */
void sheet_wrap(struct sheet *sheet, size_t width);

/* Scrolls by rows on a screen of so many, as far as there is text. */
void sheet_move(struct sheet *sheet, long rows, size_t height);

/* A row as a line; empty past the end. */
struct desk_line sheet_row(const struct sheet *sheet, size_t row, struct arena *a);

#endif
