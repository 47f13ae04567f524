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

static void open_at(struct scan *s, struct txn *txn, uint32_t unit, uint32_t day)
{
	struct key key = key_of_pair(unit, day);
	scan_open(s, txn, STORE_fact, (struct bytes){ 0 });
	scan_from(s, key_bytes(&key), false);
}

/* Beyond a row that is not wanted, to where the next wanted one may stand; false: nowhere. */
static bool jump(struct scan *s, const struct fact_filter *filter, uint32_t unit, uint32_t day)
{
	struct txn *txn = s->txn;
	uint32_t to = unit;
	if (!has_unit(filter, unit) || day >= filter->before)
		to = unit == UINT32_MAX ? 0 : next_unit(filter, unit + 1);
	if (to == 0)
		return false;
	scan_close(s);
	open_at(s, txn, to, filter->from);
	return true;
}

static bool open_first(struct scan *s, struct txn *txn, const struct fact_filter *filter)
{
	uint32_t unit = next_unit(filter, 1);
	if (unit == 0)
		return false;
	if (filter->after.n == 0) {
		open_at(s, txn, unit, filter->from);
		return true;
	}
	scan_open(s, txn, STORE_fact, (struct bytes){ 0 });
	scan_from(s, filter->after, true);
	return true;
}

enum err fact_scan(struct txn *txn, const struct fact_filter *filter, fact_fn *fn, void *arg)
{
	struct bytes key, value;
	struct fact fact;
	unsigned misses = 0;
	AUTO(scan_close) struct scan s = { 0 };
	if (!open_first(&s, txn, filter))
		return txn_error(txn);
	while (scan_next(&s, &key, &value)) {
		if (key.n != FACT_KEY_BYTES || value.n != FACT_BYTES)
			continue; /* verify names such a row */
		uint32_t unit = get_u32(key.p), day = get_u32(key.p + 4);
		if (!wanted(filter, unit, day)) {
			if (++misses < MISSES_BEFORE_JUMP)
				continue;
			misses = 0;
			if (!jump(&s, filter, unit, day))
				break;
			continue;
		}
		misses = 0;
		fact_decode(key.p, value.p, &fact);
		if (fact_holds(&fact, filter->known_at) && !fn(arg, &fact))
			break;
	}
	return txn_error(txn);
}
