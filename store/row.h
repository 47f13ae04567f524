/* row.h: the rows of the views: structs, tables, get and put, from row.def. */
#ifndef HOIAM_STORE_ROW_H
#define HOIAM_STORE_ROW_H

#include "proto/case.h"
#include "proto/record.h"
#include "store/db.h"
#include "store/key.h"

/* clang-format off */
#define RECORD(name, help) struct name {
#define FIELD(id, name, kind, max, flags, help) STRUCT_##kind name;
#define END(name) };
#include "store/row.def"
#undef RECORD
#undef FIELD
#undef END

#define RECORD(name, help) const struct record *record_##name(void);
#define FIELD(id, name, kind, max, flags, help)
#define END(name)
#include "store/row.def"
#undef RECORD
#undef FIELD
#undef END
/* clang-format on */

/*
 * Read a row into `to`; its texts and lists live in `a`. false: not there, or not readable (verify
 * finds such a row); `to` is then zeroed.
 */
bool row_get(struct txn *txn, enum store table, struct key key, const struct record *r, void *to,
	struct arena *a);
void row_put(struct txn *txn, enum store table, struct key key, const struct record *r,
	const void *from);

/* The record of a view's rows, NULL for tables that hold something else. */
const struct record *row_record(enum store table);

/* The day of a case that a mark names. */
uint32_t *case_mark(struct row_case *c, enum case_mark mark);

/* The one row of `state`; zeros before genesis. */
void state_get(struct txn *txn, struct row_state *to, struct arena *a);

#endif
