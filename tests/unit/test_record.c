/*
 * test_record.c: every record of record.def in both forms: round trips, bad keys, limits, words,
 * text that means harm.
 */
#include "tests/lib/test.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/day.h"
#include "proto/record.h"
#include "proto/text.h"
#include "tests/lib/fill.h"
#include "tests/lib/shared.h"

#define ROUNDS 40u

/* clang-format off */
static const struct {
	int code; /* of an event, -1 for other records */
	const struct record *(*record)(void);
} records[] = {
#define EVENT(code, name, help) { code, record_ev_##name },
#define RECORD(name, help) { -1, record_##name },
#define FIELD(id, name, kind, max, flags, help)
#define LIST(id, name, record, max, flags, help)
#define END(name)
#include "proto/record.def"
#undef EVENT
#undef RECORD
#undef FIELD
#undef LIST
#undef END
};
/* clang-format on */

/* A record, its wire form, and the memory of both. */
struct sample {
	struct arena arena;
	struct fill fill;
	const struct record *record;
	void *value, *back;
	struct writer wire, disk;
	struct groups groups;
	struct fault fault;
};

static void sample_init(struct sample *s, const struct record *r, uint64_t seed)
{
	*s = (struct sample){ .record = r };
	s->fill = (struct fill){ .seed = seed, .arena = &s->arena, .words = true };
	s->value = arena_alloc(&s->arena, 1, r->size);
	s->back = arena_alloc(&s->arena, 1, r->size);
}

static void sample_fini(struct sample *s)
{
	writer_fini(&s->wire);
	writer_fini(&s->disk);
	groups_fini(&s->groups);
	arena_fini(&s->arena);
}

static void sample_write(struct sample *s)
{
	writer_reset(&s->wire);
	s->groups.n = s->groups.next = 0;
	record_write_wire(&s->wire, s->record, s->value, &s->groups, &s->arena);
}

/* Reads bytes as the sample's record, with its groups. */
static enum err read_bytes(struct sample *s, struct bytes b)
{
	struct reader rd = reader_of(b);
	s->groups.next = 0;
	s->fault = (struct fault){ 0 };
	enum err err = record_read_wire(&rd, s->record, s->back, &s->groups, &s->arena, &s->fault);
	if (err == OK)
		assert_int_equal(rd.at, rd.n);
	else
		assert_int_equal(s->fault.err, err);
	return err;
}

static enum err sample_read(struct sample *s)
{
	return read_bytes(s, writer_bytes(&s->wire));
}

static void expect_back(const struct sample *s)
{
	const char *differs = "";
	if (!fill_equal(s->record, s->value, s->back, &differs))
		print_error("%s.%s differs\n", s->record->name, differs);
	assert_string_equal(differs, "");
}

/* The read must fail so, and name the field. */
static void expect_fault(const struct sample *s, enum err err, enum err wanted, const char *field)
{
	if (err != wanted || strcmp(s->fault.field, field) != 0)
		print_error("%s.%s: %s, field '%s'\n", s->record->name, field, err_row(err)->name,
			s->fault.field);
	assert_int_equal(err, wanted);
	assert_string_equal(s->fault.field, field);
}

typedef void sample_fn(struct sample *s);
typedef void field_fn(struct sample *s, const struct field *f);

static void for_each_record(uint64_t seed, sample_fn *fn)
{
	for (size_t i = 0; i < COUNT(records); i++) {
		struct sample s;
		sample_init(&s, records[i].record(), seed);
		fn(&s);
		sample_fini(&s);
	}
}

/* With all fields that must be there filled, for each field of each record. */
static void for_each_field(field_fn *fn)
{
	for (size_t i = 0; i < COUNT(records); i++)
		for (size_t k = 0; k < records[i].record()->count; k++) {
			struct sample s;
			sample_init(&s, records[i].record(), i * 100 + k);
			s.fill.least = true;
			fill_record(&s.fill, s.record, s.value);
			fn(&s, &s.record->fields[k]);
			sample_fini(&s);
		}
}

/* Round trips. */

static void check_wire(struct sample *s)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		fill_record(&s->fill, s->record, s->value);
		assert_int_equal(record_check(s->record, s->value, &s->fault), OK);
		sample_write(s);
		assert_int_equal(skim_whole(writer_bytes(&s->wire), 1u << 30, NULL), OK);
		assert_int_equal(sample_read(s), OK);
		assert_int_equal(s->groups.next, s->groups.n);
		expect_back(s);
	}
}

