/* stored_conclusion.c: fetching a conclusion, comparing it, hashing it as its signer must. */
#include "clients/cli/stored_conclusion.h"

#include "clients/cli/args.h"
#include "proto/day.h"

#include <sodium.h>
#include <stdio.h>

static bool unhex(struct text hex, uint8_t out[static 32])
{
	size_t n;
	return hex.n == 64 && sodium_hex2bin(out, 32, hex.p, hex.n, NULL, &n, NULL) == 0 && n == 32;
}

static enum err read_item(
	struct session *s, const struct table *t, size_t row, struct stored_item *to)
{
	struct args args = { .record = record_item_new(), .to = &to->item, .arena = &s->arena };
	const struct field *opinions = record_field(record_item_new(), text_of("opinions"));
	to->item.how = arena_text(&s->arena, cell_as_text(table_cell(t, row, "how")));
	to->item.unit = arena_text(&s->arena, cell_as_text(table_cell(t, row, "unit")));
	to->item.ground = arena_text(&s->arena, cell_as_text(table_cell(t, row, "ground")));
	to->item.words = arena_text(&s->arena, cell_as_text(table_cell(t, row, "words")));
	to->item.due = day_parse(cell_as_text(table_cell(t, row, "due")));
	if (!unhex(cell_as_text(table_cell(t, row, "salt")), to->salt) ||
		!unhex(cell_as_text(table_cell(t, row, "w")), to->w))
		return fail(&s->fault, E_NOT_ALLOWED, NULL, "conclusion.check");
	return args_value(&args, opinions, &to->item, cell_as_text(table_cell(t, row, "opinions")),
		&s->fault);
}

enum err stored_conclusion_get(
	struct session *s, struct text meeting, uint64_t version, struct stored_conclusion *to)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct conclusion_show q = { .meeting = meeting, .version = version };
	*to = (struct stored_conclusion){ 0 };
	enum err err = session_read(s, session_cmd("conclusion.show"), &q, &reply);
	if (err != OK)
		return err;
	const struct table *facts = reply_table(&reply, "conclusion_facts");
	const struct table *items = reply_table(&reply, "conclusion_items");
	to->meeting = arena_text(&s->arena, cell_as_text(table_cell(facts, 0, "meeting")));
	to->version = (uint64_t)cell_as_number(table_cell(facts, 0, "version"), 0);
	to->state = arena_text(&s->arena, cell_as_text(table_cell(facts, 0, "state")));
	to->basis = arena_text(&s->arena, cell_as_text(table_cell(facts, 0, "basis")));
	to->count = items == NULL ? 0 : items->row_count;
	to->items = arena_alloc(&s->arena, to->count, sizeof(*to->items));
	for (size_t i = 0; err == OK && i < to->count; i++)
		err = read_item(s, items, i, &to->items[i]);
	return err;
}

static bool same_ordinals(struct uints a, struct uints b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.v, b.v, a.n * sizeof(*a.v)) == 0);
}

bool stored_conclusion_equals(const struct stored_conclusion *stored, const struct list *items)
{
	const struct item_new *v = items->v;
	if (stored->count != items->n)
		return false;
	for (size_t i = 0; i < items->n; i++) {
		const struct item_new *a = &stored->items[i].item;
		if (!text_equal(a->how, v[i].how) || !text_equal(a->unit, v[i].unit) ||
			!text_equal(a->ground, v[i].ground) || a->due != v[i].due ||
			!same_ordinals(a->opinions, v[i].opinions) ||
			!text_equal(a->words, v[i].words))
			return false;
	}
	return true;
}

/* Are the words that the server shows those that were signed? */
static bool words_fit(const struct stored_item *item)
{
	AUTO(writer_fini) struct writer words = { 0 };
	uint8_t commit[32];
	struct group g;
	write_map(&words, 1);
	write_string(&words, "words");
	write_text(&words, item->item.words);
	memcpy(g.salt, item->salt, sizeof(g.salt));
	g.words = writer_bytes(&words);
	group_commit(&g, commit);
	return memcmp(commit, item->w, sizeof(commit)) == 0;
}

static void hash_item(
	crypto_hash_sha256_state *state, size_t number, const struct stored_item *item)
{
	char line[512];
	const struct item_new *q = &item->item;
	int n = snprintf(line, sizeof(line), "%zu|%.*s|%.*s|%u|%.*s|", number, (int)q->how.n,
		q->how.p, (int)q->unit.n, q->unit.n == 0 ? "" : q->unit.p, q->due, (int)q->ground.n,
		q->ground.n == 0 ? "" : q->ground.p);
	crypto_hash_sha256_update(state, (const uint8_t *)line, (size_t)n);
	for (size_t i = 0; i < q->opinions.n; i++) {
		n = snprintf(line, sizeof(line), "%u,", q->opinions.v[i]);
		crypto_hash_sha256_update(state, (const uint8_t *)line, (size_t)n);
	}
	crypto_hash_sha256_update(state, item->w, sizeof(item->w));
	crypto_hash_sha256_update(state, (const uint8_t *)"\n", 1);
}

enum err stored_conclusion_content(
	struct session *s, const struct stored_conclusion *stored, uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/c1\n", 9);
	for (size_t i = 0; i < stored->count; i++) {
		if (!words_fit(&stored->items[i]))
			return fail(&s->fault, E_WORDS, "items", NULL);
		hash_item(&state, i + 1, &stored->items[i]);
	}
	crypto_hash_sha256_final(&state, out);
	return OK;
}
