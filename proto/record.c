/* record.c: the tables of all records, and the codec that runs over them. */
#include "proto/record.h"

#include "proto/day.h"
#include "proto/text.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
#define EVENT(code, name, help) RECORD_BODY(ev_##name, help)
#define RECORD(name, help) RECORD_BODY(name, help)
#define FIELD(id, name, kind, max, flags, help) FIELD_BODY(id, name, kind, max, flags, help)
#define LIST(id, name, record, max, flags, help) LIST_BODY(id, name, record, max, flags, help)
#define END(name) END_BODY(name)
#include "proto/record.def"
#undef EVENT
#undef RECORD
#undef FIELD
#undef LIST
#undef END
/* clang-format on */

/* The value of a field inside its struct. */
#define AT(type, record, field)     ((const type *)((const char *)(record) + (field)->offset))
#define AT_MUT(type, record, field) ((type *)((char *)(record) + (field)->offset))

bool field_is_empty(const struct field *f, const void *record)
{
	switch (f->kind) {
	case KIND_UINT:
		return *AT(uint64_t, record, f) == 0;
	case KIND_DAY:
		return *AT(uint32_t, record, f) == 0;
	case KIND_TIME:
		return *AT(int64_t, record, f) == 0;
	case KIND_CODE:
	case KIND_TEXT:
		return AT(struct text, record, f)->n == 0;
	case KIND_BIN:
		return AT(struct bytes, record, f)->n == 0;
	case KIND_NUM:
		return AT(struct num, record, f)->n == 0;
	case KIND_UINTS:
		return AT(struct uints, record, f)->n == 0;
	case KIND_CODES:
		return AT(struct texts, record, f)->n == 0;
	case KIND_LIST:
		return AT(struct list, record, f)->n == 0;
	}
	return true;
}

const struct field *record_field(const struct record *r, struct text name)
{
	for (size_t i = 0; i < r->count; i++)
		if (text_is(name, r->fields[i].name))
			return &r->fields[i];
	return NULL;
}

uint64_t record_body(const struct record *r, const void *record)
{
	uint64_t size = 0;
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].flags & BODY)
			memcpy(&size, (const char *)record + r->fields[i].offset, sizeof(size));
	return size;
}

/* Groups of words. */

void groups_fini(struct groups *g)
{
	free(g->v);
	*g = (struct groups){ 0 };
}

static struct group *groups_add(struct groups *g)
{
	if (g->n == g->room) {
		g->room = g->room * 2 + 8;
		g->v = xrealloc(g->v, g->room * sizeof(*g->v));
	}
	return &g->v[g->n++];
}

static void make_salt(const struct groups *g, uint8_t out[static 32])
{
	uint8_t index[8];
	if (g->salt_seed == NULL) {
		randombytes_buf(out, 32);
		return;
	}
	put_u64(index, g->n);
	crypto_generichash(out, 32, index, sizeof(index), g->salt_seed, 32);
}

void group_commit(const struct group *g, uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/w1", 8);
	crypto_hash_sha256_update(&state, g->salt, sizeof(g->salt));
	crypto_hash_sha256_update(&state, g->words.p, g->words.n);
	crypto_hash_sha256_final(&state, out);
}

/* Writing. */

static void write_num(struct writer *w, struct num v)
{
	uint8_t packed[10];
	put_u32(packed, v.series);
	put_u16(packed + 4, v.year);
	put_u32(packed + 6, v.n);
	write_bin(w, (struct bytes){ packed, sizeof(packed) });
}

static void write_day(struct writer *w, uint32_t day, bool wire)
{
	if (!wire) {
		write_uint(w, day);
		return;
	}
	char iso[11];
	day_format(day, iso);
	write_string(w, iso);
}

struct writing {
	struct writer *w;
	struct groups *groups;
	struct arena *arena;
	bool wire;
};

static void write_record(const struct writing *to, const struct record *r, const void *from);

