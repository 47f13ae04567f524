/* test_pack.c: MessagePack in and out: the suite of vectors, hostile bytes, limits. */
#include "tests/lib/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/pack.h"
#include "tests/lib/shared.h"

#define BYTES(...)                                                                                 \
	bytes_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* How often memory was asked for; a sanitizer has an allocator of its own. */
static size_t allocations;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if !defined(SANITIZED) && !defined(__SANITIZE_ADDRESS__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old_own, size_t size);

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

void *realloc(void *old_own, size_t size)
{
	allocations++;
	return __libc_realloc(old_own, size);
}

#endif

/* The vectors: { group: [{ type: value, "msgpack": ["c4-00" …] } …] }. */

struct vectors {
	json_t *all;
	size_t values, encodings;
};

static int load_vectors(void **state)
{
	static struct vectors loaded;
	const char *path = shared_path("vectors/msgpack/msgpack-test-suite.json");
	if (path != NULL)
		loaded.all = json_load_file(path, JSON_ALLOW_NUL, NULL);
	*state = &loaded;
	return path != NULL && loaded.all == NULL;
}

static int free_vectors(void **state)
{
	json_decref(((struct vectors *)*state)->all);
	return 0;
}

/* "a1-61" as bytes in heap memory of exactly that size. */
static struct bytes unhex(const char *text)
{
	size_t n = (strlen(text) + 1) / 3;
	uint8_t *out = xmalloc(n);
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	return (struct bytes){ out, n };
}

typedef void each_fn(json_t *value, struct bytes encoding);

/* Runs `each` on every encoding of every value; the counts are those of the suite. */
static void for_each_encoding(void **state, each_fn *each)
{
	struct vectors *v = *state;
	if (v->all == NULL)
		skip();
	v->values = v->encodings = 0;
	const char *group;
	json_t *values, *value, *hex;
	size_t i, k;
	json_object_foreach(v->all, group, values) json_array_foreach(values, i, value)
	{
		v->values++;
		json_array_foreach(json_object_get(value, "msgpack"), k, hex)
		{
			struct bytes encoding = unhex(json_string_value(hex));
			each(value, encoding);
			free((void *)(uintptr_t)encoding.p);
			v->encodings++;
		}
	}
	assert_int_equal(v->values, 85);
	assert_int_equal(v->encodings, 233);
}

static bool is_foreign(struct bytes b)
{
	enum pack_type type = read_type(&(struct reader){ .p = b.p, .n = b.n });
	return type == PACK_FLOAT || type == PACK_EXT;
}

static enum err skim_all(struct bytes b, size_t limit, bool floats, struct skim *s)
{
	skim_init(s, limit);
	s->floats = floats;
	return skim_feed(s, b.p, b.n, NULL);
}

static void check_length(json_t *value, struct bytes b)
{
	(void)value;
	struct skim s;
	assert_int_equal(skim_all(b, LIMIT_MESSAGE_BYTES, true, &s), OK);
	assert_int_equal(s.at, b.n);
	assert_int_equal(skim_all(b, b.n, true, &s), OK);
	uint8_t *longer = xmalloc(b.n + 3);
	memset(longer, 0xc1, b.n + 3);
	memcpy(longer, b.p, b.n);
	assert_int_equal(skim_all(bytes_of(longer, b.n + 3), LIMIT_MESSAGE_BYTES, true, &s), OK);
	assert_int_equal(s.at, b.n);
	struct reader rd = { .p = longer, .n = b.n + 3 };
	assert_int_equal(read_any(&rd).n, b.n);
	assert_int_equal(rd.at, b.n);
	free(longer);
}

static void every_encoding_is_skimmed_to_its_end(void **state)
{
	for_each_encoding(state, check_length);
}

static void check_prefixes(json_t *value, struct bytes b)
{
	(void)value;
	for (size_t n = 0; n < b.n; n++) {
		uint8_t *cut = xmalloc(n);
		memcpy(cut, b.p, n);
		struct skim s;
		assert_int_equal(
			skim_all(bytes_of(cut, n), LIMIT_MESSAGE_BYTES, true, &s), E_TRUNCATED);
		struct reader rd = { .p = cut, .n = n };
		(void)read_any(&rd);
		assert_int_not_equal(rd.err, OK);
		free(cut);
	}
}

