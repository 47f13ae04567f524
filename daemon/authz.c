/* authz.c: rights: grants, right, unit, day -> yes or no. */
#include "daemon/authz.h"

void grants_load(struct grants *to, struct txn *txn, uint32_t officer, struct arena *a)
{
	struct key prefix = key_of_u32(officer);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	to->n = 0;
	scan_open(&s, txn, STORE_grant, key_bytes(&prefix));
	while (to->n < LIMIT_GRANTS && scan_next(&s, &key, &value)) {
		struct row_grant row;
		struct reader rd = reader_of(arena_bytes(a, value));
		if (record_read_disk(&rd, record_row_grant(), &row, a, NULL) != OK)
			continue;
		const struct role *role = role_of(row.role);
		to->v[to->n++] = (struct grant){ get_u32(key.p + 4),
			role == NULL ? 0 : role->rights, (uint32_t)row.unit, row.from, row.until,
			row.role, row.post, row.acting };
	}
}

static bool holds(const struct grant *g, enum right right, uint32_t day)
{
	if (day < g->from || (g->until != 0 && day >= g->until))
		return false;
	return right == RIGHT_NONE || (g->rights & (unsigned)right) != 0;
}

bool authz(const struct grants *grants, enum right right, const struct units *units, uint32_t unit,
	uint32_t day)
{
	for (size_t i = 0; i < grants->n; i++) {
		const struct grant *g = &grants->v[i];
		if (!holds(g, right, day))
			continue;
		if (g->unit == 0 && unit == 0)
			return true;
		if (unit != 0 && unit_within(units, unit, g->unit, day))
			return true;
	}
	return false;
}

bool authz_anywhere(const struct grants *grants, enum right right, uint32_t day)
{
	for (size_t i = 0; i < grants->n; i++)
		if (holds(&grants->v[i], right, day))
			return true;
	return false;
}

uint32_t grants_home(const struct grants *grants)
{
	uint32_t home = 0;
	for (size_t i = 0; i < grants->n; i++) {
		uint32_t unit = grants->v[i].unit;
		if (unit == 0 || (home != 0 && home != unit))
			return 0;
		home = unit;
	}
	return home;
}
