/*
 * fuzz_skim.c: what the skim accepts, the cursor walks to the same end and msgpack-c takes as the
 * same bytes; feeding in two pieces ends as feeding at once. What the skim refused is never given
 * to msgpack-c.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <msgpack.h>

#include "proto/pack.h"

/* Walks one value by the calls that records are read with. */
static void walk(struct reader *rd)
{
	uint64_t left = 1;
	while (left > 0 && rd->err == OK) {
		left--;
		switch (read_type(rd)) {
		case PACK_NIL:
			read_nil(rd);
			break;
		case PACK_BOOL:
			(void)read_bool(rd);
			break;
		case PACK_UINT:
			(void)read_uint(rd);
			break;
		case PACK_INT:
			assert(read_int(rd) < 0);
			break;
		case PACK_TEXT:
			(void)read_text(rd);
			break;
		case PACK_BIN:
			(void)read_bin(rd);
			break;
		case PACK_ARRAY:
			left += read_array(rd);
			break;
		case PACK_MAP:
			left += (uint64_t)2 * read_map(rd);
			break;
		case PACK_FLOAT:
		case PACK_EXT:
			(void)read_any(rd);
			break;
		case PACK_BAD:
			rd->err = E_TRUNCATED;
			break;
		}
	}
}

static void compare(const uint8_t *data, size_t size, const struct skim *s)
{
	struct reader rd = { .p = data, .n = size };
	walk(&rd);
	assert(rd.err == OK);
	assert(rd.at == s->at);
	rd = (struct reader){ .p = data, .n = s->at };
	assert(read_any(&rd).n == s->at);
	assert(rd.err == OK);
	size_t offset = 0;
	msgpack_unpacked unpacked;
	msgpack_unpacked_init(&unpacked);
	msgpack_unpack_return got =
		msgpack_unpack_next(&unpacked, (const char *)data, size, &offset);
	assert(got == MSGPACK_UNPACK_SUCCESS);
	assert(offset == s->at);
	msgpack_unpacked_destroy(&unpacked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int floats = 0; floats < 2; floats++) {
		struct skim whole, grown;
		skim_init(&whole, LIMIT_MESSAGE_BYTES);
		skim_init(&grown, LIMIT_MESSAGE_BYTES);
		whole.floats = grown.floats = floats != 0;
		enum err err = skim_feed(&whole, data, size, NULL);
		enum err first = skim_feed(&grown, data, size / 2, NULL);
		if (first == E_TRUNCATED)
			first = skim_feed(&grown, data, size, NULL);
		assert(first == err);
		if (err != OK)
			continue;
		assert(whole.at == grown.at && whole.nodes == grown.nodes);
		assert(whole.at <= size && whole.nodes <= LIMIT_NODES);
		compare(data, size, &whole);
	}
	/* A cursor over bytes that no skim has passed stays inside them. */
	struct reader rd = { .p = data, .n = size };
	for (size_t before = size + 1; rd.err == OK && rd.at < size && before != rd.at;) {
		before = rd.at;
		walk(&rd);
	}
	assert(rd.at <= size);
	return 0;
}