static void every_strict_prefix_is_truncated(void **state)
{
	for_each_encoding(state, check_prefixes);
}

static void check_foreign(json_t *value, struct bytes b)
{
	(void)value;
	struct skim s;
	if (!is_foreign(b)) {
		assert_int_equal(skim_all(b, LIMIT_MESSAGE_BYTES, false, &s), OK);
		return;
	}
	for (size_t n = 1; n <= b.n; n++)
		assert_int_equal(
			skim_all(bytes_of(b.p, n), LIMIT_MESSAGE_BYTES, false, &s), E_FRAME);
}

static void floats_and_extensions_are_refused_at_their_first_byte(void **state)
{
	for_each_encoding(state, check_foreign);
}

/* Asserts that the reader stands before this value, and passes it. */
static void same_value(struct reader *rd, json_t *value)
{
	const char *key;
	json_t *one;
	size_t i;
	switch (json_typeof(value)) {
	case JSON_NULL:
		read_nil(rd);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		assert_int_equal(read_bool(rd), json_is_true(value));
		break;
	case JSON_INTEGER:
		assert_int_equal(read_int(rd), json_integer_value(value));
		break;
	case JSON_STRING:
		assert_true(text_equal(read_text(rd),
			(struct text){ json_string_value(value), json_string_length(value) }));
		break;
	case JSON_ARRAY:
		assert_int_equal(read_array(rd), json_array_size(value));
		json_array_foreach(value, i, one) same_value(rd, one);
		break;
	case JSON_OBJECT:
		assert_int_equal(read_map(rd), json_object_size(value));
		json_object_foreach(value, key, one)
		{
			assert_true(text_is(read_text(rd), key));
			same_value(rd, one);
		}
		break;
	case JSON_REAL:
		assert_false(json_is_real(value));
		break;
	}
	assert_int_equal(rd->err, OK);
}

static void same_big(struct reader *rd, const char *digits)
{
	if (digits[0] == '-')
		assert_int_equal(read_int(rd), strtoll(digits, NULL, 10));
	else
		assert_true(read_uint(rd) == strtoull(digits, NULL, 10));
}

static void check_value(json_t *value, struct bytes b)
{
	if (is_foreign(b))
		return;
	struct reader rd = reader_of(b);
	json_t *binary = json_object_get(value, "binary");
	json_t *big = json_object_get(value, "bignum");
	json_t *plain = json_object_iter_value(json_object_iter(value));
	if (binary != NULL) {
		struct bytes wanted = unhex(json_string_value(binary));
		assert_true(bytes_equal(read_bin(&rd), wanted));
		free((void *)(uintptr_t)wanted.p);
	} else if (big != NULL) {
		same_big(&rd, json_string_value(big));
	} else {
		same_value(&rd, plain);
	}
	assert_int_equal(rd.err, OK);
	assert_int_equal(rd.at, rd.n);
}

static void every_value_is_read_back(void **state)
{
	for_each_encoding(state, check_value);
}

static void write_value(struct writer *w, json_t *value)
{
	const char *key;
	json_t *one;
	size_t i;
	switch (json_typeof(value)) {
	case JSON_NULL:
		write_nil(w);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		write_bool(w, json_is_true(value));
		break;
	case JSON_INTEGER:
		write_int(w, json_integer_value(value));
		break;
	case JSON_STRING:
		write_text(w, (struct text){ json_string_value(value), json_string_length(value) });
		break;
	case JSON_ARRAY:
		write_array(w, json_array_size(value));
		json_array_foreach(value, i, one) write_value(w, one);
		break;
	case JSON_OBJECT:
		write_map(w, json_object_size(value));
		json_object_foreach(value, key, one)
		{
			write_string(w, key);
			write_value(w, one);
		}
		break;
	case JSON_REAL:
		assert_false(json_is_real(value));
		break;
	}
}

/* Is what was written one of the forms in the list, and is none but a float shorter? */
static void expect_listed(struct writer *w, json_t *forms)
{
	bool listed = false;
	json_t *form;
	size_t i;
	json_array_foreach(forms, i, form)
	{
		struct bytes b = unhex(json_string_value(form));
		listed = listed || bytes_equal(b, writer_bytes(w));
		assert_true(is_foreign(b) || b.n >= w->n);
		free((void *)(uintptr_t)b.p);
	}
	assert_true(listed);
	writer_reset(w);
}

