/*
 * scan.h: the one walk over rows by unit and day that every rate, its "why" and every look at an
 * earlier day are made of.
 */
#ifndef HOIAM_STORE_SCAN_H
#define HOIAM_STORE_SCAN_H

#include "store/fact.h"

struct fact_filter {
	const uint64_t *units; /* a bit per unit id, up to unit_count; NULL: every unit */
	uint32_t unit_count;
	uint32_t from, before; /* days received: [from, before) */
	uint32_t known_at;     /* the register as it was at the end of this day */
	struct bytes after;    /* begin beyond this key of a fact; empty: at the first */
};

/* The bits of a filter over so many units, and one of them. */
static inline size_t unit_set_words(size_t unit_count)
{
	return unit_count / 64 + 1;
}

static inline void unit_set_add(uint64_t *set, uint32_t unit)
{
	set[unit / 64] |= UINT64_C(1) << unit % 64;
}

static inline bool unit_set_has(const uint64_t *set, uint32_t unit)
{
	return set[unit / 64] >> unit % 64 & 1;
}

/* A walk over a table whose keys are unit, day, number, known from: the rows in the filter. */
struct day_walk {
	struct txn *txn;
	enum store table;
	const struct fact_filter *filter;
	struct scan scan;
	unsigned misses;
	bool ended;
};

void day_walk_open(
	struct day_walk *w, struct txn *txn, enum store table, const struct fact_filter *filter);
bool day_walk_next(struct day_walk *w, struct bytes *key, struct bytes *value);
void day_walk_close(struct day_walk *w);

static inline void day_walk_close_auto(struct day_walk *w)
{
	day_walk_close(w);
}

/* false ends the walk. */
typedef bool fact_fn(void *arg, const struct fact *fact);

/*
 * Call `fn` for every fact row in the filter that holds at `known_at`, in the order of unit, day,
 * case: each case comes at most once. Allocates nothing per row. The error of the transaction.
 */
enum err fact_scan(struct txn *txn, const struct fact_filter *filter, fact_fn *fn, void *arg);

#endif