static void every_record_comes_back_from_its_wire_form(void **state)
{
	(void)state;
	for_each_record(1, check_wire);
}

static void check_disk(struct sample *s)
{
	s->fill.words = false;
	AUTO(writer_fini) struct writer again = { 0 };
	for (unsigned i = 0; i < ROUNDS; i++) {
		fill_record(&s->fill, s->record, s->value);
		writer_reset(&s->disk);
		record_write_disk(&s->disk, s->record, s->value);
		struct reader rd = reader_of(writer_bytes(&s->disk));
		assert_int_equal(
			record_read_disk(&rd, s->record, s->back, &s->arena, &s->fault), OK);
		assert_int_equal(rd.at, rd.n);
		expect_back(s);
		writer_reset(&again);
		record_write_disk(&again, s->record, s->back);
		assert_true(bytes_equal(writer_bytes(&s->disk), writer_bytes(&again)));
	}
}

static void the_disk_form_of_every_record_comes_back_and_is_canonical(void **state)
{
	(void)state;
	for_each_record(2, check_disk);
}

static void check_prefixes(struct sample *s)
{
	fill_record(&s->fill, s->record, s->value);
	sample_write(s);
	for (size_t n = 0; n < s->wire.n; n++) {
		uint8_t *cut = xmalloc(n);
		memcpy(cut, s->wire.p, n);
		assert_int_not_equal(read_bytes(s, bytes_of(cut, n)), OK);
		free(cut);
	}
}

static void no_strict_prefix_is_a_record(void **state)
{
	(void)state;
	for_each_record(3, check_prefixes);
}

/* Keys. */

/* A map with the bytes of `from` and room for `more` further keys behind. */
static void reopen(struct writer *w, struct bytes from, size_t more)
{
	struct reader rd = reader_of(from);
	size_t n = read_map(&rd);
	write_map(w, n + more);
	write_raw(w, from.p + rd.at, from.n - rd.at);
}

static void check_unknown(struct sample *s)
{
	fill_record(&s->fill, s->record, s->value);
	sample_write(s);
	static const char *const strange[] = { "nosuch", "", "W", "w ", "Meeting" };
	for (size_t i = 0; i < COUNT(strange); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		reopen(&w, writer_bytes(&s->wire), 1);
		write_string(&w, strange[i]);
		write_nil(&w);
		expect_fault(s, read_bytes(s, writer_bytes(&w)), E_KEY_UNKNOWN, strange[i]);
		assert_string_equal(s->fault.what, strange[i]);
	}
	AUTO(writer_fini) struct writer w = { 0 };
	reopen(&w, writer_bytes(&s->wire), 1);
	write_uint(&w, 1);
	write_nil(&w);
	assert_int_equal(read_bytes(s, writer_bytes(&w)), E_TYPE);
}

static void unknown_keys_are_refused_and_named(void **state)
{
	(void)state;
	for_each_record(4, check_unknown);
}

static void an_unknown_key_within_a_list_is_named_with_its_place(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_opinion_add(), 5);
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 2);
	write_string(&w, "meeting");
	write_string(&w, "P1/2026/1");
	write_string(&w, "opinions");
	write_array(&w, 2);
	write_map(&w, 0);
	write_map(&w, 1);
	write_string(&w, "speakers");
	write_nil(&w);
	expect_fault(&s, read_bytes(&s, writer_bytes(&w)), E_KEY_UNKNOWN, "opinions[2].speakers");
	sample_fini(&s);
}

/* A key of any length, at any depth, leaves a note that is a text. */
static void the_name_of_an_unknown_key_is_cut_between_letters(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_policy_adopt(), 6);
	for (size_t n = 0; n < 300; n++) {
		AUTO(writer_fini) struct writer key = { 0 };
		for (size_t i = 0; i < n % 3; i++)
			write_raw(&key, "a", 1);
		for (size_t i = 0; i < n; i++)
			write_raw(&key, "ệ", 3);
		AUTO(writer_fini) struct writer w = { 0 };
		for (size_t depth = 0; depth < 2; depth++) {
			write_map(&w, 1);
			write_string(&w, depth == 0 ? "policy" : "kinds");
			write_array(&w, 1);
		}
		write_map(&w, 1);
		write_text(&w, (struct text){ (const char *)key.p, key.n });
		write_nil(&w);
		assert_int_equal(read_bytes(&s, writer_bytes(&w)), E_KEY_UNKNOWN);
		assert_int_equal(text_check(text_of(s.fault.field), TEXT_LINE, "field", NULL), OK);
		assert_int_equal(text_check(text_of(s.fault.what), TEXT_LINE, "what", NULL), OK);
	}
	sample_fini(&s);
}

