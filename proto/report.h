/* report.h: the tables that replies are made of, from report.def. A reply to a reading command is
 * { tables: [{ name, columns: [name …], rows: [[cell …] …] } …], next: bin or nil }. */
#ifndef HOIAM_PROTO_REPORT_H
#define HOIAM_PROTO_REPORT_H

#include "proto/base.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_COUNT,    /* integer, nil when it does not apply */
	COLUMN_DAY,      /* "YYYY-MM-DD" or nil */
	COLUMN_TIME,     /* µs since 1970 or nil */
	COLUMN_SHARE,    /* tenths of a percent, rounded half up; nil for 0/0 */
	COLUMN_DECIMAL2, /* in hundredths; nil for 0/0 */
	COLUMN_DECIMAL4, /* in ten thousandths; nil when there is nothing to measure */
	COLUMN_CODE,     /* code of a term, state, role or unit; nil for none */
	COLUMN_WORDS,  /* words of a person; nil when there are none or the reader may not see them
			*/
	COLUMN_FIELDS, /* a map, name -> value: what an event says */
};

struct column {
	const char *name;
	enum column_kind kind;
	const char *heading;
};

struct table_shape {
	const char *name;
	const char *title;
	const struct column *columns;
	size_t count;
};

enum table_name {
#define TABLE(name, title) TABLE_##name,
#define COLUMN(name, kind, heading)
#define TABLE_END(name)
#include "proto/report.def"
#undef TABLE
#undef COLUMN
#undef TABLE_END
	TABLE_COUNT
};

const struct table_shape *table_shape(enum table_name name);

/* By wire name, NULL if there is none. */
const struct table_shape *table_shape_of(struct text name);

#endif
