/* units.c: the unit tree: an array by number, an index by code. */
#include "store/units.h"

#include <stdlib.h>

enum { DEPTH_MAX = 32 };

static int compare_code(const struct unit *a, struct text code, uint32_t from)
{
	size_t n = a->code.n < code.n ? a->code.n : code.n;
	int c = n == 0 ? 0 : memcmp(a->code.p, code.p, n);
	if (c != 0)
		return c;
	if (a->code.n != code.n)
		return a->code.n < code.n ? -1 : 1;
	return a->from < from ? -1 : a->from > from ? 1 : 0;
}

static int order(const void *a, const void *b, void *arg)
{
	const struct units *u = arg;
	uint32_t ia, ib;
	memcpy(&ia, a, sizeof(ia));
	memcpy(&ib, b, sizeof(ib));
	const struct unit *right = &u->v[ib - 1];
	return compare_code(&u->v[ia - 1], right->code, right->from);
}

static void load(struct units *u, struct txn *txn, size_t count)
{
	u->v = xcalloc(count, sizeof(*u->v));
	u->by_code = xcalloc(count, sizeof(*u->by_code));
	u->n = count;
	for (uint32_t id = 1; id <= count; id++) {
		struct row_unit row;
		(void)row_get(txn, STORE_unit, key_of_u32(id), record_row_unit(), &row, &u->arena);
		u->v[id - 1] = (struct unit){ id, (uint32_t)row.series, row.code, row.name,
			row.kind, row.level, row.parent, row.from, row.until };
		u->by_code[id - 1] = id;
	}
	qsort_r(u->by_code, count, sizeof(*u->by_code), order, u);
}

void units_refresh(struct units *u, struct txn *txn, const struct row_state *state)
{
	if (u->loaded && u->seq == state->tree_seq && u->n == state->units)
		return;
	units_fini(u);
	load(u, txn, state->units);
	u->seq = state->tree_seq;
	u->loaded = true;
}

void units_fini(struct units *u)
{
	free(u->v);
	free(u->by_code);
	arena_fini(&u->arena);
	*u = (struct units){ 0 };
}

const struct unit *unit_get(const struct units *u, uint32_t id)
{
	return id >= 1 && id <= u->n ? &u->v[id - 1] : NULL;
}

/* Index of the first unit of the order that is not before (code, from). */
static size_t lower_bound(const struct units *u, struct text code, uint32_t from)
{
	size_t low = 0, high = u->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_code(&u->v[u->by_code[middle] - 1], code, from) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct unit *unit_on(const struct units *u, struct text code, uint32_t day)
{
	for (size_t i = lower_bound(u, code, 0); i < u->n; i++) {
		const struct unit *unit = &u->v[u->by_code[i] - 1];
		if (!text_equal(unit->code, code))
			break;
		if (unit_stands(unit, day))
			return unit;
	}
	return NULL;
}

const struct unit *unit_of_code(const struct units *u, struct text code)
{
	size_t i = lower_bound(u, code, 0);
	if (i == u->n)
		return NULL;
	const struct unit *unit = &u->v[u->by_code[i] - 1];
	return text_equal(unit->code, code) ? unit : NULL;
}

bool unit_within(const struct units *u, uint32_t id, uint32_t root, uint32_t day)
{
	const struct unit *unit = unit_get(u, id), *top = unit_get(u, root);
	if (unit == NULL || day < unit->from)
		return false;
	if (root == 0)
		return true;
	if (top == NULL || !unit_stands(top, day))
		return false;
	uint32_t then = unit_stands(unit, day) ? day : unit->until - 1;
	for (unsigned depth = 0; unit != NULL && depth < DEPTH_MAX; depth++) {
		if (unit->id == root)
			return true;
		if (unit->parent.n == 0)
			return false;
		unit = unit_on(u, unit->parent, then);
	}
	return false;
}