static void check_missing(struct sample *s, const struct field *f)
{
	if ((f->flags & REQ) == 0)
		return;
	fill_clear(f, s->value);
	sample_write(s);
	expect_fault(s, sample_read(s), E_MISSING, f->name);
	assert_int_equal(record_check(s->record, s->value, &s->fault), E_MISSING);
	assert_string_equal(s->fault.field, f->name);
}

static void a_field_that_must_be_there_is_missed_by_name(void **state)
{
	(void)state;
	for_each_field(check_missing);
}

/* The map of one field alone, without its head; what is empty has none. */
static struct bytes one_field(struct sample *s, const struct field *f)
{
	void *alone = arena_alloc(&s->arena, 1, s->record->size);
	fill_field(&s->fill, f, alone);
	struct writer w = { 0 };
	s->groups.n = 0;
	record_write_wire(&w, s->record, alone, &s->groups, &s->arena);
	struct bytes copy = arena_bytes(&s->arena, writer_bytes(&w));
	writer_fini(&w);
	return (struct bytes){ copy.p + 1, copy.n - 1 };
}

static void check_twice(struct sample *s, const struct field *f)
{
	struct bytes one = one_field(s, f);
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 2);
	write_raw(&w, one.p, one.n);
	write_raw(&w, one.p, one.n);
	const char *name = (f->flags & WORDS) ? "w" : f->name;
	expect_fault(s, read_bytes(s, writer_bytes(&w)), E_KEY_TWICE, name);
}

static void a_key_given_twice_is_refused_and_named(void **state)
{
	(void)state;
	for_each_field(check_twice);
}

/* Values of every type of MessagePack that is used here. */
static void write_any(struct writer *w, enum pack_type type)
{
	switch (type) {
	case PACK_NIL:
		write_nil(w);
		break;
	case PACK_BOOL:
		write_bool(w, true);
		break;
	case PACK_UINT:
		write_uint(w, 1);
		break;
	case PACK_INT:
		write_int(w, -1);
		break;
	case PACK_TEXT:
		write_string(w, "2026-11-22");
		break;
	case PACK_BIN:
		write_bin(w, bytes_of("0123456789", 10));
		break;
	case PACK_ARRAY:
		write_array(w, 1);
		write_bool(w, true);
		break;
	case PACK_MAP:
		write_map(w, 0);
		break;
	case PACK_FLOAT:
	case PACK_EXT:
	case PACK_BAD:
		break;
	}
}

/* The types that a field of this kind is written in. */
static unsigned fitting(const struct field *f)
{
	static const unsigned fits[] = { 1u << PACK_UINT, 1u << PACK_TEXT,
		1u << PACK_UINT | 1u << PACK_INT, 1u << PACK_TEXT, 1u << PACK_TEXT, 1u << PACK_BIN,
		1u << PACK_BIN, 0, 0, 0 };
	return fits[f->kind];
}

static void check_types(struct sample *s, const struct field *f)
{
	static const enum pack_type types[] = { PACK_NIL, PACK_BOOL, PACK_UINT, PACK_INT, PACK_TEXT,
		PACK_BIN, PACK_ARRAY, PACK_MAP };
	for (size_t i = 0; i < COUNT(types); i++) {
		if (fitting(f) & 1u << types[i] && (f->flags & WORDS) == 0)
			continue;
		AUTO(writer_fini) struct writer w = { 0 };
		write_map(&w, 1);
		write_string(&w, f->name);
		write_any(&w, types[i]);
		enum err err = read_bytes(s, writer_bytes(&w));
		if (f->flags & WORDS) {
			expect_fault(s, err, E_KEY_UNKNOWN, f->name);
			continue;
		}
		if (f->kind == KIND_LIST && types[i] == PACK_ARRAY) {
			assert_int_equal(err, E_TYPE);
			assert_memory_equal(s->fault.field, f->name, strlen(f->name));
			continue;
		}
		expect_fault(s, err, E_TYPE, f->name);
		assert_string_not_equal(s->fault.what, "");
	}
}

static void a_value_of_another_type_is_refused_and_named(void **state)
{
	(void)state;
	for_each_field(check_types);
}