static void write_and_check(json_t *value)
{
	AUTO(writer_fini) struct writer w = { 0 };
	json_t *forms = json_object_get(value, "msgpack");
	const char *digits = json_string_value(json_object_get(value, "bignum"));
	json_t *binary = json_object_get(value, "binary");
	json_t *plain = json_object_iter_value(json_object_iter(value));
	if (binary != NULL) {
		struct bytes b = unhex(json_string_value(binary));
		write_bin(&w, b);
		free((void *)(uintptr_t)b.p);
	} else if (digits != NULL && digits[0] == '-') {
		write_int(&w, strtoll(digits, NULL, 10));
	} else if (digits != NULL) {
		write_uint(&w, strtoull(digits, NULL, 10));
	} else {
		write_value(&w, plain);
	}
	expect_listed(&w, forms);
	if (json_is_integer(plain) && json_integer_value(plain) >= 0) {
		write_uint(&w, (uint64_t)json_integer_value(plain));
		expect_listed(&w, forms);
	}
}

static void the_writer_uses_the_shortest_listed_form(void **state)
{
	struct vectors *v = *state;
	if (v->all == NULL)
		skip();
	const char *group;
	json_t *values, *value;
	size_t i, written = 0;
	json_object_foreach(v->all, group, values) json_array_foreach(values, i, value)
	{
		json_t *plain = json_object_iter_value(json_object_iter(value));
		if (json_object_get(value, "ext") != NULL ||
			json_object_get(value, "timestamp") != NULL || json_is_real(plain))
			continue;
		write_and_check(value);
		written++;
	}
	assert_int_equal(written, 85 - 19 - 7 - 2);
}

/* Feeding one more byte each time ends as feeding all at once. */
static void expect_same_by_bytes(struct bytes b, size_t limit, bool floats)
{
	struct skim whole, grown;
	enum err at_once = skim_all(b, limit, floats, &whole);
	skim_init(&grown, limit);
	grown.floats = floats;
	enum err err = E_TRUNCATED;
	for (size_t n = 0; n <= b.n && err == E_TRUNCATED; n++)
		err = skim_feed(&grown, b.p, n, NULL);
	assert_int_equal(err, at_once);
	if (err == OK) {
		assert_int_equal(grown.at, whole.at);
		assert_int_equal(grown.nodes, whole.nodes);
	}
}

static void check_by_bytes(json_t *value, struct bytes b)
{
	(void)value;
	expect_same_by_bytes(b, LIMIT_MESSAGE_BYTES, true);
	expect_same_by_bytes(b, LIMIT_MESSAGE_BYTES, false);
	expect_same_by_bytes(b, b.n, true);
	expect_same_by_bytes(b, b.n - 1, true);
}

static void feeding_byte_by_byte_is_feeding_at_once(void **state)
{
	for_each_encoding(state, check_by_bytes);
}

static void a_long_message_may_come_in_pieces_of_any_size(void **state)
{
	(void)state;
	static const uint8_t zeros[300];
	AUTO(writer_fini) struct writer w = { 0 };
	write_array(&w, 300);
	for (unsigned i = 0; i < 100; i++) {
		write_map(&w, 1);
		write_string(&w, "đường");
		write_array(&w, 2);
		write_int(&w, -(int64_t)i * 1000003);
		write_bool(&w, i % 2);
		write_bin(&w, bytes_of(zeros, i * 3));
		write_nil(&w);
	}
	for (size_t piece = 1; piece < 2000; piece = piece * 3 / 2 + 1) {
		struct skim s;
		skim_init(&s, LIMIT_MESSAGE_BYTES);
		enum err err = E_TRUNCATED;
		for (size_t n = piece; n < w.n; n += piece) {
			err = skim_feed(&s, w.p, n, NULL);
			assert_int_equal(err, E_TRUNCATED);
		}
		assert_int_equal(skim_feed(&s, w.p, w.n, NULL), OK);
		assert_int_equal(s.at, w.n);
	}
}

/* Hostile bytes. */

