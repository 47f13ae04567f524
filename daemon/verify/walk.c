/* walk.c: the journal from its first leaf to its last. */
#include "daemon/verify/audit.h"
#include "daemon/verify/fold.h"

#include "store/dump.h"

/* All leaves of the entry at hand are there. */
static void finish(struct audit *a)
{
	leaf_events(a);
	if (a->entry.head_ok) {
		head_collect(a);
		words_check(a);
		bodies_check(a);
		tables_rid(a);
	}
	if (a->entry.head_ok && a->entry.whole) {
		head_check(a);
		keys_check(a);
		fold_entry(a);
	}
	a->entries++;
	arena_reset(&a->arena);
}

static bool is_header(struct bytes leaf)
{
	uint64_t code;
	struct reader rd;
	return leaf_open(leaf, &code, &rd, NULL) == OK && code == EVENT_entry;
}

static void take_event(struct audit *a, uint64_t seq, struct bytes leaf)
{
	struct audited *e = &a->entry;
	AUDIT_GROW(e->events, e->count, e->room);
	e->events[e->count++] = (struct event){ .seq = seq, .leaf = leaf };
}

/* A leaf that cannot be read where an entry should end is taken for the next header. */
static bool begins_entry(const struct audit *a, struct bytes leaf)
{
	const struct audited *e = &a->entry;
	return a->leaves == 0 || is_header(leaf) || (e->header_ok && e->count == e->header.count);
}

static void take(struct audit *a, uint64_t seq, struct bytes leaf)
{
	uint8_t hash[TREE_HASH_BYTES];
	tree_leaf(leaf, hash);
	frontier_add(&a->frontier, hash);
	if (begins_entry(a, leaf)) {
		if (a->leaves > 0)
			finish(a);
		leaf_header(a, seq, leaf);
		writer_reset(&a->hashes);
	} else {
		take_event(a, seq, leaf);
	}
	write_raw(&a->hashes, hash, sizeof(hash));
	a->leaves++;
	audit_progress(a, "leaf", a->leaves);
}

void walk_journal(struct audit *a)
{
	struct bytes key, value;
	uint64_t expect = 0;
	AUTO(scan_close) struct scan s;
	scan_open(&s, a->txn, STORE_entry, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		uint64_t seq = key.n == 8 ? get_u64(key.p) : UINT64_MAX;
		if (seq != expect) {
			char where[DUMP_KEY_BYTES];
			dump_key(STORE_entry, key, where);
			audit_fail_at(a, expect, "seq", "missing, the next key is %s", where);
			a->unsafe = true;
		}
		if (key.n != 8 || seq < expect)
			continue;
		take(a, seq, value);
		expect = seq + 1;
	}
	if (a->leaves > 0)
		finish(a);
	else if (txn_error(a->txn) == OK)
		audit_fail_at(a, 0, "seq", "the journal is empty");
	words_end(a);
	bodies_end(a);
}
