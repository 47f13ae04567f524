/* reply.h: what the daemon answered: tables of reading commands, events of changing ones. */
#ifndef HOIAM_CLIENTS_REPLY_H
#define HOIAM_CLIENTS_REPLY_H

#include "proto/arena.h"
#include "proto/err.h"
#include "proto/report.h"

enum cell_kind { CELL_NIL, CELL_NUMBER, CELL_TEXT, CELL_MAP };

/*
 * Bytes came as hexadecimal text, lists as text with commas, true and false as 1 and 0. A map is
 * kept as it came, in `text`: cell_fields takes it apart.
 */
struct cell {
	enum cell_kind kind;
	int64_t number;
	struct text text;
};

/* The text, empty for other kinds; the number, `otherwise` for other kinds. */
struct text cell_as_text(const struct cell *cell);
int64_t cell_as_number(const struct cell *cell, int64_t otherwise);

/* The next name and value of a map, *at bytes into it (0 at first); false at its end. */
bool cell_fields(
	const struct cell *map, size_t *at, struct text *name, struct cell *value, struct arena *a);

/* Tables. Columns are those of the wire; shape is report.def's, NULL when it does not know it. */
struct table {
	struct text name;
	const struct table_shape *shape;
	struct text *columns;
	size_t column_count;
	struct cell *cells; /* row by row */
	size_t row_count, row_room;
};

/* Zero-initialised is empty. Everything in it lives until reply_fini or reply_reset. */
struct reply {
	struct arena arena;
	struct table *tables;
	size_t table_count;
	struct bytes next; /* where the next page begins; n = 0 at the end */
};

/*
 * Adds one page (copied). The first page sets the tables; of a later one, the rows of the last
 * table go on where that table ended, and the others are not looked at. E_FRAME when it cannot be
 * read.
 */
enum err reply_add(struct reply *reply, struct bytes page, struct fault *f);
void reply_reset(struct reply *reply);
void reply_fini(struct reply *reply);

static inline void reply_fini_auto(struct reply *reply)
{
	reply_fini(reply);
}

/* The table of this name, NULL if there is none. */
const struct table *reply_table(const struct reply *reply, const char *name);

/* A cell by the name of its column: a nil one when there is no such table (NULL), row or column. */
const struct cell *table_cell(const struct table *table, size_t row, const char *column);

/* Of a table of (what, value) rows: the value of this `what`. */
const struct cell *table_fact(const struct table *table, const char *what);

/* The row of report.def for a column, NULL if it is not known. */
const struct column *table_column(const struct table *table, size_t column);

/* What a changing command did. */
struct event_field {
	struct text name;
	struct cell value;
};

struct event {
	struct text name;
	struct event_field *fields;
	size_t field_count;
};

/* Zero-initialised is empty. */
struct outcome {
	struct arena arena;
	struct bytes raw; /* as it came, for JSON */
	uint64_t seq, count;
	int64_t at;
	struct event *events; /* the first of `count` */
	size_t event_count;
};

/* Takes the place of what was there. E_FRAME when it cannot be read. */
enum err outcome_read(struct outcome *outcome, struct bytes result, struct fault *f);
void outcome_fini(struct outcome *outcome);

static inline void outcome_fini_auto(struct outcome *outcome)
{
	outcome_fini(outcome);
}

/* A field of an event, a nil cell when there is none. */
const struct cell *event_field(const struct event *event, const char *name);

/* The first event of this name, NULL if there is none. */
const struct event *outcome_event(const struct outcome *outcome, const char *name);

#endif