static void bombs_are_refused_from_their_head_and_cost_nothing(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[9], n;
		enum err err;
	} bombs[] = {
		{ { 0xdd, 0xff, 0xff, 0xff, 0xff }, 5, E_TOO_MANY },
		{ { 0xdf, 0xff, 0xff, 0xff, 0xff }, 5, E_TOO_MANY },
		{ { 0xdf, 0x80, 0x00, 0x00, 0x00 }, 5, E_TOO_MANY },
		{ { 0xdf, 0x80, 0x00, 0x00, 0x01 }, 5, E_TOO_MANY },
		{ { 0xdb, 0xff, 0xff, 0xff, 0xff }, 5, E_TOO_LARGE },
		{ { 0xc6, 0xff, 0xff, 0xff, 0xff }, 5, E_TOO_LARGE },
		{ { 0xc9, 0xff, 0xff, 0xff, 0xff }, 5, E_FRAME },
		{ { 0xc8, 0xff, 0xff }, 3, E_FRAME },
		{ { 0x94, 0x00, 0x01, 0xdd, 0x7f, 0xff, 0xff, 0xff }, 8, E_TOO_MANY },
		{ { 0x91, 0x91, 0x81, 0xa0, 0xdb, 0x00, 0x10, 0x00, 0x00 }, 9, E_TOO_LARGE },
	};
	size_t before = allocations;
	for (size_t i = 0; i < COUNT(bombs); i++) {
		struct skim s;
		struct fault f;
		skim_init(&s, LIMIT_MESSAGE_BYTES);
		assert_int_equal(skim_feed(&s, bombs[i].bytes, bombs[i].n, &f), bombs[i].err);
		assert_int_equal(f.err, bombs[i].err);
		struct reader rd = { .p = bombs[i].bytes, .n = bombs[i].n };
		(void)read_any(&rd);
		assert_int_not_equal(rd.err, OK);
		expect_same_by_bytes(
			bytes_of(bombs[i].bytes, bombs[i].n), LIMIT_MESSAGE_BYTES, false);
	}
	assert_int_equal(allocations, before);
}

/* An array32 or map32 count that fits the bytes that may come, yet not the values allowed. */
static void counts_that_could_still_come_are_waited_for(void **state)
{
	(void)state;
	struct skim s;
	struct bytes most = BYTES(0xdd, 0x00, 0x03, 0xff, 0xfb); /* 256 KiB - 5 */
	assert_int_equal(skim_all(most, LIMIT_MESSAGE_BYTES, false, &s), E_TRUNCATED);
	struct bytes over = BYTES(0xdd, 0x00, 0x03, 0xff, 0xfc);
	assert_int_equal(skim_all(over, LIMIT_MESSAGE_BYTES, false, &s), E_TOO_MANY);
	struct bytes pairs = BYTES(0xdf, 0x00, 0x01, 0xff, 0xfd);
	assert_int_equal(skim_all(pairs, LIMIT_MESSAGE_BYTES, false, &s), E_TRUNCATED);
	struct bytes pairs_over = BYTES(0xdf, 0x00, 0x01, 0xff, 0xfe);
	assert_int_equal(skim_all(pairs_over, LIMIT_MESSAGE_BYTES, false, &s), E_TOO_MANY);
}

/* `levels` heads, each holding the next, and a nil in the innermost. */
static enum err skim_nested(size_t levels, const uint8_t *head, size_t n)
{
	uint8_t *b = xmalloc(levels * n + 1);
	for (size_t i = 0; i < levels; i++)
		memcpy(b + i * n, head, n);
	b[levels * n] = 0xc0;
	struct skim s;
	enum err err = skim_all(bytes_of(b, levels * n + 1), LIMIT_MESSAGE_BYTES, false, &s);
	expect_same_by_bytes(bytes_of(b, levels * n + 1), LIMIT_MESSAGE_BYTES, false);
	free(b);
	return err;
}

