/* apply_case.h: the row of a case with all that hangs on it: work list and fact row. */
#ifndef HOIAM_STORE_APPLY_CASE_H
#define HOIAM_STORE_APPLY_CASE_H

#include "store/apply.h"

bool case_get(struct txn *txn, struct num number, struct row_case *to, struct arena *a);

/* Put `after`; `before` is the row as it was, NULL for a new case. Keeps work and fact in step. */
void case_put(
	struct apply *a, struct num number, const struct row_case *before, struct row_case *after);

#endif
