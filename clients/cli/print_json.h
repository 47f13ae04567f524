/*
 * print_json.h: answers as JSON. Tables are { "table": [ { "column": cell … } … ] … }: numbers as
 * they are (shares in tenths of a percent, times in µs), days YYYY-MM-DD, null for none.
 */
#ifndef HOIAM_CLIENTS_CLI_PRINT_JSON_H
#define HOIAM_CLIENTS_CLI_PRINT_JSON_H

#include "clients/reply.h"

#include <stdio.h>

/* Page number `page` (0 the first) of a reply, and what comes after the last. */
void print_page_json(FILE *out, const struct reply *reply, size_t page);
void print_end_json(FILE *out);

/* One row as an object, on one line, without its end. */
void print_row_json(FILE *out, const struct table *t, size_t row);

/* A map as one line of text, in `a`. */
struct text print_map_json(const struct cell *map, struct arena *a);

/* What a changing command did, as it came. */
void print_outcome_json(FILE *out, const struct outcome *outcome);

/* An error: { error, code, exit, message, field, what, at, limit, list, total, line }. */
void print_fault_json(FILE *out, const struct fault *f, const char *sentence, int64_t line);

#endif