static void nesting_ends_at_its_limit(void **state)
{
	(void)state;
	static const struct {
		uint8_t head[5], n;
	} heads[] = { { { 0x91 }, 1 }, { { 0xdc, 0, 1 }, 3 }, { { 0xdd, 0, 0, 0, 1 }, 5 },
		{ { 0x81, 0xc0 }, 2 } };
	for (size_t i = 0; i < COUNT(heads); i++) {
		const uint8_t *head = heads[i].head;
		assert_int_equal(skim_nested(LIMIT_DEPTH - 1, head, heads[i].n), OK);
		assert_int_equal(skim_nested(LIMIT_DEPTH, head, heads[i].n), E_TOO_DEEP);
		assert_int_equal(skim_nested(31, head, heads[i].n), E_TOO_DEEP);
		assert_int_equal(skim_nested(33, head, heads[i].n), E_TOO_DEEP);
		assert_int_equal(skim_nested(50000, head, heads[i].n), E_TOO_DEEP);
	}
	assert_int_equal(skim_nested(100000, heads[0].head, 1), E_TOO_DEEP);
	static const uint8_t wide[] = { 0xdc, 0xff, 0xff };
	assert_int_equal(skim_nested(31, wide, 3), E_TOO_DEEP);
	static const uint8_t wider[] = { 0xdd, 0x00, 0x02, 0x00, 0x00 };
	assert_int_equal(skim_nested(31, wider, 5), E_TOO_DEEP);
}

static void values_end_at_their_limit(void **state)
{
	(void)state;
	AUTO(writer_fini) struct writer w = { 0 };
	for (size_t more = 0; more < 2; more++) {
		writer_reset(&w);
		write_array(&w, LIMIT_NODES - 1 + more);
		for (size_t i = 0; i < LIMIT_NODES - 1 + more; i++)
			write_nil(&w);
		struct skim s;
		assert_int_equal(skim_all(writer_bytes(&w), LIMIT_MESSAGE_BYTES, false, &s),
			more ? E_TOO_MANY : OK);
	}
}

static void bytes_end_at_their_limit(void **state)
{
	(void)state;
	AUTO(writer_fini) struct writer w = { 0 };
	uint8_t *zeros = xcalloc(LIMIT_MESSAGE_BYTES, 1);
	for (size_t more = 0; more < 2; more++) {
		writer_reset(&w);
		write_bin(&w, bytes_of(zeros, LIMIT_MESSAGE_BYTES - 5 + more));
		struct bytes b = writer_bytes(&w);
		enum err wanted = more ? E_TOO_LARGE : OK;
		struct skim s;
		assert_int_equal(b.n, LIMIT_MESSAGE_BYTES + more);
		assert_int_equal(skim_all(b, LIMIT_MESSAGE_BYTES, false, &s), wanted);
		assert_int_equal(skim_all(bytes_of(b.p, 5), LIMIT_MESSAGE_BYTES, false, &s),
			more ? E_TOO_LARGE : E_TRUNCATED);
		assert_int_equal(skim_whole(b, LIMIT_MESSAGE_BYTES, NULL), wanted);
	}
	free(zeros);
	assert_int_equal(skim_whole(BYTES(0xc0, 0xc0), 8, NULL), E_TRAILING);
	assert_int_equal(skim_whole(BYTES(0x92, 0xc0), 8, NULL), E_TRUNCATED);
	assert_int_equal(skim_whole(bytes_of(NULL, 0), 8, NULL), E_TRUNCATED);
	/* What is cut at the limit will never be whole. */
	assert_int_equal(skim_whole(BYTES(0x92, 0xc0), 2, NULL), E_TOO_MANY);
	assert_int_equal(skim_whole(BYTES(0x93, 0x92, 0xc0), 3, NULL), E_TOO_MANY);
	assert_int_equal(skim_whole(BYTES(0x92, 0x91, 0xc0), 3, NULL), E_TOO_LARGE);
}

