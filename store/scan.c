/*
 * scan.c: rows out of the filter are stepped over one by one while they are few, and jumped over
 * when they are many: a commune costs its own rows, the whole register one walk.
 */
#include "store/scan.h"

enum { MISSES_BEFORE_JUMP = 24 }; /* a jump costs about as much as so many steps */

static bool has_unit(const struct fact_filter *filter, uint32_t unit)
{
	if (filter->units == NULL)
		return true;
	return unit <= filter->unit_count && unit_set_has(filter->units, unit);
}

/* The first unit of the filter that is not below `unit`; 0 when there is none. */
static uint32_t next_unit(const struct fact_filter *filter, uint32_t unit)
{
	if (filter->units == NULL)
		return unit;
	if (unit > filter->unit_count)
		return 0;
	size_t word = unit / 64, words = unit_set_words(filter->unit_count);
	uint64_t bits = filter->units[word] & UINT64_MAX << unit % 64;
	while (bits == 0 && ++word < words)
		bits = filter->units[word];
	return bits == 0 ? 0 : (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
}

static bool wanted(const struct fact_filter *filter, uint32_t unit, uint32_t day)
{
	return filter->from <= day && day < filter->before && has_unit(filter, unit);
}

static void open_at(struct day_walk *w, uint32_t unit, uint32_t day)
{
	struct key key = key_of_pair(unit, day);
	scan_open(&w->scan, w->txn, w->table, (struct bytes){ 0 });
	scan_from(&w->scan, key_bytes(&key), false);
}

/* Beyond a row that is not wanted, to where the next wanted one may stand; false: nowhere. */
static bool jump(struct day_walk *w, uint32_t unit, uint32_t day)
{
	uint32_t to = unit;
	if (!has_unit(w->filter, unit) || day >= w->filter->before)
		to = unit == UINT32_MAX ? 0 : next_unit(w->filter, unit + 1);
	if (to == 0)
		return false;
	scan_close(&w->scan);
	open_at(w, to, w->filter->from);
	return true;
}

void day_walk_open(
	struct day_walk *w, struct txn *txn, enum store table, const struct fact_filter *filter)
{
	uint32_t unit = next_unit(filter, 1);
	*w = (struct day_walk){ .txn = txn, .table = table, .filter = filter, .ended = unit == 0 };
	if (unit == 0)
		return;
	if (filter->after.n == 0) {
		open_at(w, unit, filter->from);
		return;
	}
	scan_open(&w->scan, txn, table, (struct bytes){ 0 });
	scan_from(&w->scan, filter->after, true);
}

void day_walk_close(struct day_walk *w)
{
	scan_close(&w->scan);
}

static inline bool walk_next(struct day_walk *w, struct bytes *key, struct bytes *value)
{
	while (!w->ended && scan_next(&w->scan, key, value)) {
		if (key->n != FACT_KEY_BYTES)
			continue; /* verify names such a row */
		uint32_t unit = get_u32(key->p), day = get_u32(key->p + 4);
		if (wanted(w->filter, unit, day)) {
			w->misses = 0;
			return true;
		}
		if (++w->misses < MISSES_BEFORE_JUMP)
			continue;
		w->misses = 0;
		w->ended = !jump(w, unit, day);
	}
	return false;
}

bool day_walk_next(struct day_walk *w, struct bytes *key, struct bytes *value)
{
	return walk_next(w, key, value);
}

enum err fact_scan(struct txn *txn, const struct fact_filter *filter, fact_fn *fn, void *arg)
{
	struct bytes key, value;
	struct fact fact;
	AUTO(day_walk_close) struct day_walk w;
	day_walk_open(&w, txn, STORE_fact, filter);
	while (walk_next(&w, &key, &value)) {
		if (value.n != FACT_BYTES)
			continue;
		fact_decode(key.p, value.p, &fact);
		if (fact_holds(&fact, filter->known_at) && !fn(arg, &fact))
			break;
	}
	return txn_error(txn);
}