static void write_value(const struct writing *to, const struct field *f, const void *record)
{
	switch (f->kind) {
	case KIND_UINT:
		write_uint(to->w, *AT(uint64_t, record, f));
		break;
	case KIND_DAY:
		write_day(to->w, *AT(uint32_t, record, f), to->wire);
		break;
	case KIND_TIME:
		write_int(to->w, *AT(int64_t, record, f));
		break;
	case KIND_CODE:
	case KIND_TEXT:
		write_text(to->w, *AT(struct text, record, f));
		break;
	case KIND_BIN:
		write_bin(to->w, *AT(struct bytes, record, f));
		break;
	case KIND_NUM:
		write_num(to->w, *AT(struct num, record, f));
		break;
	case KIND_UINTS:
		write_array(to->w, AT(struct uints, record, f)->n);
		for (size_t i = 0; i < AT(struct uints, record, f)->n; i++)
			write_uint(to->w, AT(struct uints, record, f)->v[i]);
		break;
	case KIND_CODES:
		write_array(to->w, AT(struct texts, record, f)->n);
		for (size_t i = 0; i < AT(struct texts, record, f)->n; i++)
			write_text(to->w, AT(struct texts, record, f)->v[i]);
		break;
	case KIND_LIST: {
		const struct list *list = AT(struct list, record, f);
		const struct record *of = f->of();
		write_array(to->w, list->n);
		for (size_t i = 0; i < list->n; i++)
			write_record(to, of, (const char *)list->v + i * of->size);
		break;
	}
	}
}

/* The words of one record as a group, NULL when it has none. */
static struct group *detach_words(
	const struct writing *to, const struct record *r, const void *from, size_t count)
{
	struct writer words = { 0 };
	write_map(&words, count);
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if ((f->flags & WORDS) == 0 || field_is_empty(f, from))
			continue;
		write_string(&words, f->name);
		write_text(&words, *AT(struct text, from, f));
	}
	struct group *g = groups_add(to->groups);
	make_salt(to->groups, g->salt);
	g->words = arena_bytes(to->arena, writer_bytes(&words));
	writer_fini(&words);
	return g;
}

static void write_record(const struct writing *to, const struct record *r, const void *from)
{
	size_t plain = 0, words = 0;
	for (size_t i = 0; i < r->count; i++) {
		if (field_is_empty(&r->fields[i], from))
			continue;
		if (r->fields[i].flags & WORDS)
			words++;
		else
			plain++;
	}
	assert(to->groups != NULL || words == 0);
	write_map(to->w, plain + (words > 0));
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if ((f->flags & WORDS) || field_is_empty(f, from))
			continue;
		if (to->wire)
			write_string(to->w, f->name);
		else
			write_uint(to->w, f->id);
		write_value(to, f, from);
	}
	if (words > 0) {
		struct group *g = detach_words(to, r, from, words);
		group_commit(g, g->commit);
		write_string(to->w, "w");
		write_bin(to->w, (struct bytes){ g->commit, sizeof(g->commit) });
	}
}

void record_write_wire(struct writer *w, const struct record *r, const void *from, struct groups *g,
	struct arena *a)
{
	write_record(&(struct writing){ w, g, a, true }, r, from);
}

void record_write_disk(struct writer *w, const struct record *r, const void *from)
{
	write_record(&(struct writing){ w, NULL, NULL, false }, r, from);
}

/* Reading. */

struct reading {
	struct reader *rd;
	struct groups *groups;
	struct arena *arena;
	bool wire;
	struct fault *fault;
};

static const char *kind_name(enum kind kind)
{
	static const char *const names[] = { "a whole number", "a day", "a time", "a code",
		"a text", "bytes", "a number", "a list of numbers", "a list of codes", "a list" };
	return names[kind];
}

static enum err check_text(const struct field *f, struct text t, struct fault *fault)
{
	size_t max = f->kind == KIND_CODES ? LIMIT_CODE : f->max;
	if (t.n > max)
		return fail_number(fault, E_LONG, f->name, (int64_t)t.n, (int64_t)max);
	enum text_rule rule = f->kind != KIND_TEXT ? TEXT_CODE
			      : (f->flags & BLOCK) ? TEXT_BLOCK
						   : TEXT_LINE;
	return text_check(t, rule, f->name, fault);
}

static enum err out_of_range(const struct field *f, uint64_t v, int64_t limit, struct fault *fault)
{
	char shown[24];
	snprintf(shown, sizeof(shown), "%" PRIu64, v);
	enum err err = fail(fault, E_RANGE, f->name, shown);
	if (fault != NULL) {
		fault->at = v > INT64_MAX ? INT64_MAX : (int64_t)v;
		fault->limit = limit;
	}
	return err;
}

static enum err check_uint(const struct field *f, uint64_t v, struct fault *fault)
{
	return f->max == 0 || v <= f->max ? OK : out_of_range(f, v, f->max, fault);
}

static enum err check_count(const struct field *f, size_t n, struct fault *fault)
{
	return n <= f->max ? OK : fail_number(fault, E_TOO_MANY, f->name, (int64_t)n, f->max);
}

static enum err check_codes(const struct field *f, const struct texts *codes, struct fault *fault)
{
	enum err err = check_count(f, codes->n, fault);
	for (size_t i = 0; err == OK && i < codes->n; i++)
		err = check_text(f, codes->v[i], fault);
	return err;
}

