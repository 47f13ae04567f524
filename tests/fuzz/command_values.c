/* command_values.c: requests made of bytes. */
#include "tests/fuzz/command_values.h"

#include "proto/day.h"
#include "store/row.h"

#define AT(type, record, field) ((type *)(void *)((char *)(record) + (field)->offset))

enum { RAW = 0xff, ABSENT = 0xff };

uint8_t values_next(struct values *v)
{
	if (v->n == 0)
		return 0;
	v->n--;
	return *v->p++;
}

static struct bytes raw(struct values *v, size_t most)
{
	size_t n = values_next(v);
	n = n < v->n ? n : v->n;
	n = n < most ? n : most;
	struct bytes b = { v->p, n };
	v->p += n;
	v->n -= n;
	return b;
}

/* Codes by the names of fields. The first is the likely one. */
static const struct {
	const char *field;
	const char *codes[12];
} codes[] = {
	{ "number", { "0000000/2026/1", "0000000/2026/2", "0000000/2026/5", "0000000/2026/9",
			    "0000000/2026/12", "98101/2026/1", "0000000/2026/99", "1", "2026/3",
			    "x/y/z" } },
	{ "into", { "0000000/2026/2", "0000000/2026/1", "0000000/2026/5", "98101/2026/1" } },
	{ "past", { "0000000/2026/2", "98101/2026/1", "x" } },
	{ "meeting", { "0000000/2026/1", "0000000/2026/2", "0000000/2026/3", "98101/2026/1",
			     "0000000/2026/77", "2", "" } },
	{ "unit", { "0000000", "0100001", "98101", "98101-KT", "98-XD", "00", "98", "77777", "new",
			  "new2" } },
	{ "code", { "new", "new2", "0000000", "98101-KT" } },
	{ "parent", { "00", "98101", "new", "77777" } },
	{ "to", { "98101-KT", "0100001", "98-XD", "00", "77777", "@own" } },
	{ "place", { "0000000", "98101", "98102", "77777" } },
	{ "behalf", { "", "0000000", "98101", "77777" } },
	{ "role", { "receptionist", "processor", "handler", "leader", "clerk", "monitor", "auditor",
			  "admin", "front", "nobody" } },
	{ "how", { "direction", "answer", "decline", "silence" } },
	{ "channel", { "paper", "spoken", "phone", "post", "posted", "pigeon" } },
	{ "rate", { "inclusion", "submitted", "resolution", "ontime", "luck" } },
	{ "by", { "unit", "kind", "topic", "month", "moon" } },
	{ "style", { "cohort", "period", "x" } },
	{ "verb", { "case.accept", "meeting.record", "case.list", "x" } },
	{ "state", { "NEW", "ACCEPTED", "RESOLVED", "REFERRED", "new" } },
	{ "at", { "2026-01-31", "2026-02-01", "2026-01", "x" } },
	{ "source", { "other", "older", "" } },
};

static struct text table_code(struct values *v, const char *field)
{
	size_t at = values_next(v);
	for (size_t i = 0; i < COUNT(codes); i++) {
		size_t n = 0;
		if (strcmp(codes[i].field, field) != 0)
			continue;
		while (n < COUNT(codes[i].codes) && codes[i].codes[n] != NULL)
			n++;
		return text_of(codes[i].codes[n == 0 ? 0 : at % n]);
	}
	return text_of(at % 2 ? "x" : "@P1/2026_a.b-c");
}

/* A code of one of the policy's lists. */
static struct text policy_code(struct values *v, const struct list *list, size_t likely)
{
	const struct policy_term *terms = list->v;
	return list->n == 0 ? text_of("x") : terms[(values_next(v) + likely) % list->n].code;
}

static const struct list *policy_list(
	const struct values *v, const struct record *r, const char *field, size_t *likely)
{
	const struct policy *p = v->policy;
	*likely = 0;
	if (strcmp(field, "kind") == 0) {
		bool meeting = record_field(r, text_of("heads")) != NULL;
		bool unit = record_field(r, text_of("level")) != NULL;
		*likely = meeting ? 3 : unit ? 1 : 2;
		return meeting ? &p->meeting_kinds : unit ? &p->unit_kinds : &p->kinds;
	}
	if (strcmp(field, "level") == 0)
		return &p->levels;
	if (strcmp(field, "topic") == 0)
		return &p->topics;
	if (strcmp(field, "ground") == 0)
		return &p->grounds;
	*likely = 3;
	return strcmp(field, "outcome") == 0 ? &p->outcomes : NULL;
}

static struct text code(struct values *v, const struct record *r, const struct field *f)
{
	size_t likely;
	if (v->n > 0 && v->p[0] == RAW) {
		(void)values_next(v);
		struct bytes b = raw(v, LIMIT_CODE + 2);
		return (struct text){ (const char *)b.p, b.n };
	}
	const struct list *list = policy_list(v, r, f->name, &likely);
	return list == NULL ? table_code(v, f->name) : policy_code(v, list, likely);
}

static struct text words(struct values *v, const struct field *f)
{
	static const char *const texts[] = { "Đường ngập mỗi khi mưa", "Lê Thị Bảy", "x", "=1+1",
		" ", "a\nb", "a\u202eb", "o\u0302", "\xc0\x80", "a\x1b[31m", "12-TB/HU" };
	uint8_t at = values_next(v);
	if (at == 0 && strcmp(f->name, "sha256") == 0)
		return text_of(VALUES_BODY_SHA256);
	if (at == RAW) {
		struct bytes b = raw(v, 255);
		return (struct text){ (const char *)b.p, b.n };
	}
	if (at == RAW - 1) { /* long */
		size_t n = 256 * (size_t)(1 + values_next(v));
		char *out = arena_alloc(v->arena, n, 1);
		memset(out, 'a', n);
		return (struct text){ out, n };
	}
	return text_of(texts[at % COUNT(texts)]);
}

