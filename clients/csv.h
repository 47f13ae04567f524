/*
 * csv.h: a reader of CSV (RFC 4180), row by row: of a file of any size, gzip or not, in constant
 * memory, or of text that is there already.
 */
#ifndef HOIAM_CLIENTS_CSV_H
#define HOIAM_CLIENTS_CSV_H

#include "proto/arena.h"
#include "proto/err.h"

#define CSV_CELLS_MAX 64u
#ifndef CSV_ROW_MAX          /* smaller where it is fuzzed */
#define CSV_ROW_MAX 1048576u /* bytes of a row */
#endif
#define CSV_LINE_MAX (CSV_ROW_MAX / 4) /* bytes shown of a line that is no row */

struct csv {
	const char *file;
	struct text rest;  /* what is read and not taken yet */
	int64_t line;      /* of the row that was read last */
	int64_t next_line; /* of what follows */
	char comma;        /* ',' or, when the first line says so, ';' */
	void *stream;      /* gzFile; NULL: all is there */
	char *buf;
	bool ended; /* there is no more in the stream */
};

/* Text that is there. `file` stands in faults. A byte order mark is passed over. */
struct csv csv_of(struct text content, const char *file);

/* A file; gzip is seen by itself. E_FILE. */
enum err csv_open(struct csv *csv, const char *path, struct fault *f);
void csv_close(struct csv *csv);

/*
 * The next row that is not blank; row->n is 0 at the end. Cells live in `a`. E_LINE: a quote in the
 * wrong place or that does not end, a zero byte, more than CSV_CELLS_MAX cells, more than
 * CSV_ROW_MAX bytes; the one cell of the row is then the line in which it began, as it stands, but
 * for zero bytes and what is behind the first CSV_LINE_MAX bytes. The next call goes on with the
 * line behind, however long it is.
 * E_FILE: the file cannot be read any further; a row that this cut is none.
 */
enum err csv_next(struct csv *csv, struct texts *row, struct arena *a, struct fault *f);

/*
 * What a spreadsheet would compute begins with one of = + - @ (or the wide ones), a tab or a break.
 * Before it, exports write an apostrophe, and spreadsheets take that for a sign that text follows.
 */
bool csv_is_formula(struct text cell);

/* A cell without that apostrophe. */
struct text csv_plain(struct text cell);

#endif