static void what_is_no_map_is_no_record(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_case_number(), 7);
	static const enum pack_type types[] = { PACK_NIL, PACK_UINT, PACK_TEXT, PACK_BIN,
		PACK_ARRAY };
	for (size_t i = 0; i < COUNT(types); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		write_any(&w, types[i]);
		assert_int_equal(read_bytes(&s, writer_bytes(&w)), E_TYPE);
	}
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, LIMIT_FIELDS + 1);
	assert_int_equal(read_bytes(&s, writer_bytes(&w)), E_TOO_MANY);
	sample_fini(&s);
}

/* Limits. */

/* Makes the field as large as it may be, or larger by one; false when there is no such value. */
static bool fill_to_limit(struct sample *s, const struct field *f, bool over)
{
	void *at = (char *)s->value + f->offset;
	size_t n = (size_t)f->max + over;
	char *filler = arena_alloc(&s->arena, f->kind == KIND_UINT ? 1 : n + 1, 1);
	memset(filler, 'k', f->kind == KIND_UINT ? 1 : n);
	switch (f->kind) {
	case KIND_UINT:
		*(uint64_t *)at = f->max == 0 ? UINT64_MAX : (uint64_t)f->max + over;
		return f->max > 0 || !over;
	case KIND_DAY:
		*(uint32_t *)at = DAY_LAST;
		return !over;
	case KIND_TIME:
		*(int64_t *)at = INT64_MAX;
		return !over;
	case KIND_CODE:
	case KIND_TEXT:
		*(struct text *)at = (struct text){ filler, n };
		return true;
	case KIND_BIN:
		*(struct bytes *)at = bytes_of(filler, n);
		return true;
	case KIND_NUM:
		*(struct num *)at = (struct num){ UINT32_MAX, UINT32_MAX, UINT16_MAX };
		return !over;
	case KIND_UINTS:
		*(struct uints *)at = (struct uints){ arena_alloc(&s->arena, n, 4), n };
		return true;
	case KIND_CODES: {
		struct text *v = arena_alloc(&s->arena, n, sizeof(*v));
		for (size_t i = 0; i < n; i++)
			v[i] = text_of("P1");
		*(struct texts *)at = (struct texts){ v, n };
		return true;
	}
	case KIND_LIST: {
		const struct record *of = f->of();
		char *v = arena_alloc(&s->arena, n, of->size);
		for (size_t i = 0; i < n; i++)
			fill_record(&s->fill, of, v + i * of->size);
		*(struct list *)at = (struct list){ v, n };
		return true;
	}
	}
	return false;
}

static enum err over_limit(const struct field *f)
{
	return f->kind == KIND_UINT ? E_RANGE : f->kind >= KIND_UINTS ? E_TOO_MANY : E_LONG;
}

static void check_limits(struct sample *s, const struct field *f)
{
	assert_true(fill_to_limit(s, f, false));
	sample_write(s);
	enum err err = sample_read(s);
	if (err != OK)
		print_error("%s.%s: %s\n", s->record->name, f->name, err_row(err)->name);
	assert_int_equal(err, OK);
	expect_back(s);
	assert_int_equal(record_check(s->record, s->value, NULL), OK);
	if (!fill_to_limit(s, f, true))
		return;
	sample_write(s);
	expect_fault(s, sample_read(s), over_limit(f), f->name);
	assert_int_equal(s->fault.at, (int64_t)f->max + 1);
	assert_int_equal(s->fault.limit, f->max);
	s->fault = (struct fault){ 0 };
	expect_fault(s, record_check(s->record, s->value, &s->fault), over_limit(f), f->name);
}

static void every_field_takes_its_limit_and_not_one_more(void **state)
{
	(void)state;
	for_each_field(check_limits);
}

/* Wire values past the end of what the struct can hold. */
static void check_ends(struct sample *s, const struct field *f)
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 1);
	write_string(&w, f->name);
	enum err wanted = OK;
	if (f->kind == KIND_DAY) {
		write_string(&w, "10000-01-01");
		wanted = E_DAY;
	} else if (f->kind == KIND_TIME) {
		write_uint(&w, (uint64_t)1 << 63);
		wanted = E_RANGE;
	} else if (f->kind == KIND_UINTS) {
		write_array(&w, 2);
		write_uint(&w, UINT32_MAX);
		write_uint(&w, (uint64_t)UINT32_MAX + 1);
		wanted = E_RANGE;
	} else if (f->kind == KIND_UINT && f->max > 0) {
		write_uint(&w, UINT64_MAX);
		wanted = E_RANGE;
	} else if (f->kind == KIND_CODES) {
		static const char long_code[LIMIT_CODE + 2] =
			"ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJK";
		write_array(&w, 2);
		write_text(&w, (struct text){ long_code, LIMIT_CODE });
		write_text(&w, (struct text){ long_code, LIMIT_CODE + 1 });
		wanted = E_LONG;
	} else if (f->kind == KIND_BIN && (f->flags & EXACT)) {
		static const uint8_t zeros[64];
		write_bin(&w, bytes_of(zeros, f->max - 1));
		wanted = E_LONG;
	} else if (f->kind == KIND_NUM) {
		write_bin(&w, bytes_of("123456789", 9));
		wanted = E_TYPE;
	}
	if (wanted == OK)
		return;
	expect_fault(s, read_bytes(s, writer_bytes(&w)), wanted, f->name);
	char shown[400];
	fault_format(&s->fault, err_row(wanted)->text, shown, sizeof(shown));
	assert_null(strstr(shown, "-1"));
	assert_null(strstr(shown, "  "));
}

