/*
 * fact.h: fact rows: one per case and knowledge interval, all that any rate needs (design: Rates).
 * Key: own unit, day received, case, day from which it is known. A row holds from `known` until
 * `until` (both days, half-open); UINT32_MAX while it is the newest.
 */
#ifndef HOIAM_STORE_FACT_H
#define HOIAM_STORE_FACT_H

#include "store/row.h"

#include <endian.h>

#define FACT_KEY_BYTES 22
#define FACT_BYTES     52

struct fact {
	/* from the key */
	uint32_t unit, day, known;
	struct num number;
	/* from the value */
	uint32_t until;
	uint16_t kind, topic;
	uint16_t flags;
	uint8_t state;
	uint32_t
		meeting_n; /* number within unit's series and the day's year; 0: not of a meeting */
	uint32_t mark[CASE_MARKS];
};

/* Bring the fact row of a case up to date with its row; sets c->known. `before` is the row as it
 * was, NULL for a new case. Call before the case is put. */
void fact_update(struct txn *txn, struct num number, const struct row_case *before,
	struct row_case *c, uint32_t known);

static inline uint32_t fact_le32(const uint8_t *at)
{
	uint32_t v;
	memcpy(&v, at, sizeof(v));
	return le32toh(v);
}

static inline uint16_t fact_le16(const uint8_t *at)
{
	uint16_t v;
	memcpy(&v, at, sizeof(v));
	return le16toh(v);
}

/* A row whose key and value have the right length. */
static inline void fact_decode(const uint8_t *key, const uint8_t *value, struct fact *to)
{
	to->unit = get_u32(key);
	to->day = get_u32(key + 4);
	to->number = key_get_num(key + 8);
	to->known = get_u32(key + 18);
	to->until = fact_le32(value);
	to->kind = fact_le16(value + 4);
	to->topic = fact_le16(value + 6);
	to->flags = fact_le16(value + 8);
	to->state = value[10];
	to->meeting_n = fact_le32(value + 12);
	for (size_t m = 0; m < CASE_MARKS; m++)
		to->mark[m] = fact_le32(value + 16 + 4 * m);
}

/* false when key or value are not of a fact row. */
bool fact_read(struct bytes key, struct bytes value, struct fact *to);

/* Whether the row is what was known at the end of day `known_at`. */
static inline bool fact_holds(const struct fact *fact, uint32_t known_at)
{
	return fact->known <= known_at && known_at < fact->until;
}

#endif
