/* tables.c: request numbers, and the end of the journal as it is stored. */
#include "daemon/verify/audit.h"

#include "store/dump.h"

#include <stdlib.h>

/* Request numbers: one row for each entry, checked entry by entry, then the other way round. */

static void fail_rid(struct audit *a, struct bytes rid, const char *field, const char *why)
{
	char where[DUMP_KEY_BYTES];
	dump_key(STORE_rid, rid, where);
	audit_fail(
		a, "rid", where, field, "%s (entry %llu)", why, (unsigned long long)a->entry.seq);
}

void tables_rid(struct audit *a)
{
	uint8_t hash[TREE_HASH_BYTES];
	struct bytes value, rid = a->entry.action.head.rid;
	tree_leaf(writer_bytes(&a->hashes), hash);
	if (!txn_get(a->txn, STORE_rid, rid, &value) || value.n != 8 + RID_CHECK_BYTES) {
		fail_rid(a, rid, "key", "the request number is missing");
		return;
	}
	if (get_u64(value.p) != a->entry.seq)
		fail_rid(a, rid, "seq", "the request number leads to another entry");
	if (memcmp(value.p + 8, hash, RID_CHECK_BYTES) == 0)
		return;
	fail_rid(a, rid, "hash", "the entry is not what it was, or this hash is not");
	audit_fail_at(
		a, a->entry.seq, "hash", "this entry, or the hash in rid, is not what it was");
}

/* A row that no entry bears out. */
static void check_rid_row(struct audit *a, struct bytes rid, struct bytes value)
{
	struct entry entry;
	struct action action = { 0 };
	uint64_t seq = value.n == 8 + RID_CHECK_BYTES ? get_u64(value.p) : UINT64_MAX;
	arena_reset(&a->arena);
	a->entry.seq = seq;
	if (seq != UINT64_MAX && journal_read(a->txn, seq, &entry, &a->arena, NULL) == OK &&
		action_open_head(entry.header.head, &action, &a->arena, NULL) == OK &&
		bytes_equal(action.head.rid, rid))
		return;
	fail_rid(a, rid, "key", "no entry bears this request number");
}

static void check_rid_rows(struct audit *a)
{
	struct bytes key, value;
	uint64_t rows = 0;
	AUTO(scan_close) struct scan s;
	scan_open(&s, a->txn, STORE_rid, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value))
		rows++;
	scan_close(&s);
	if (rows == a->entries)
		return;
	scan_open(&s, a->txn, STORE_rid, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value))
		check_rid_row(a, key, value);
}

/* The end. */

static void fail_end(struct audit *a, const char *field, const char *why)
{
	audit_fail(a, "meta", "position", field, "%s", why);
}

/* Peaks cover leaves from the left, one for every set bit of the size. */
static void check_peaks(struct audit *a, struct bytes stored)
{
	uint8_t mine[FRONTIER_BYTES_MAX];
	size_t n = frontier_write(&a->frontier, mine);
	if (stored.n != n) {
		fail_end(a, "frontier", "its length does not fit the journal");
		return;
	}
	uint64_t first = 0, size = a->frontier.size;
	const uint8_t *p = stored.p + 8, *q = mine + 8;
	for (int bit = 63; bit >= 0; bit--) {
		uint64_t leaves = (uint64_t)1 << bit;
		if ((size & leaves) == 0)
			continue;
		if (memcmp(p, q, TREE_HASH_BYTES) != 0)
			audit_fail(a, "meta", "position", "root",
				"one of entry %llu-%llu is not what it was, or their hash is not",
				(unsigned long long)first,
				(unsigned long long)(first + leaves - 1));
		first += leaves;
		p += TREE_HASH_BYTES;
		q += TREE_HASH_BYTES;
	}
}

static void check_position(struct audit *a, struct bytes value)
{
	enum { EPOCH_MAX_BITS = 32 };
	uint8_t hash[TREE_HASH_BYTES];
	if (value.n < 24 + POSITION_CHECK_BYTES) {
		fail_end(a, "position", "cut short");
		return;
	}
	value.n -= POSITION_CHECK_BYTES;
	tree_leaf(value, hash);
	if (memcmp(hash, value.p + value.n, POSITION_CHECK_BYTES) != 0)
		fail_end(a, "check", "not the hash of the rest");
	uint64_t epoch = get_u64(value.p);
	if (epoch >> EPOCH_MAX_BITS != 0 || (epoch == 0 && a->leaves > 0))
		fail_end(a, "epoch", "not a number of owners");
	if ((int64_t)get_u64(value.p + 8) != a->at)
		fail_end(a, "at", "not the time of the last entry");
	if (get_u64(value.p + 16) != a->frontier.size)
		fail_end(a, "size", "not the number of leaves");
	check_peaks(a, bytes_of(value.p + 16, value.n - 16));
}

static void check_meta(struct audit *a)
{
	static const char name[] = "position";
	struct bytes key, value;
	bool found = false;
	AUTO(scan_close) struct scan s;
	scan_open(&s, a->txn, STORE_meta, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		if (bytes_equal(key, bytes_of(name, sizeof(name) - 1))) {
			found = true;
			check_position(a, value);
			continue;
		}
		char where[DUMP_KEY_BYTES];
		dump_key(STORE_meta, key, where);
		audit_fail(a, "meta", where, "key", "nothing of this name belongs here");
	}
	if (!found && txn_error(a->txn) == OK)
		fail_end(a, "position", "missing");
}

void tables_end(struct audit *a)
{
	check_rid_rows(a);
	check_meta(a);
}