static void values_past_the_end_of_their_kind_are_refused_and_named(void **state)
{
	(void)state;
	for_each_field(check_ends);
}

static void days_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_case_day(), 8);
	static const char *const days[] = { "", "0000-00-00", "2026-02-29", "2026-13-01",
		"2026-00-10", "-001-01-01", "2026-1-1", "2026-11-22 ", "2026-11-22T00:00", "today",
		"0000-01-01" };
	for (size_t i = 0; i < COUNT(days); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		write_map(&w, 2);
		write_string(&w, "number");
		write_string(&w, "P1/2026/1");
		write_string(&w, "day");
		write_string(&w, days[i]);
		expect_fault(&s, read_bytes(&s, writer_bytes(&w)), E_DAY, "day");
		assert_string_equal(s.fault.what, days[i]);
	}
	sample_fini(&s);
}

/* Words. */

static const char marker[] = "không ai được thấy";

/* Puts the marker into every WORDS field of the record and its lists. */
static size_t mark_words(const struct record *r, void *record)
{
	size_t marked = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		void *at = (char *)record + f->offset;
		if (f->kind == KIND_LIST) {
			const struct list *list = at;
			for (size_t k = 0; k < list->n; k++)
				marked += mark_words(f->of(), (char *)list->v + k * f->of()->size);
		} else if (f->flags & WORDS) {
			*(struct text *)at = text_of(marker);
			marked++;
		}
	}
	return marked;
}

static void check_detached(struct sample *s)
{
	fill_record(&s->fill, s->record, s->value);
	size_t marked = mark_words(s->record, s->value);
	sample_write(s);
	assert_null(memmem(s->wire.p, s->wire.n, marker, 6));
	size_t found = 0;
	for (size_t i = 0; i < s->groups.n; i++) {
		const struct group *g = &s->groups.v[i];
		uint8_t commit[32];
		group_commit(g, commit);
		assert_non_null(memmem(s->wire.p, s->wire.n, commit, 32));
		struct reader rd = reader_of(g->words);
		found += read_map(&rd);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(g->salt, s->groups.v[k].salt, 32);
	}
	assert_int_equal(found, marked);
	assert_int_equal(sample_read(s), OK);
	expect_back(s);
}

static void words_stand_beside_what_is_signed_and_not_in_it(void **state)
{
	(void)state;
	for_each_record(9, check_detached);
}

static void a_commitment_is_a_hash_over_name_salt_and_words(void **state)
{
	(void)state;
	struct group g = { .words = bytes_of("\x81\xa5words\xa1x", 9) };
	memset(g.salt, 7, sizeof(g.salt));
	uint8_t message[8 + 32 + 9], wanted[32], got[32];
	memcpy(message, "hoiam/w1", 8);
	memset(message + 8, 7, 32);
	memcpy(message + 40, g.words.p, 9);
	crypto_hash_sha256(wanted, message, sizeof(message));
	group_commit(&g, got);
	assert_memory_equal(got, wanted, 32);
}

static void any_flipped_bit_of_salt_or_words_is_noticed(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_meeting_record(), 10);
	do
		fill_record(&s.fill, s.record, s.value);
	while (mark_words(s.record, s.value) < 9);
	sample_write(&s);
	size_t flips = 0;
	for (size_t i = 0; i < s.groups.n; i++) {
		struct group *g = &s.groups.v[i];
		uint8_t *words = (uint8_t *)(uintptr_t)g->words.p;
		for (size_t bit = 0; bit < (32 + g->words.n) * 8; bit++, flips++) {
			uint8_t *at = bit < 256 ? &g->salt[bit / 8] : &words[bit / 8 - 32];
			*at ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(sample_read(&s), E_WORDS);
			*at ^= (uint8_t)(1 << bit % 8);
		}
	}
	assert_true(flips > 1000);
	assert_int_equal(sample_read(&s), OK);
	sample_fini(&s);
}

