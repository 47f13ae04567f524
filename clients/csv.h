/* csv.h: a reader of CSV (RFC 4180), whole in memory. */
#ifndef HOIAM_CLIENTS_CSV_H
#define HOIAM_CLIENTS_CSV_H

#include "proto/arena.h"
#include "proto/err.h"

#define CSV_CELLS_MAX 64u

struct csv {
	struct text rest;
	const char *file;
	int64_t line;      /* of the row that was read last */
	int64_t next_line; /* of what follows */
	char comma;        /* ',' or, when the first line says so, ';' */
};

/* Begins; a byte order mark is passed over. `file` stands in faults. */
struct csv csv_of(struct text content, const char *file);

/*
 * The next row that is not blank; row->n is 0 at the end. Cells live in `a`. E_LINE: a quote in the
 * wrong place or that does not end, more than CSV_CELLS_MAX cells.
 */
enum err csv_next(struct csv *csv, struct texts *row, struct arena *a, struct fault *f);

#endif
