/* table.h: a table on the wire, of a report or of the events of a change. */
#ifndef HOIAM_DAEMON_TABLE_H
#define HOIAM_DAEMON_TABLE_H

#include "proto/pack.h"

enum { TABLE_COLUMNS_MAX = 64 };

/*
 * { name, columns: [name…], same: { column: cell }, rows: [[cell…]…] }. What all of several rows
 * have alike in a column is said once, under "same", and left out of the rows; without such a
 * column there is no "same", and one column always stays. `rows` holds row_count arrays of
 * column_count cells each, one behind the other; column_count is 1 to TABLE_COLUMNS_MAX.
 */
void table_write(struct writer *w, const char *name, const char *const *columns,
	size_t column_count, struct bytes rows, size_t row_count);

#endif