static void words_that_are_missing_or_in_another_order_are_noticed(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_meeting_record(), 11);
	do
		fill_record(&s.fill, s.record, s.value);
	while (mark_words(s.record, s.value) < 9);
	sample_write(&s);
	assert_true(s.groups.n >= 2);
	s.groups.n--;
	assert_int_equal(sample_read(&s), E_WORDS);
	s.groups.n++;
	struct group kept = s.groups.v[0];
	s.groups.v[0] = s.groups.v[1];
	s.groups.v[1] = kept;
	expect_fault(&s, sample_read(&s), E_WORDS, "meeting[1].w");
	struct reader rd = reader_of(writer_bytes(&s.wire));
	assert_int_equal(
		record_read_wire(&rd, s.record, s.back, NULL, &s.arena, &s.fault), E_WORDS);
	sample_fini(&s);
}

/* A head that commits to these bytes as words of an opinion, and what reading it says. */
static enum err read_words(struct sample *s, struct bytes words)
{
	struct group g = { .words = words };
	AUTO(writer_fini) struct writer w = { 0 };
	uint8_t commit[32];
	group_commit(&g, commit);
	write_map(&w, 1);
	write_string(&w, "w");
	write_bin(&w, bytes_of(commit, 32));
	struct groups groups = { .v = &g, .n = 1 };
	struct reader rd = reader_of(writer_bytes(&w));
	s->fault = (struct fault){ 0 };
	return record_read_wire(&rd, s->record, s->back, &groups, &s->arena, &s->fault);
}

/* Words of which the sender signed the hash are not yet good words. */
static void committed_words_are_checked_too(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		size_t n;
		enum err err;
		const char *field;
	} bad[] = {
		{ "\x81\xa5wordz\xa1x", 9, E_KEY_UNKNOWN, "words" },
		{ "\x81\xa4kind\xa1x", 8, E_KEY_UNKNOWN, "words" },
		{ "\x82\xa5words\xa1x\xa5words\xa1x", 17, E_KEY_TWICE, "words" },
		{ "\x81\xa5words\x01", 8, E_TYPE, "words" },
		{ "\x81\xa5words\xc4\x01x", 10, E_TYPE, "words" },
		{ "\x81\xa5words\xa1\x07", 9, E_CONTROL, "words" },
		{ "\x81\xa7speaker\xa3\xe2\x80\xae", 13, E_INVISIBLE, "speaker" },
		{ "\x81\xa7speaker\xa1\n", 11, E_CONTROL, "speaker" },
		{ "\x81\xa5words\xa3o\xcc\x81", 11, E_NOT_NFC, "words" },
		{ "\x81\xa5words\xa1\xff", 9, E_UTF8, "message" },
		{ "\x81\xa5words\xa1x\xc0", 10, E_TRAILING, "message" },
		{ "\x81\xa5words", 7, E_TRUNCATED, "" },
		{ "\x90", 1, E_TYPE, "words" },
		{ "\x80", 1, E_BLANK, "words" },
		{ "\x81\xa7speaker\xa0", 10, E_BLANK, "speaker" },
		{ "", 0, E_TRUNCATED, "" },
		{ "\xc1", 1, E_FRAME, "" },
		{ "\xdf\xff\xff\xff\xff", 5, E_TOO_MANY, "message" },
	};
	struct sample s;
	sample_init(&s, record_opinion_new(), 12);
	for (size_t i = 0; i < COUNT(bad); i++)
		expect_fault(&s, read_words(&s, bytes_of(bad[i].words, bad[i].n)), bad[i].err,
			bad[i].field);
	assert_int_equal(read_words(&s, bytes_of("\x81\xa5words\xa1x", 9)), OK);
	assert_true(text_is(((const struct opinion_new *)s.back)->words, "x"));
	sample_fini(&s);
}

static void a_record_without_words_takes_no_commitment(void **state)
{
	(void)state;
	struct sample s;
	sample_init(&s, record_case_number(), 13);
	expect_fault(&s, read_words(&s, bytes_of("\x80", 1)), E_KEY_UNKNOWN, "w");
	sample_fini(&s);
}

/* Strings that broke other programs (github.com/minimaxir/big-list-of-naughty-strings). */

