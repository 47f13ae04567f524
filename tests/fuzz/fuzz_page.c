/* fuzz_page.c: any bytes as minutes and as a conclusion; what was read is written and read again.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "clients/conclusion_page.h"
#include "clients/minutes.h"
#include "clients/page.h"

static void assert_same_item(const struct item_new *a, const struct item_new *b)
{
	assert(a->opinions.n == b->opinions.n);
	for (size_t i = 0; i < a->opinions.n; i++)
		assert(a->opinions.v[i] == b->opinions.v[i]);
	assert(text_equal(a->how, b->how));
	assert(text_equal(a->unit, b->unit));
	assert(a->due == b->due);
	assert(text_equal(a->ground, b->ground));
	assert(text_equal(a->words, b->words));
}

static void write_and_read(
	const struct conclusion_page_source *from, bool vietnamese, struct arena *a)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct conclusion_page got;
	conclusion_page_write(&w, from, vietnamese);
	struct text page = { (const char *)w.p, w.n };
	enum err err = conclusion_page_read(page, "again", &got, a, NULL);
	assert(err == OK);
	assert(text_equal(got.meeting, from->meeting));
	assert(got.version == from->version);
	assert(got.has_hash == (from->hash != NULL));
	assert(!got.has_hash || memcmp(got.hash, from->hash, 32) == 0);
	assert(got.items.n == from->item_count);
	for (size_t i = 0; i < got.items.n; i++)
		assert_same_item((const struct item_new *)got.items.v + i, &from->items[i]);
}

static void assert_fault(enum err err, const struct fault *f)
{
	assert(err == E_LINE && f->err == err);
	assert(f->at > 0 && f->what[0] != '\0');
}

static void try_conclusion(struct text file, struct arena *a)
{
	struct conclusion_page page;
	struct fault f;
	enum err err = conclusion_page_read(file, "page", &page, a, &f);
	if (err != OK) {
		assert_fault(err, &f);
		return;
	}
	struct conclusion_page_source from = { .meeting = page.meeting,
		.version = page.version,
		.hash = page.has_hash ? page.hash : NULL,
		.items = page.items.v,
		.item_count = page.items.n };
	write_and_read(&from, true, a);
	write_and_read(&from, false, a);
}

/* The words of minutes, as what the items of a conclusion say and as what they answer. */
static void write_words(const struct list *opinions, struct arena *a)
{
	const struct opinion_new *from = opinions->v;
	struct item_new *items = arena_alloc(a, opinions->n, sizeof(*items));
	struct conclusion_opinion *shown = arena_alloc(a, opinions->n, sizeof(*shown));
	size_t n = 0;
	for (size_t i = 0; i < opinions->n; i++) {
		uint32_t *ordinal = arena_alloc(a, 1, sizeof(*ordinal));
		*ordinal = (uint32_t)i + 1;
		shown[i] = (struct conclusion_opinion){ .ordinal = *ordinal,
			.speaker = from[i].speaker,
			.topic = from[i].topic,
			.summary = from[i].summary,
			.words = from[i].words };
		if (from[i].words.n == 0)
			continue;
		items[n++] = (struct item_new){
			.opinions = { ordinal, 1 }, .how = text_of("answer"), .words = from[i].words
		};
	}
	struct conclusion_page_source source = { .meeting = text_of("9/2026/1"),
		.version = 1,
		.opinions = shown,
		.opinion_count = opinions->n,
		.items = items,
		.item_count = n };
	write_and_read(&source, true, a);
}

static void try_minutes(struct text file, struct arena *a)
{
	struct meeting_record r;
	struct list registered;
	struct fault f;
	enum err err = minutes_read(file, "page", &r, &registered, a, &f);
	if (err != OK) {
		assert_fault(err, &f);
		return;
	}
	enum err whole = record_check(record_meeting_new(), r.meeting.v, NULL);
	assert(whole == OK);
	assert(r.closed == 0 || r.count == r.opinions.n);
	write_words(&r.opinions, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text file = { (const char *)data, size };
	try_minutes(file, &a);
	try_conclusion(file, &a);
	return 0;
}
