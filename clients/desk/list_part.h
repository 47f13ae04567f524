/* list_part.h: what list.c and list_line.c share. */
#ifndef HOIAM_CLIENTS_DESK_LIST_PART_H
#define HOIAM_CLIENTS_DESK_LIST_PART_H

#include "clients/desk/list.h"

/* The table with the rows, NULL before the first page. */
const struct table *list_table(const struct desk_list *list);

/* A cell as the user reads it, in `a`. */
struct text list_cell(const struct desk_list *list, const struct table *t, size_t row,
	size_t column, struct arena *a);

/* Makes the columns wide enough for a row. */
void list_measure(struct desk_list *list, const struct table *t, size_t row);

#endif
