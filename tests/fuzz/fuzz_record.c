/*
 * fuzz_record.c: the first byte picks a command, the rest is its record in wire form, words of it,
 * and every event in disk form. What was read is written and read again to the same bytes.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/cmd.h"

/* clang-format off */
static const struct record *(*const events[])(void) = {
#define EVENT(code, name, help) record_ev_##name,
#include "proto/event.def"
};
/* clang-format on */

static void try_wire(const struct record *r, struct bytes b, struct arena *a)
{
	AUTO(writer_fini) struct writer once = { 0 }, twice = { 0 };
	void *value = arena_alloc(a, 1, r->size);
	struct fault f = { 0 };
	struct reader rd = reader_of(b);
	enum err err = record_read_wire(&rd, r, value, NULL, a, &f);
	if (err != OK) {
		assert(f.err == err);
		return;
	}
	assert(record_check(r, value, &f) == OK);
	record_write_wire(&once, r, value, NULL, a);
	rd = reader_of(writer_bytes(&once));
	err = record_read_wire(&rd, r, value, NULL, a, &f);
	assert(err == OK && rd.at == rd.n);
	record_write_wire(&twice, r, value, NULL, a);
	assert(bytes_equal(writer_bytes(&once), writer_bytes(&twice)));
}

static void try_words(const struct record *r, struct bytes b, struct arena *a)
{
	void *value = arena_alloc(a, 1, r->size);
	struct fault f = { 0 };
	enum err err = record_read_words(b, r, value, &f);
	assert(err == OK || f.err == err);
}

static void try_disk(const struct record *r, struct bytes b, struct arena *a)
{
	AUTO(writer_fini) struct writer once = { 0 }, twice = { 0 };
	void *value = arena_alloc(a, 1, r->size);
	struct fault f = { 0 };
	struct reader rd = reader_of(b);
	enum err err = record_read_disk(&rd, r, value, a, &f);
	if (err != OK) {
		assert(err == E_CORRUPT || err == E_TOO_NEW);
		assert(f.err == err);
		return;
	}
	record_write_disk(&once, r, value);
	rd = reader_of(writer_bytes(&once));
	err = record_read_disk(&rd, r, value, a, &f);
	assert(err == OK && rd.at == rd.n);
	record_write_disk(&twice, r, value);
	assert(bytes_equal(writer_bytes(&once), writer_bytes(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	static struct arena a;
	const struct record *r = cmds[data[0] % CMD_COUNT].record();
	struct bytes rest = bytes_of(data + 1, size - 1);
	try_wire(r, rest, &a);
	try_words(r, rest, &a);
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].kind == KIND_LIST)
			try_words(r->fields[i].of(), rest, &a);
	for (size_t i = 0; i < COUNT(events); i++)
		try_disk(events[i](), rest, &a);
	arena_reset(&a);
	return 0;
}
