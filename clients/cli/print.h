/*
 * print.h: answers on standard output. On a terminal: aligned, with headings, in the user's
 * language. TABS: a row a line, no heading, nothing cut or translated. CSV: RFC 4180. JSON:
 * print_json.h.
 */
#ifndef HOIAM_CLIENTS_CLI_PRINT_H
#define HOIAM_CLIENTS_CLI_PRINT_H

#include "clients/cli/session.h"
#include "clients/label.h"

#include <stdio.h>

/* Pages of one reply go through one printer; widths never shrink from page to page. */
struct printer {
	enum format format;
	FILE *out;
	int zone_minutes;
	bool vietnamese;
	const struct labels *labels; /* of codes; may be NULL */
	bool bold;                   /* headings */
	size_t width;                /* cells of a line; 0: no limit */
	size_t pages;                /* printed so far */
	size_t widths[64];           /* of the last table */
	uint64_t hidden;             /* its columns that are not shown, bit by bit */
};

/* A printer for the session's format, to standard output; it may ask the server for labels. */
struct printer printer_of(struct session *s);

/*
 * One page. `reply` holds this page alone; after the first page only the rows of its last table are
 * printed.
 */
void print_page(struct printer *p, const struct reply *page);

/* After the last page. */
void print_end(struct printer *p);

/* What a changing command did: its events. */
void print_outcome(struct printer *p, const struct outcome *outcome);

/*
 * A cell as people read it (`terminal`: the printer's language, days and shares in its way) or as
 * programs do. Lives in `a`; control characters have become spaces unless `raw`.
 */
struct text print_cell(const struct printer *p, const struct column *column,
	const struct cell *cell, bool raw, struct arena *a);

/* A code or a fixed sentence as people read it; see label.h. */
struct text print_label(const struct printer *p, struct text table, struct text field,
	struct text value, struct arena *a);

/* A field of an event. */
struct text print_field(const struct printer *p, struct text event, struct text name,
	const struct cell *value, struct arena *a);

/* `day` is YYYY-MM-DD, with or without a time behind it: as the user writes it. */
struct text print_day(const struct printer *p, struct text day, struct arena *a);

#endif