static enum err check_bin(const struct field *f, struct bytes b, struct fault *fault)
{
	if (b.n > f->max || ((f->flags & EXACT) && b.n != f->max))
		return fail_number(fault, E_LONG, f->name, (int64_t)b.n, f->max);
	return OK;
}

/* Limits and text rules of one value that is there. */
static enum err check_value(const struct field *f, const void *record, struct fault *fault)
{
	if (field_is_empty(f, record))
		return OK;
	switch (f->kind) {
	case KIND_UINT:
		return check_uint(f, *AT(uint64_t, record, f), fault);
	case KIND_CODE:
	case KIND_TEXT:
		return check_text(f, *AT(struct text, record, f), fault);
	case KIND_BIN:
		return check_bin(f, *AT(struct bytes, record, f), fault);
	case KIND_CODES:
		return check_codes(f, AT(struct texts, record, f), fault);
	case KIND_UINTS:
		return check_count(f, AT(struct uints, record, f)->n, fault);
	case KIND_LIST:
		return check_count(f, AT(struct list, record, f)->n, fault);
	case KIND_DAY:
	case KIND_TIME:
	case KIND_NUM:
		return OK;
	}
	return OK;
}

static enum err check_list(const struct field *f, const struct list *list, struct fault *fault)
{
	const struct record *of = f->of();
	for (size_t i = 0; i < list->n; i++) {
		enum err err = record_check(of, (const char *)list->v + i * of->size, fault);
		if (err == OK)
			continue;
		fault_within(fault, f->name, (int64_t)i);
		return err;
	}
	return OK;
}

enum err record_check(const struct record *r, const void *record, struct fault *fault)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		enum err err = check_value(f, record, fault);
		if (err == OK && f->kind == KIND_LIST)
			err = check_list(f, AT(struct list, record, f), fault);
		if (err != OK)
			return err;
		if ((f->flags & REQ) && field_is_empty(f, record))
			return fail(fault, E_MISSING, f->name, NULL);
	}
	return OK;
}

static struct num read_num(struct reader *rd)
{
	struct bytes b = read_bin(rd);
	if (rd->err == OK && b.n != 10)
		rd->err = E_TYPE;
	if (rd->err != OK)
		return (struct num){ 0 };
	return (struct num){
		.series = get_u32(b.p), .year = get_u16(b.p + 4), .n = get_u32(b.p + 6)
	};
}

static uint32_t read_day(struct reading *in, const struct field *f)
{
	if (!in->wire) {
		uint64_t stored = read_uint(in->rd);
		if (stored > DAY_LAST)
			in->rd->err = out_of_range(f, stored, DAY_LAST, in->fault);
		return (uint32_t)stored;
	}
	struct text t = read_text(in->rd);
	if (in->rd->err != OK)
		return 0;
	uint32_t day = day_parse(t);
	if (day == 0)
		in->rd->err = fail_text(in->fault, E_DAY, f->name, t);
	return day;
}

static int64_t read_time(struct reading *in, const struct field *f)
{
	struct reader again = *in->rd;
	int64_t time = read_int(in->rd);
	if (in->rd->err == E_RANGE)
		in->rd->err = out_of_range(f, read_uint(&again), INT64_MAX, in->fault);
	return time;
}

static void read_uints(struct reading *in, const struct field *f, struct uints *to)
{
	uint32_t n = read_array(in->rd);
	if (in->rd->err == OK && n > f->max)
		in->rd->err = fail_number(in->fault, E_TOO_MANY, f->name, n, f->max);
	if (in->rd->err != OK)
		return;
	uint32_t *v = arena_alloc(in->arena, n, sizeof(*v));
	for (uint32_t i = 0; i < n; i++) {
		uint64_t one = read_uint(in->rd);
		if (one > UINT32_MAX)
			in->rd->err = out_of_range(f, one, UINT32_MAX, in->fault);
		v[i] = (uint32_t)one;
	}
	*to = (struct uints){ v, n };
}

static void read_codes(struct reading *in, const struct field *f, struct texts *to)
{
	uint32_t n = read_array(in->rd);
	if (in->rd->err == OK && n > f->max)
		in->rd->err = fail_number(in->fault, E_TOO_MANY, f->name, n, f->max);
	if (in->rd->err != OK)
		return;
	struct text *v = arena_alloc(in->arena, n, sizeof(*v));
	for (uint32_t i = 0; i < n; i++)
		v[i] = read_text(in->rd);
	*to = (struct texts){ v, n };
}

static enum err read_record(struct reading *in, const struct record *r, void *to);