static bool is_reason(enum err err)
{
	return err == E_CODE || err == E_CONTROL || err == E_INVISIBLE || err == E_NOT_NFC ||
	       err == E_LONG || err == E_UTF8 || err == E_MISSING;
}

/* Takes the string back as it was, or refuses it with a reason. */
static bool taken_or_refused(struct sample *s, const char *name, struct text t)
{
	const struct field *f = record_field(s->record, text_of(name));
	assert_non_null(f);
	*(struct text *)((char *)s->value + f->offset) = t;
	sample_write(s);
	assert_int_equal(skim_whole(writer_bytes(&s->wire), LIMIT_MESSAGE_BYTES, NULL), OK);
	enum err err = sample_read(s);
	if (err == OK) {
		expect_back(s);
		return true;
	}
	assert_true(is_reason(err));
	assert_string_equal(s->fault.field, name);
	char shown[600];
	fault_format(&s->fault, err_row(err)->text, shown, sizeof(shown));
	assert_int_not_equal(text_check(text_of(shown), TEXT_LINE, "shown", &s->fault), E_UTF8);
	return false;
}

static void naughty_strings_come_back_or_are_refused(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/text/blns.json");
	if (path == NULL)
		skip();
	json_t *all = json_load_file(path, JSON_ALLOW_NUL, NULL);
	assert_int_equal(json_array_size(all), 515);
	struct sample line, block, code;
	sample_init(&line, record_case_refer(), 14);
	sample_init(&block, record_case_resolve(), 15);
	sample_init(&code, record_case_refer(), 16);
	struct sample *all_samples[] = { &line, &block, &code };
	static const char *const names[] = { "document", "text", "to" };
	size_t taken[3] = { 0 };
	json_t *one;
	size_t i;
	for (size_t k = 0; k < 3; k++) {
		all_samples[k]->fill.least = true;
		fill_record(&all_samples[k]->fill, all_samples[k]->record, all_samples[k]->value);
		json_array_foreach(all, i, one) taken[k] += taken_or_refused(all_samples[k],
			names[k], (struct text){ json_string_value(one), json_string_length(one) });
		sample_fini(all_samples[k]);
	}
	print_message("515 strings: %zu lines, %zu blocks, %zu codes taken\n", taken[0], taken[1],
		taken[2]);
	assert_true(taken[0] > 400 && taken[1] >= taken[0] && taken[2] > 10 && taken[2] < 100);
	json_decref(all);
}

/* Disk. */

static enum err read_disk(struct sample *s, struct bytes b)
{
	struct reader rd = reader_of(b);
	s->fault = (struct fault){ 0 };
	enum err err = record_read_disk(&rd, s->record, s->back, &s->arena, &s->fault);
	assert_int_equal(s->fault.err, err);
	return err;
}

static void check_disk_faults(struct sample *s)
{
	s->fill.words = false;
	fill_record(&s->fill, s->record, s->value);
	record_write_disk(&s->disk, s->record, s->value);
	struct bytes good = writer_bytes(&s->disk);
	static const uint64_t ids[] = { 0, 63, 64, 255, 256, (uint64_t)1 << 32, UINT64_MAX };
	for (size_t i = 0; i < COUNT(ids); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		reopen(&w, good, 1);
		write_uint(&w, ids[i]);
		write_nil(&w);
		assert_int_equal(read_disk(s, writer_bytes(&w)), E_TOO_NEW);
	}
	AUTO(writer_fini) struct writer w = { 0 };
	reopen(&w, good, 1);
	write_string(&w, "at");
	write_nil(&w);
	assert_int_equal(read_disk(s, writer_bytes(&w)), E_CORRUPT);
	for (size_t n = 0; n < good.n; n++)
		assert_int_equal(read_disk(s, bytes_of(good.p, n)), E_CORRUPT);
	assert_int_equal(read_disk(s, bytes_of("\x90", 1)), E_CORRUPT);
}

static void damaged_disk_forms_are_told_from_newer_ones(void **state)
{
	(void)state;
	for_each_record(17, check_disk_faults);
}