static uint64_t number(struct values *v, const struct field *f)
{
	static const char *const ones[] = { "officer", "version", "ordinal", "first", "grant",
		"line", "custodian", "size" };
	uint8_t at = values_next(v);
	for (size_t i = 0; at == 0 && i < COUNT(ones); i++)
		if (strcmp(ones[i], f->name) == 0)
			return 1;
	if (at == 0 && (strcmp(f->name, "count") == 0 || strcmp(f->name, "next") == 0))
		return f->name[0] == 'c' ? 2 : 3;
	if (at == 0 && strcmp(f->name, "entry") == 0)
		return v->entry;
	if (at < 200)
		return at;
	uint64_t big = 0;
	for (unsigned i = 200; i < 208u && i <= at; i++)
		big = big << 8 | values_next(v);
	return big;
}

static uint32_t day(struct values *v)
{
	uint8_t at = values_next(v);
	if (at < 240)
		return v->today + (at < 120 ? 0u - at : at - 119u);
	uint32_t big = values_next(v);
	return (big << 16 | (uint32_t)values_next(v) << 8 | values_next(v)) % (DAY_LAST + 2);
}

/* BIN: of the length that is wanted, but for some. */
static struct bytes blob(
	struct values *v, const struct field *f, void *record, const struct record *r)
{
	uint8_t at = values_next(v);
	const struct field *meeting = record_field(r, text_of("meeting"));
	const struct field *version = record_field(r, text_of("version"));
	if (at == RAW)
		return raw(v, f->max + 1);
	if (strcmp(f->name, "key") == 0 && f->max == 8)
		return bytes_of(v->keys[at % v->key_count], 8);
	static const uint8_t nine[32] = { 9 }; /* X25519's base point */
	if (strcmp(f->name, "channel") == 0 && at == 0)
		return bytes_of(nine, 32);
	if (strcmp(f->name, "public") == 0 && at == 0)
		return bytes_of(v->public, 32);
	if (strcmp(f->name, "content") == 0 && meeting != NULL && version != NULL && at < 200) {
		uint8_t *out = arena_alloc(v->arena, 32, 1);
		v->content(v->with, *AT(struct text, record, meeting),
			*AT(uint64_t, record, version), out);
		return bytes_of(out, 32);
	}
	uint8_t *out = arena_alloc(v->arena, f->max, 1);
	memset(out, at, f->max);
	return bytes_of(out, f->max);
}

static struct uints ordinals(struct values *v)
{
	size_t n = 1 + (values_next(v) + 3u) % 8;
	uint32_t *out = arena_alloc(v->arena, n, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out[i] = (uint32_t)(1 + i + values_next(v)) % 40;
	return (struct uints){ out, n };
}

static struct texts some_codes(struct values *v, const struct record *r, const struct field *f)
{
	size_t n = 1 + values_next(v) % 3;
	struct text *out = arena_alloc(v->arena, n, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out[i] = f->max == LIMIT_HEADS ? table_code(v, "unit") : code(v, r, f);
	return (struct texts){ out, n };
}

/* The policy in force from another day on; its own lists stay. */
static struct list a_policy(struct values *v)
{
	struct policy *p = arena_alloc(v->arena, 1, sizeof(*p));
	*p = *v->policy;
	p->from = day(v);
	uint8_t less = values_next(v);
	if (less % 4 == 1)
		p->topics.n = less / 4 % (p->topics.n + 1);
	if (less % 4 == 2)
		p->kinds.n = less / 4 % (p->kinds.n + 1);
	if (less % 4 == 3)
		p->routes.n = less / 4 % (p->routes.n + 1);
	return (struct list){ p, 1 };
}

static struct list entries(struct values *v, const struct field *f)
{
	const struct record *of = f->of();
	if (of == record_policy())
		return a_policy(v);
	size_t n = (values_next(v) + 2u) % 5;
	n = n < f->max ? n : f->max;
	char *out = arena_alloc(v->arena, n, of->size);
	for (size_t i = 0; i < n; i++)
		values_fill(v, of, out + i * of->size);
	return (struct list){ out, n };
}

static void fill_field(struct values *v, const struct record *r, const struct field *f, void *to)
{
	switch (f->kind) {
	case KIND_UINT:
		*AT(uint64_t, to, f) = number(v, f);
		break;
	case KIND_DAY:
		*AT(uint32_t, to, f) = day(v);
		break;
	case KIND_TIME:
		*AT(int64_t, to, f) = v->now + ((int64_t)values_next(v) << values_next(v) % 56);
		break;
	case KIND_CODE:
		*AT(struct text, to, f) = code(v, r, f);
		break;
	case KIND_TEXT:
		*AT(struct text, to, f) = words(v, f);
		break;
	case KIND_BIN:
		*AT(struct bytes, to, f) = blob(v, f, to, r);
		break;
	case KIND_UINTS:
		*AT(struct uints, to, f) = ordinals(v);
		break;
	case KIND_CODES:
		*AT(struct texts, to, f) = some_codes(v, r, f);
		break;
	case KIND_LIST:
		*AT(struct list, to, f) = entries(v, f);
		break;
	case KIND_NUM:
		break;
	}
}

void values_fill(struct values *v, const struct record *r, void *to)
{
	memset(to, 0, r->size);
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		uint8_t is = values_next(v);
		if ((f->flags & REQ) ? is != ABSENT : is % 4 == 1)
			fill_field(v, r, f, to);
	}
}
