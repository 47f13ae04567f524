/* bodies.c: the bytes of attached files and of papers against the hash that their words hold. */
#include "daemon/verify/audit.h"

#include "proto/paper.h"
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
		fail_row(a, b->key, "key", "nothing brought this");
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

/* What a body came with: how many bytes it has, and the words that hold its hash. */
struct carrier {
	uint64_t size, group;
	const struct record *words;
	struct text code; /* of a paper, that is made of the hash */
};

/* The event of the entry that brings a body; size 0 when none does. */
static struct carrier carrying(const struct audit *a)
{
	struct carrier found = { 0 };
	for (size_t i = 0; i < a->entry.count; i++) {
		const struct event *e = &a->entry.events[i];
		const struct ev_case_moved *moved = e->fields;
		const struct ev_paper_made *made = e->fields;
		if (e->fields == NULL)
			continue;
		if (e->code == EVENT_case_moved && moved->size > 0)
			found = (struct carrier){ moved->size, moved->group, record_case_args(),
				{ 0 } };
		if (e->code == EVENT_paper_made)
			found = (struct carrier){ made->size, made->group, record_paper_make(),
				made->check_code };
	}
	return found;
}

/* The hash that the words hold; false when they do not read. */
static bool read_hash(
	const struct record *record, struct bytes words, struct arena *a, struct text *hash)
{
	const struct field *f = record_field(record, text_of("sha256"));
	char *to = arena_alloc(a, 1, record->size);
	if (record_read_words(words, record, to, NULL) != OK)
		return false;
	memcpy(hash, to + f->offset, sizeof(*hash));
	return true;
}

static bool is_hash(struct text hex, const uint8_t hash[static 32])
{
	char want[65];
	sodium_bin2hex(want, sizeof(want), hash, 32);
	return text_is(hex, want);
}

/* Words that are gone took the body with them; that they may be gone is checked in words.c. */
static void check(struct audit *a, const struct carrier *c)
{
	uint8_t hash[32];
	char code[CROCKFORD_SIGNS + 1];
	struct group group;
	struct text said = { 0 };
	struct key key = key_of_body(a->entry.seq, 0);
	uint64_t bytes;
	if (!take(a, &bytes, hash))
		return;
	bool there = c->group > 0 &&
		     journal_words(a->txn, a->entry.seq, (uint16_t)(c->group - 1), &group);
	if (!there && bytes > 0)
		fail_row(a, key_bytes(&key), "row", "still there after its words were destroyed");
	if (!there)
		return;
	if (bytes != c->size)
		fail_row(a, key_bytes(&key), "size", "not the bytes that were announced");
	else if (!read_hash(c->words, group.words, &a->arena, &said) || !is_hash(said, hash))
		fail_row(a, key_bytes(&key), "sha256", "not the bytes that were signed");
	else if (c->code.n > 0 && (!paper_code(said, code) || !text_is(c->code, code)))
		fail_row(a, key_bytes(&key), "code", "not the check code of this text");
}

void bodies_check(struct audit *a)
{
	struct bodies *b = &a->bodies;
	if (!b->open) {
		scan_open(&b->scan, a->txn, STORE_body, (struct bytes){ 0 });
		b->open = true;
		step(b);
	}
	const struct carrier carrier = carrying(a);
	pass(a, a->entry.seq);
	if (carrier.size > 0)
		check(a, &carrier);
}

void bodies_end(struct audit *a)
{
	struct bodies *b = &a->bodies;
	for (; b->there; step(b))
		fail_row(a, b->key, "key", "nothing brought this");
}

void bodies_close(struct bodies *b)
{
	if (b->open)
		scan_close(&b->scan);
}