static void check_disk_field(struct sample *s, const struct field *f)
{
	if (f->flags & WORDS)
		return;
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 1);
	write_uint(&w, f->id);
	write_bool(&w, true);
	assert_int_equal(read_disk(s, writer_bytes(&w)), E_CORRUPT);
	void *alone = arena_alloc(&s->arena, 1, s->record->size);
	s->fill.words = false;
	fill_field(&s->fill, f, alone);
	writer_reset(&s->disk);
	record_write_disk(&s->disk, s->record, alone);
	writer_reset(&w);
	write_map(&w, 2);
	write_raw(&w, s->disk.p + 1, s->disk.n - 1);
	write_raw(&w, s->disk.p + 1, s->disk.n - 1);
	assert_int_equal(read_disk(s, writer_bytes(&w)), E_CORRUPT);
	if (f->kind != KIND_DAY)
		return;
	/* A day that is cut to 32 bits would be another day. */
	writer_reset(&w);
	write_map(&w, 1);
	write_uint(&w, f->id);
	write_uint(&w, ((uint64_t)1 << 32) + 739000);
	assert_int_equal(read_disk(s, writer_bytes(&w)), E_CORRUPT);
}

static void wrong_values_on_disk_are_damage(void **state)
{
	(void)state;
	for_each_field(check_disk_field);
}

/* The ordinals that there can be, and every other field as large as it may be. */
static void the_largest_event_fits_its_limit(void **state)
{
	(void)state;
	size_t largest = 0;
	for (size_t i = 0; i < COUNT(records); i++) {
		if (records[i].code <= 0)
			continue;
		struct sample s;
		sample_init(&s, records[i].record(), 18);
		for (size_t k = 0; k < s.record->count; k++)
			assert_true(fill_to_limit(&s, &s.record->fields[k], false));
		struct uints *ordinals = NULL;
		if (records[i].record == record_ev_item_put)
			ordinals = &((struct ev_item_put *)s.value)->opinions;
		for (size_t k = 0; ordinals != NULL && k < ordinals->n; k++)
			((uint32_t *)(uintptr_t)ordinals->v)[k] = LIMIT_OPINIONS_MEETING;
		record_write_disk(&s.disk, s.record, s.value);
		if (s.disk.n > largest)
			largest = s.disk.n;
		sample_fini(&s);
	}
	print_message("the largest event has %zu bytes\n", largest);
	assert_true(largest + 3 <= LIMIT_EVENT_BYTES);
}

static void fields_of_the_same_name_and_kind_are_projected(void **state)
{
	(void)state;
	struct case_accept from = {
		.number = text_of("P1/2026/7"), .document = text_of("12/GM"), .day = 739000
	};
	struct ev_case_moved to = { .term = 5 };
	record_project(record_case_accept(), &from, record_ev_case_moved(), &to);
	assert_true(text_is(to.document, "12/GM"));
	assert_int_equal(to.day, 739000);
	assert_int_equal(to.term, 5);
	/* `to` is a code in one and a unit's number in the other. */
	struct case_refer refer = { .to = text_of("P2") };
	record_project(record_case_refer(), &refer, record_ev_case_moved(), &to);
	assert_int_equal(to.to, 0);
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_comes_back_from_its_wire_form),
		cmocka_unit_test(the_disk_form_of_every_record_comes_back_and_is_canonical),
		cmocka_unit_test(no_strict_prefix_is_a_record),
		cmocka_unit_test(unknown_keys_are_refused_and_named),
		cmocka_unit_test(an_unknown_key_within_a_list_is_named_with_its_place),
		cmocka_unit_test(the_name_of_an_unknown_key_is_cut_between_letters),
		cmocka_unit_test(a_field_that_must_be_there_is_missed_by_name),
		cmocka_unit_test(a_key_given_twice_is_refused_and_named),
		cmocka_unit_test(a_value_of_another_type_is_refused_and_named),
		cmocka_unit_test(what_is_no_map_is_no_record),
		cmocka_unit_test(every_field_takes_its_limit_and_not_one_more),
		cmocka_unit_test(values_past_the_end_of_their_kind_are_refused_and_named),
		cmocka_unit_test(days_that_do_not_exist_are_refused),
		cmocka_unit_test(words_stand_beside_what_is_signed_and_not_in_it),
		cmocka_unit_test(a_commitment_is_a_hash_over_name_salt_and_words),
		cmocka_unit_test(any_flipped_bit_of_salt_or_words_is_noticed),
		cmocka_unit_test(words_that_are_missing_or_in_another_order_are_noticed),
		cmocka_unit_test(committed_words_are_checked_too),
		cmocka_unit_test(a_record_without_words_takes_no_commitment),
		cmocka_unit_test(naughty_strings_come_back_or_are_refused),
		cmocka_unit_test(damaged_disk_forms_are_told_from_newer_ones),
		cmocka_unit_test(wrong_values_on_disk_are_damage),
		cmocka_unit_test(the_largest_event_fits_its_limit),
		cmocka_unit_test(fields_of_the_same_name_and_kind_are_projected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
