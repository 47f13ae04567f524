/*
 * scan.h: the one walk over the fact rows that every rate, its "why" and every look at an earlier
 * day are made of.
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

/* false ends the walk. */
typedef bool fact_fn(void *arg, const struct fact *fact);

/*
 * Call `fn` for every fact row in the filter that holds at `known_at`, in the order of unit, day,
 * case: each case comes at most once. Allocates nothing per row. The error of the transaction.
 */
enum err fact_scan(struct txn *txn, const struct fact_filter *filter, fact_fn *fn, void *arg);

#endif
