/* words.c: words against commitments: the table runs in step with the entries. */
#include "daemon/verify/audit.h"

#include "store/key.h"

#include <stdlib.h>

static void step(struct words *w)
{
	w->there = scan_next(&w->scan, &w->key, &w->value);
}

static void fail_row(struct audit *a, struct bytes key, const char *field, const char *why)
{
	char where[64];
	if (key.n == 10)
		snprintf(where, sizeof(where), "%llu,%u", (unsigned long long)get_u64(key.p),
			get_u16(key.p + 8));
	else
		snprintf(where, sizeof(where), "(a key of %zu bytes)", key.n);
	audit_fail(a, "words", where, field, "%s", why);
}

/* Rows before this key belong to nothing. */
static void pass(struct audit *a, struct bytes until)
{
	struct words *w = &a->words;
	for (; w->there; step(w)) {
		size_t n = w->key.n < until.n ? w->key.n : until.n;
		int c = memcmp(w->key.p, until.p, n);
		if (c > 0 || (c == 0 && w->key.n >= until.n))
			return;
		fail_row(a, w->key, "key", "no head commits to these words");
	}
}

static void miss(struct words *w, uint64_t seq, uint16_t group, struct bytes key)
{
	AUDIT_GROW(w->missing, w->n, w->room);
	w->missing[w->n] = (struct missing_words){ seq, group, false };
	map_put(&w->missing_by_key, key, (uint32_t)w->n++);
}

static void check_row(struct audit *a, struct bytes commitment)
{
	struct words *w = &a->words;
	struct group group;
	uint8_t computed[32];
	if (w->value.n < sizeof(group.salt)) {
		fail_row(a, w->key, "salt", "cut short");
		return;
	}
	memcpy(group.salt, w->value.p, sizeof(group.salt));
	group.words = bytes_of(w->value.p + sizeof(group.salt), w->value.n - sizeof(group.salt));
	group_commit(&group, computed);
	if (!bytes_equal(commitment, bytes_of(computed, sizeof(computed))))
		fail_row(a, w->key, "words", "not what the head commits to");
}

void words_check(struct audit *a)
{
	struct words *w = &a->words;
	const struct audited *e = &a->entry;
	if (!w->open) {
		scan_open(&w->scan, a->txn, STORE_words, (struct bytes){ 0 });
		w->open = true;
		step(w);
	}
	for (size_t i = 0; i < e->w_count; i++) {
		struct key key = key_of_words(e->seq, (uint16_t)i);
		w->groups++;
		pass(a, key_bytes(&key));
		if (!w->there || !bytes_equal(w->key, key_bytes(&key))) {
			miss(w, e->seq, (uint16_t)i, key_bytes(&key));
			continue;
		}
		check_row(a, e->w[i]);
		step(w);
	}
}

void words_destroyed(struct audit *a, uint64_t seq, const struct ev_words_destroyed *ev)
{
	uint32_t at;
	struct group group;
	struct key key = key_of_words(ev->seq, (uint16_t)(ev->group - 1));
	if (map_get(&a->words.missing_by_key, key_bytes(&key), &at))
		a->words.missing[at].destroyed = true;
	else if (journal_words(a->txn, ev->seq, (uint16_t)(ev->group - 1), &group))
		fail_row(a, key_bytes(&key), "words", "still there after they were destroyed");
	else
		audit_fail_at(a, seq, "seq", "destroys words that never were");
}

void words_end(struct audit *a)
{
	struct words *w = &a->words;
	for (; w->there; step(w))
		fail_row(a, w->key, "key", "no head commits to these words");
	for (size_t i = 0; i < w->n; i++) {
		struct key key = key_of_words(w->missing[i].seq, w->missing[i].group);
		if (!w->missing[i].destroyed)
			fail_row(a, key_bytes(&key), "words",
				"gone, and nothing says that they were destroyed");
	}
}

void words_close(struct words *w)
{
	if (w->open)
		scan_close(&w->scan);
}

void words_fini(struct words *w)
{
	map_fini(&w->missing_by_key);
	free(w->missing);
}
