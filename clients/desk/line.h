/* line.h: lines of the desk's screen: text cut to the cells there are, and how it is to look. */
#ifndef HOIAM_CLIENTS_DESK_LINE_H
#define HOIAM_CLIENTS_DESK_LINE_H

#include "proto/arena.h"
#include "proto/pack.h"

/* A look is never the only sign of what it says. */
enum desk_look {
	LOOK_PLAIN,
	LOOK_HEADER,
	LOOK_TITLE,
	LOOK_TODAY,
	LOOK_OVERDUE,
	LOOK_FOOTER,
	LOOK_ALARM
};

struct desk_line {
	struct text text; /* fits the screen; no control character */
	enum desk_look look;
	bool chosen; /* the cursor stands here */
};

/* A line in the making. */
struct line_pen {
	struct writer text;
	size_t cells, width; /* used, of all */
};

void line_begin(struct line_pen *pen, size_t width);

/* Text as far as it fits; "…" stands for what does not. */
void line_put(struct line_pen *pen, struct text text);

/* Text in a field of so many cells, filled up with spaces. */
void line_field(struct line_pen *pen, struct text text, size_t cells, bool right);

/* Spaces up to a cell. */
void line_to(struct line_pen *pen, size_t cell);

/* The line, in `a`. */
struct text line_end(struct line_pen *pen, struct arena *a);

#endif