static enum err read_list(struct reading *in, const struct field *f, struct list *to)
{
	const struct record *of = f->of();
	uint32_t n = read_array(in->rd);
	if (in->rd->err != OK)
		return fail(in->fault, in->rd->err, f->name, kind_name(f->kind));
	if (n > f->max)
		return fail_number(in->fault, E_TOO_MANY, f->name, n, f->max);
	char *v = arena_alloc(in->arena, n, of->size);
	for (uint32_t i = 0; i < n; i++) {
		enum err err = read_record(in, of, v + i * of->size);
		if (err == OK)
			continue;
		fault_within(in->fault, f->name, (int64_t)i);
		return err;
	}
	*to = (struct list){ v, n };
	return OK;
}

static enum err read_value(struct reading *in, const struct field *f, void *record)
{
	struct reader *rd = in->rd;
	switch (f->kind) {
	case KIND_UINT:
		*AT_MUT(uint64_t, record, f) = read_uint(rd);
		break;
	case KIND_DAY:
		*AT_MUT(uint32_t, record, f) = read_day(in, f);
		break;
	case KIND_TIME:
		*AT_MUT(int64_t, record, f) = read_time(in, f);
		break;
	case KIND_CODE:
	case KIND_TEXT:
		*AT_MUT(struct text, record, f) = read_text(rd);
		break;
	case KIND_BIN:
		*AT_MUT(struct bytes, record, f) = read_bin(rd);
		break;
	case KIND_NUM:
		*AT_MUT(struct num, record, f) = read_num(rd);
		break;
	case KIND_UINTS:
		read_uints(in, f, AT_MUT(struct uints, record, f));
		break;
	case KIND_CODES:
		read_codes(in, f, AT_MUT(struct texts, record, f));
		break;
	case KIND_LIST:
		return read_list(in, f, AT_MUT(struct list, record, f));
	}
	if (rd->err == E_TYPE)
		return fail(in->fault, E_TYPE, f->name, kind_name(f->kind));
	if (rd->err == E_TRUNCATED)
		return fail(in->fault, E_TRUNCATED, f->name, NULL);
	if (rd->err != OK || !in->wire)
		return rd->err;
	return check_value(f, record, in->fault);
}

enum err record_read_words(
	struct bytes words, const struct record *r, void *to, struct fault *fault)
{
	struct reader rd = reader_of(words);
	uint32_t n = read_map(&rd);
	if (rd.err == OK && n > LIMIT_FIELDS)
		return fail_number(fault, E_TOO_MANY, "words", n, LIMIT_FIELDS);
	if (rd.err == OK && n == 0)
		return fail(fault, E_BLANK, "words", NULL);
	uint64_t seen = 0;
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		struct text name = read_text(&rd);
		const struct field *f = rd.err == OK ? record_field(r, name) : NULL;
		if (rd.err == OK && (f == NULL || (f->flags & WORDS) == 0))
			return fail_text(fault, E_KEY_UNKNOWN, "words", name);
		if (f == NULL)
			break;
		if (seen & (uint64_t)1 << f->id)
			return fail(fault, E_KEY_TWICE, f->name, NULL);
		seen |= (uint64_t)1 << f->id;
		*AT_MUT(struct text, to, f) = read_text(&rd);
		if (rd.err == OK && AT(struct text, to, f)->n == 0)
			return fail(fault, E_BLANK, f->name, NULL);
		enum err err =
			rd.err == OK ? check_text(f, *AT(struct text, to, f), fault) : rd.err;
		if (err != OK)
			return rd.err == OK ? err : fail(fault, err, f->name, "a text");
	}
	if (rd.err != OK)
		return fail(fault, rd.err, "words", "a map of texts");
	return rd.at == rd.n ? OK : fail(fault, E_TRAILING, "words", NULL);
}

/* The "w" of a head: take the next group, check it, fill the WORDS fields. */
static enum err attach_words(struct reading *in, const struct record *r, void *to)
{
	struct bytes commit = read_bin(in->rd);
	if (in->rd->err != OK || commit.n != 32)
		return fail(in->fault, E_TYPE, "w", "32 bytes");
	if (in->groups == NULL || in->groups->next >= in->groups->n)
		return fail(in->fault, E_WORDS, "w", NULL);
	struct group *g = &in->groups->v[in->groups->next++];
	group_commit(g, g->commit);
	if (sodium_memcmp(g->commit, commit.p, 32) != 0)
		return fail(in->fault, E_WORDS, "w", NULL);
	enum err err = skim_whole(g->words, LIMIT_MESSAGE_BYTES, in->fault);
	return err != OK ? err : record_read_words(g->words, r, to, in->fault);
}

