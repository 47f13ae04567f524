/* bodies.c: the bytes of attached files against the hash that their words hold. */
#include "daemon/verify/audit.h"

#include "store/dump.h"
#include "store/key.h"

#include <sodium.h>

static void step(struct bodies *b)
{
	b->there = scan_next(&b->scan, &b->key, &b->value);
}

static void fail_row(struct audit *a, struct bytes key, const char *field, const char *why)
{
	char where[DUMP_KEY_BYTES];
	dump_key(STORE_body, key, where);
	audit_fail(a, "body", where, field, "%s", why);
}

/* Rows before this entry's own belong to none. */
static void pass(struct audit *a, uint64_t seq)
{
	struct bodies *b = &a->bodies;
	for (; b->there && (b->key.n != 12 || get_u64(b->key.p) < seq); step(b))
		fail_row(a, b->key, "key", "no step attaches this");
}

/* All parts of the entry's body: how many bytes they are, and their hash; false: one of them is not
 * what it was, and told as such. */
static bool take(struct audit *a, uint64_t *bytes, uint8_t hash[static 32])
{
	struct bodies *b = &a->bodies;
	struct bytes part;
	uint32_t number = 0;
	bool good = true;
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	*bytes = 0;
	for (; b->there && b->key.n == 12 && get_u64(b->key.p) == a->entry.seq; step(b)) {
		bool next = get_u32(b->key.p + 8) == number++;
		bool whole = journal_body_open(b->value, &part);
		if (!next || !whole)
			fail_row(a, b->key, next ? "row" : "key",
				next ? "not the bytes that came" : "not the part that comes next");
		good &= next && whole;
		if (!whole)
			continue;
		crypto_hash_sha256_update(&state, part.p, part.n);
		*bytes += part.n;
	}
	crypto_hash_sha256_final(&state, hash);
	return good;
}

/* The event of the entry that attaches a file, NULL if none does. */
static const struct ev_case_moved *attaching(const struct audit *a)
{
	const struct ev_case_moved *found = NULL;
	for (size_t i = 0; i < a->entry.count; i++) {
		const struct event *e = &a->entry.events[i];
		const struct ev_case_moved *ev = e->fields;
		if (e->code == EVENT_case_moved && ev != NULL && ev->size > 0)
			found = ev;
	}
	return found;
}

static bool is_hash(struct text hex, const uint8_t hash[static 32])
{
	char want[65];
	sodium_bin2hex(want, sizeof(want), hash, 32);
	return text_is(hex, want);
}

/* Words that are gone took the body with them; that they may be gone is checked in words.c. */
static void check(struct audit *a, const struct ev_case_moved *ev)
{
	uint8_t hash[32];
	struct group group;
	struct case_args words = { 0 };
	struct key key = key_of_body(a->entry.seq, 0);
	uint64_t bytes;
	if (!take(a, &bytes, hash))
		return;
	bool said = ev->group > 0 &&
		    journal_words(a->txn, a->entry.seq, (uint16_t)(ev->group - 1), &group);
	if (!said && bytes > 0)
		fail_row(a, key_bytes(&key), "row", "still there after its words were destroyed");
	if (!said)
		return;
	if (bytes != ev->size)
		fail_row(a, key_bytes(&key), "size", "not the bytes that were announced");
	else if (record_read_words(group.words, record_case_args(), &words, NULL) != OK ||
		 !is_hash(words.sha256, hash))
		fail_row(a, key_bytes(&key), "sha256", "not the bytes that were signed");
}

void bodies_check(struct audit *a)
{
	struct bodies *b = &a->bodies;
	if (!b->open) {
		scan_open(&b->scan, a->txn, STORE_body, (struct bytes){ 0 });
		b->open = true;
		step(b);
	}
	const struct ev_case_moved *ev = attaching(a);
	pass(a, a->entry.seq);
	if (ev != NULL)
		check(a, ev);
}

void bodies_end(struct audit *a)
{
	struct bodies *b = &a->bodies;
	for (; b->there; step(b))
		fail_row(a, b->key, "key", "no step attaches this");
}

void bodies_close(struct bodies *b)
{
	if (b->open)
		scan_close(&b->scan);
}
