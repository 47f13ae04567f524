/* basis.c: hashes over the opinions of a meeting. */
#include "daemon/basis.h"

#include <sodium.h>

struct hashing {
	crypto_hash_sha256_state state;
	bool words; /* whether an opinion has words is part of it */
};

static void add(struct hashing *h, uint32_t ordinal, const struct row_case *c)
{
	uint8_t line[24] = { 0 };
	put_u32(line, ordinal);
	put_u64(line + 4, c->seq);
	if (h->words)
		put_u64(line + 12, c->group);
	crypto_hash_sha256_update(&h->state, line, h->words ? sizeof(line) : 12);
}

static enum err add_all(
	struct hashing *h, struct txn *txn, struct num meeting, struct arena *a, struct fault *f)
{
	struct key prefix = key_of_num(meeting);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_opinion, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_opinion o;
		struct row_case c;
		struct reader rd = reader_of(value);
		uint32_t ordinal = get_u32(key.p + NUM_KEY_BYTES);
		enum err err = record_read_disk(&rd, record_row_opinion(), &o, a, f);
		if (err != OK)
			return err;
		if (o.dead == 0 &&
			row_get(txn, STORE_case, key_of_num(o.number), record_row_case(), &c, a))
			add(h, ordinal, &c);
	}
	return txn_error(txn);
}

enum err minutes_content(struct txn *txn, struct num meeting, struct arena *a,
	uint8_t out[static 32], struct fault *f)
{
	struct hashing h = { .words = false };
	crypto_hash_sha256_init(&h.state);
	crypto_hash_sha256_update(&h.state, (const uint8_t *)"hoiam/m1\n", 9);
	enum err err = add_all(&h, txn, meeting, a, f);
	crypto_hash_sha256_final(&h.state, out);
	return err;
}

enum err conclusion_basis(struct txn *txn, struct num meeting, struct arena *a,
	uint8_t out[static 32], struct fault *f)
{
	struct hashing h = { .words = true };
	crypto_hash_sha256_init(&h.state);
	enum err err = add_all(&h, txn, meeting, a, f);
	crypto_hash_sha256_final(&h.state, out);
	return err;
}