static bool has_words(const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].flags & WORDS)
			return true;
	return false;
}

/* The note's field is ASCII, so that it can be cut anywhere; the name as it came is in `what`. */
static enum err unknown_key(struct text name, struct fault *fault)
{
	char shown[61];
	size_t n = 0;
	for (size_t i = 0; i < name.n && n < sizeof(shown) - 1; i++)
		if ((uint8_t)name.p[i] < 0x80)
			shown[n++] = name.p[i];
		else if (((uint8_t)name.p[i] & 0xc0) == 0xc0)
			shown[n++] = '?';
	shown[n] = '\0';
	return fail_text(fault, E_KEY_UNKNOWN, shown, name);
}

/* NULL and OK: the commitment to the record's words. */
static const struct field *read_key_wire(struct reading *in, const struct record *r, enum err *err)
{
	struct text name = read_text(in->rd);
	if (in->rd->err != OK) {
		*err = fail(in->fault, E_TYPE, r->name, "a map of names");
		return NULL;
	}
	const struct field *f = record_field(r, name);
	bool known = f != NULL ? (f->flags & WORDS) == 0 : text_is(name, "w") && has_words(r);
	*err = known ? OK : unknown_key(name, in->fault);
	return known ? f : NULL;
}

static const struct field *read_key_disk(struct reading *in, const struct record *r, enum err *err)
{
	uint64_t id = read_uint(in->rd);
	for (size_t i = 0; in->rd->err == OK && i < r->count; i++)
		if (r->fields[i].id == id)
			return &r->fields[i];
	*err = fail(in->fault, in->rd->err == OK ? E_TOO_NEW : E_CORRUPT, r->name, r->name);
	return NULL;
}

static enum err read_field(struct reading *in, const struct record *r, void *to, uint64_t *seen)
{
	enum err err = OK;
	const struct field *f = in->wire ? read_key_wire(in, r, &err) : read_key_disk(in, r, &err);
	if (err != OK)
		return err;
	uint64_t bit = (uint64_t)1 << (f == NULL ? 0 : f->id);
	if (*seen & bit)
		return fail(in->fault, E_KEY_TWICE, f == NULL ? "w" : f->name, NULL);
	*seen |= bit;
	return f == NULL ? attach_words(in, r, to) : read_value(in, f, to);
}

static enum err read_record(struct reading *in, const struct record *r, void *to)
{
	memset(to, 0, r->size);
	if (read_type(in->rd) != PACK_MAP)
		return fail(in->fault, in->wire ? E_TYPE : E_CORRUPT, r->name, "a map");
	uint32_t n = read_map(in->rd);
	if (n > LIMIT_FIELDS)
		return fail_number(in->fault, E_TOO_MANY, r->name, n, LIMIT_FIELDS);
	uint64_t seen = 0;
	for (uint32_t i = 0; i < n; i++) {
		enum err err = read_field(in, r, to, &seen);
		if (err != OK)
			return err;
	}
	if (!in->wire)
		return OK;
	for (size_t i = 0; i < r->count; i++)
		if ((r->fields[i].flags & REQ) && field_is_empty(&r->fields[i], to))
			return fail(in->fault, E_MISSING, r->fields[i].name, NULL);
	return OK;
}

enum err record_read_wire(struct reader *rd, const struct record *r, void *to, struct groups *g,
	struct arena *a, struct fault *f)
{
	struct reading in = { rd, g, a, true, f };
	return read_record(&in, r, to);
}

enum err record_read_disk(
	struct reader *rd, const struct record *r, void *to, struct arena *a, struct fault *f)
{
	struct reading in = { rd, NULL, a, false, f };
	enum err err = read_record(&in, r, to);
	return err == OK || err == E_TOO_NEW ? err : fail(f, E_CORRUPT, r->name, r->name);
}

static size_t kind_size(enum kind kind)
{
	static const size_t sizes[] = { sizeof(uint64_t), sizeof(uint32_t), sizeof(int64_t),
		sizeof(struct text), sizeof(struct text), sizeof(struct bytes), sizeof(struct num),
		sizeof(struct uints), sizeof(struct texts), sizeof(struct list) };
	return sizes[kind];
}

void record_project(const struct record *rf, const void *from, const struct record *rt, void *to)
{
	for (size_t i = 0; i < rf->count; i++) {
		const struct field *f = &rf->fields[i];
		const struct field *t = record_field(rt, text_of(f->name));
		if (t != NULL && t->kind == f->kind)
			memcpy((char *)to + t->offset, (const char *)from + f->offset,
				kind_size(f->kind));
	}
}
