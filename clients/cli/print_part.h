/* print_part.h: what print.c and print_event.c share. */
#ifndef HOIAM_CLIENTS_CLI_PRINT_PART_H
#define HOIAM_CLIENTS_CLI_PRINT_PART_H

#include "clients/cli/print.h"

/* A table in the printer's format, not JSON; `title` above it and headings when it is the `first`.
 */
void print_one_table(struct printer *p, const struct table *t, bool title, bool first);

/* A cell of CSV; `guard`: a text that a spreadsheet would compute gets an apostrophe. */
void print_csv_cell(FILE *out, struct text t, bool guard);

/* A field of an event that tells a person nothing: hashes, and numbers of the journal's own. */
bool print_is_inner(struct text name);

/* Control characters, C1 in its two bytes of UTF-8 too, become spaces: nothing steers a terminal.
 */
struct text print_tame(struct text t, struct arena *a);

#endif
