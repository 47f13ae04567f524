/*
 * units.h: the unit tree in memory, with the days on which each unit stands. A unit is a code and a
 * first day: codes are used again. The tree of a day is made of the units that stand on it.
 */
#ifndef HOIAM_STORE_UNITS_H
#define HOIAM_STORE_UNITS_H

#include "store/row.h"

struct unit {
	uint32_t id;     /* dense from 1 */
	uint32_t series; /* first unit with this code */
	struct text code, name, kind, level, parent;
	uint32_t from, until; /* [from, until), until 0 = open */
};

struct units {
	struct unit *v; /* v[id - 1] */
	size_t n;
	uint32_t *by_code; /* ids, by code and first day */
	struct arena arena;
	uint64_t seq; /* state.tree_seq when loaded */
	bool loaded;
};

/* Load, or load again when the state row says that units changed. */
void units_refresh(struct units *u, struct txn *txn, const struct row_state *state);
void units_fini(struct units *u);

/* The unit of this number; NULL for 0 and unknown ones. */
const struct unit *unit_get(const struct units *u, uint32_t id);

/* The unit that bears this code on a day; NULL if none does. */
const struct unit *unit_on(const struct units *u, struct text code, uint32_t day);

/* Any unit of this code (the first); NULL if there never was one. */
const struct unit *unit_of_code(const struct units *u, struct text code);

static inline bool unit_stands(const struct unit *unit, uint32_t day)
{
	return unit->from <= day && (unit->until == 0 || day < unit->until);
}

/*
 * Whether `id` lies in the tree of `root` (itself included) on a day. A unit that has ended lies
 * where it lay on its last day; one that is still to come lies nowhere; root 0 holds everything
 * that has begun; a root that does not stand on the day holds nothing.
 */
bool unit_within(const struct units *u, uint32_t id, uint32_t root, uint32_t day);

#endif