static void bytes_that_are_no_message_are_refused(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[12], n;
		enum err err;
	} bad[] = {
		{ { 0xc1 }, 1, E_FRAME }, { { 0x92, 0xc0, 0xc1 }, 3, E_FRAME },
		{ { 0xd4, 0x01, 0x10 }, 3, E_FRAME },
		{ { 0xd6, 0xff, 0x5a, 0x4a, 0xf6, 0xa5 }, 6, E_FRAME },
		{ { 0xc7, 0x0c, 0xff }, 3, E_FRAME },
		{ { 0xca, 0x7f, 0xc0, 0x00, 0x00 }, 5, E_FRAME },       /* NaN */
		{ { 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0 }, 9, E_FRAME }, /* +Inf */
		{ { 0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0 }, 9, E_FRAME }, /* -Inf */
		{ { 0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0 }, 9, E_FRAME },    /* -0.0 */
		{ { 0x81, 0xca, 0, 0, 0, 0, 0xc0 }, 7, E_FRAME },
		{ { 0xa2, 0xc0, 0xaf }, 3, E_UTF8 }, /* overlong */
		{ { 0xa3, 0xe0, 0x80, 0xaf }, 4, E_UTF8 },
		{ { 0xa4, 0xf0, 0x80, 0x80, 0xaf }, 5, E_UTF8 },
		{ { 0xa3, 0xed, 0xa0, 0x80 }, 4, E_UTF8 }, /* surrogates */
		{ { 0xa3, 0xed, 0xbf, 0xbf }, 4, E_UTF8 },
		{ { 0xa4, 0xf4, 0x90, 0x80, 0x80 }, 5, E_UTF8 }, /* above U+10FFFF */
		{ { 0xa1, 0x80 }, 2, E_UTF8 }, { { 0xa2, 'a', 0xff }, 3, E_UTF8 },
		{ { 0xa1, 0xe1 }, 2, E_UTF8 }, { { 0xd9, 0x02, 0xe1, 0xbb }, 4, E_UTF8 },
		{ { 0x92, 0xa1, 0xe1, 0xa2, 0xbb, 0x87 }, 6,
			E_UTF8 }, /* one letter over two texts */
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct bytes b = { bad[i].bytes, bad[i].n };
		struct skim s;
		assert_int_equal(skim_all(b, LIMIT_MESSAGE_BYTES, false, &s), bad[i].err);
		expect_same_by_bytes(b, LIMIT_MESSAGE_BYTES, false);
	}
}

static void strange_but_valid_text_passes_the_skim(void **state)
{
	(void)state;
	AUTO(writer_fini) struct writer w = { 0 };
	write_array(&w, 3);
	write_array(&w, 10000);
	for (size_t i = 0; i < 10000; i++)
		write_string(&w, "\u0301");
	write_string(&w, "\u202e\u200b\ufffe\U0010ffff\u0378");
	write_text(&w, (struct text){ "a\0b", 3 });
	struct skim s;
	assert_int_equal(skim_all(writer_bytes(&w), LIMIT_MESSAGE_BYTES, false, &s), OK);
	struct reader rd = reader_of(writer_bytes(&w));
	(void)read_array(&rd);
	(void)read_any(&rd);
	(void)read_text(&rd);
	assert_int_equal(read_text(&rd).n, 3);
}

static void texts_and_bytes_are_not_confused(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[3], n;
		enum pack_type type;
	} one[] = { { { 0xc0 }, 1, PACK_NIL }, { { 0xc3 }, 1, PACK_BOOL },
		{ { 0x01 }, 1, PACK_UINT }, { { 0xff }, 1, PACK_INT },
		{ { 0xa1, 'a' }, 2, PACK_TEXT }, { { 0xc4, 1, 'a' }, 3, PACK_BIN },
		{ { 0x90 }, 1, PACK_ARRAY }, { { 0x80 }, 1, PACK_MAP } };
	for (size_t i = 0; i < COUNT(one); i++) {
		struct reader fresh = { .p = one[i].bytes, .n = one[i].n };
		assert_int_equal(read_type(&fresh), one[i].type);
		struct reader rd[8];
		for (size_t k = 0; k < 8; k++)
			rd[k] = fresh;
		read_nil(&rd[0]);
		(void)read_bool(&rd[1]);
		(void)read_uint(&rd[2]);
		(void)read_int(&rd[3]);
		(void)read_text(&rd[4]);
		(void)read_bin(&rd[5]);
		(void)read_array(&rd[6]);
		(void)read_map(&rd[7]);
		for (size_t k = 0; k < 8; k++) {
			bool fits = k == i || (k == 3 && one[i].type == PACK_UINT);
			assert_int_equal(rd[k].err, fits ? OK : E_TYPE);
			assert_int_equal(rd[k].at, fits ? one[i].n : 0);
		}
	}
}

