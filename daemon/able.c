/* able.c: roles and keys -> yes or no. */
#include "daemon/able.h"

void able_load(struct able *to, struct txn *txn, uint32_t officer, struct arena *a)
{
	struct row_officer row;
	*to = (struct able){ .officer = officer };
	if (officer == 0 ||
		!row_get(txn, STORE_officer, key_of_u32(officer), record_row_officer(), &row, a))
		return;
	to->keys = row.keys;
	grants_load(&to->grants, txn, officer, a);
}

bool able_to(const struct able *a, enum in_hand what, const struct units *units, uint32_t unit,
	uint32_t day)
{
	static const unsigned rights[] = { [IN_HAND_CASE] = (unsigned)RIGHT_HANDLE | RIGHT_PROCESS,
		[IN_HAND_CUSTODY] = RIGHT_SEE,
		[IN_HAND_DRAFT] = RIGHT_CHECK };
	return a->keys > 0 && authz(&a->grants, (enum right)rights[what], units, unit, day);
}

uint32_t able_owner(struct able *a, struct txn *txn, const struct row_case *c,
	const struct units *units, uint32_t day, struct arena *arena)
{
	if (c->owner == 0)
		return 0;
	if (a->officer != c->owner)
		able_load(a, txn, (uint32_t)c->owner, arena);
	return able_to(a, IN_HAND_CASE, units, (uint32_t)c->with, day) ? a->officer : 0;
}
