/* fact.c: packed rows, little-endian, in fixed places: a scan of millions reads nothing else. */
#include "store/fact.h"

static void put_le32(uint8_t *at, uint32_t v)
{
	v = htole32(v);
	memcpy(at, &v, 4);
}

static void put_le16(uint8_t *at, uint16_t v)
{
	v = htole16(v);
	memcpy(at, &v, 2);
}

static void pack(struct row_case *c, uint8_t out[static FACT_BYTES])
{
	put_le32(out, UINT32_MAX);
	put_le16(out + 4, (uint16_t)c->kind);
	put_le16(out + 6, (uint16_t)c->topic);
	put_le16(out + 8, (uint16_t)c->flags);
	out[10] = (uint8_t)c->state;
	out[11] = 0;
	put_le32(out + 12, c->meeting.n);
	for (size_t m = 0; m < CASE_MARKS; m++)
		put_le32(out + 16 + 4 * m, *case_mark(c, (enum case_mark)m));
}

/* The row that was the newest holds no longer; what nobody could know is as if it never was. */
static void end_row(struct txn *txn, struct key old, struct bytes value, uint32_t known)
{
	uint8_t ended[FACT_BYTES];
	if (get_u32(old.p + 18) == known) {
		txn_del(txn, STORE_fact, key_bytes(&old));
		return;
	}
	memcpy(ended, value.p, FACT_BYTES);
	put_le32(ended, known);
	txn_put(txn, STORE_fact, key_bytes(&old), bytes_of(ended, FACT_BYTES));
}

void fact_update(struct txn *txn, struct num number, const struct row_case *before,
	struct row_case *c, uint32_t known)
{
	uint8_t fresh[FACT_BYTES];
	struct key key = key_of_fact((uint32_t)c->unit, c->day, number, known);
	struct bytes value;
	pack(c, fresh);
	struct key old = key;
	if (before != NULL && before->known != 0)
		old = key_of_fact((uint32_t)before->unit, before->day, number, before->known);
	if (before != NULL && !bytes_equal(key_bytes(&old), key_bytes(&key)) &&
		txn_get(txn, STORE_fact, key_bytes(&old), &value) && value.n == FACT_BYTES) {
		bool same = before->unit == c->unit && before->day == c->day;
		if (same && memcmp(value.p, fresh, FACT_BYTES) == 0)
			return;
		end_row(txn, old, value, known);
	}
	c->known = known;
	txn_put(txn, STORE_fact, key_bytes(&key), bytes_of(fresh, FACT_BYTES));
}

bool fact_read(struct bytes key, struct bytes value, struct fact *to)
{
	if (key.n != FACT_KEY_BYTES || value.n != FACT_BYTES)
		return false;
	fact_decode(key.p, value.p, to);
	return true;
}
