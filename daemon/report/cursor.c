/* cursor.c: sealing the place where a page ended, and opening it again. */
#include "daemon/report/cursor.h"

#include "daemon/report/report.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

enum {
	SEAL_KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	SEAL_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEAL_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	TIME_BYTES = 8,
	BOUND_BYTES = 32,
};

static_assert(LIMIT_CURSOR == SEAL_NONCE + TIME_BYTES + CURSOR_PLACE_MAX + SEAL_TAG);

struct cursor_seal {
	uint8_t key[SEAL_KEY];
};

struct cursor_seal *cursor_seal_new(void)
{
	struct cursor_seal *seal = sodium_malloc(sizeof(*seal));
	if (seal == NULL)
		abort(); /* no memory */
	randombytes_buf(seal->key, sizeof(seal->key));
	return seal;
}

void cursor_seal_free(struct cursor_seal *seal)
{
	sodium_free(seal);
}

static const struct field *after_of(const struct report *r)
{
	const struct field *f = record_field(r->cmd->record(), text_of("after"));
	assert(f == NULL || f->kind == KIND_BIN);
	return f;
}

/* How many rows a page has may change from one to the next; what is listed may not. */
static void *without_page(const struct report *r, const void *request)
{
	const struct record *record = r->cmd->record();
	const struct field *limit = record_field(record, text_of("limit"));
	char *copy = arena_alloc(r->arena, 1, record->size);
	memcpy(copy, request, record->size);
	memset(copy + after_of(r)->offset, 0, sizeof(struct bytes));
	if (limit != NULL) {
		assert(limit->kind == KIND_UINT);
		memset(copy + limit->offset, 0, sizeof(uint64_t));
	}
	return copy;
}

/* Who asks, and for what. */
static void bind_to(const struct report *r, const void *request, uint8_t out[static BOUND_BYTES])
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_string(&w, r->cmd->wire);
	write_uint(&w, r->officer);
	record_write_wire(&w, r->cmd->record(), without_page(r, request), NULL, NULL);
	crypto_generichash(out, BOUND_BYTES, w.p, w.n, NULL, 0);
}

enum err cursor_open(const struct report *r, void *request)
{
	uint8_t plain[TIME_BYTES + CURSOR_PLACE_MAX], bound[BOUND_BYTES];
	unsigned long long n = 0;
	const struct field *f = after_of(r);
	if (f == NULL || field_is_empty(f, request))
		return OK;
	struct bytes *after = (struct bytes *)(void *)((char *)request + f->offset);
	if (after->n <= SEAL_NONCE + SEAL_TAG + TIME_BYTES || after->n > LIMIT_CURSOR)
		return fail(r->fault, E_CURSOR, f->name, NULL);
	bind_to(r, request, bound);
	int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, after->p + SEAL_NONCE,
		after->n - SEAL_NONCE, bound, sizeof(bound), after->p, r->seal->key);
	if (rc != 0)
		return fail(r->fault, E_CURSOR, f->name, NULL);
	int64_t age = r->now - (int64_t)get_u64(plain);
	if (age > CURSOR_LIFE_US || age < -CURSOR_LIFE_US) /* the clock may be set back a little */
		return fail(r->fault, E_CURSOR, f->name, NULL);
	*after = arena_bytes(r->arena, bytes_of(plain + TIME_BYTES, (size_t)n - TIME_BYTES));
	return OK;
}

void cursor_write(const struct report *r, const void *request, struct writer *w)
{
	uint8_t plain[TIME_BYTES + CURSOR_PLACE_MAX], bound[BOUND_BYTES], out[LIMIT_CURSOR];
	unsigned long long n = 0;
	if (r->next_n == 0) {
		write_nil(w);
		return;
	}
	bind_to(r, request, bound);
	put_u64(plain, (uint64_t)r->now);
	memcpy(plain + TIME_BYTES, r->next, r->next_n);
	randombytes_buf(out, SEAL_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE, &n, plain,
		TIME_BYTES + r->next_n, bound, sizeof(bound), NULL, out, r->seal->key);
	write_bin(w, bytes_of(out, SEAL_NONCE + (size_t)n));
}