static void whole_numbers_have_their_ends(void **state)
{
	(void)state;
	struct reader rd = reader_of(BYTES(0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0));
	assert_true(read_uint(&rd) == (uint64_t)1 << 63);
	rd = reader_of(BYTES(0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0));
	assert_int_equal(read_int(&rd), 0);
	assert_int_equal(rd.err, E_RANGE);
	rd = reader_of(BYTES(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0));
	assert_int_equal(read_int(&rd), INT64_MIN);
	rd = reader_of(BYTES(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0));
	assert_int_equal(read_uint(&rd), 0);
	assert_int_equal(rd.err, E_TYPE);
	AUTO(writer_fini) struct writer w = { 0 };
	static const int64_t ends[] = { 0, 127, 128, 255, 256, 65535, 65536, UINT32_MAX,
		(int64_t)UINT32_MAX + 1, INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769,
		INT32_MIN, (int64_t)INT32_MIN - 1, INT64_MIN };
	static const uint8_t sizes[] = { 1, 1, 2, 2, 3, 3, 5, 5, 9, 9, 1, 1, 2, 2, 3, 3, 5, 5, 9,
		9 };
	for (size_t i = 0; i < COUNT(ends); i++) {
		writer_reset(&w);
		write_int(&w, ends[i]);
		assert_int_equal(w.n, sizes[i]);
		rd = reader_of(writer_bytes(&w));
		assert_true(read_int(&rd) == ends[i]);
		assert_int_equal(rd.err, OK);
	}
}

static void the_first_failure_of_a_reader_sticks(void **state)
{
	(void)state;
	struct reader rd = reader_of(BYTES(0x01, 0xa1, 'a', 0x02));
	assert_int_equal(read_uint(&rd), 1);
	assert_int_equal(read_bin(&rd).n, 0);
	assert_int_equal(rd.err, E_TYPE);
	assert_int_equal(rd.at, 1);
	assert_int_equal(read_text(&rd).n, 0);
	assert_int_equal(read_any(&rd).n, 0);
	assert_int_equal(read_type(&rd), PACK_BAD);
	assert_int_equal(rd.at, 1);
	assert_int_equal(rd.err, E_TYPE);
	rd = reader_of(bytes_of(NULL, 0));
	assert_int_equal(read_uint(&rd), 0);
	assert_int_equal(rd.err, E_TRUNCATED);
}

static void a_writer_keeps_its_limit(void **state)
{
	(void)state;
	AUTO(writer_fini) struct writer w = { .limit = 4 };
	write_uint(&w, 300);
	assert_int_equal(w.n, 3);
	write_nil(&w);
	assert_int_equal(w.n, 4);
	assert_false(w.over);
	write_nil(&w);
	assert_true(w.over);
	assert_int_equal(w.n, 4);
	writer_reset(&w);
	assert_false(w.over);
	write_string(&w, "abcd");
	assert_true(w.over);
	assert_true(w.n <= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_is_skimmed_to_its_end),
		cmocka_unit_test(every_strict_prefix_is_truncated),
		cmocka_unit_test(every_value_is_read_back),
		cmocka_unit_test(the_writer_uses_the_shortest_listed_form),
		cmocka_unit_test(floats_and_extensions_are_refused_at_their_first_byte),
		cmocka_unit_test(feeding_byte_by_byte_is_feeding_at_once),
		cmocka_unit_test(a_long_message_may_come_in_pieces_of_any_size),
		cmocka_unit_test(bombs_are_refused_from_their_head_and_cost_nothing),
		cmocka_unit_test(counts_that_could_still_come_are_waited_for),
		cmocka_unit_test(nesting_ends_at_its_limit),
		cmocka_unit_test(values_end_at_their_limit),
		cmocka_unit_test(bytes_end_at_their_limit),
		cmocka_unit_test(bytes_that_are_no_message_are_refused),
		cmocka_unit_test(strange_but_valid_text_passes_the_skim),
		cmocka_unit_test(texts_and_bytes_are_not_confused),
		cmocka_unit_test(whole_numbers_have_their_ends),
		cmocka_unit_test(the_first_failure_of_a_reader_sticks),
		cmocka_unit_test(a_writer_keeps_its_limit),
	};
	return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
