/* fill.c: made values, field by field of the table. */
#include "tests/lib/fill.h"

#include "proto/day.h"

/* The longest text and bytes that are made unless a field is shorter. */
#define MADE_BYTES 120u
#define MADE_LIST  3u

static const char *const syllables[] = { "tổ", "dân", "phố", "đường", "hẻm", "ngập", "nước", "ẩm",
	"Ủy", "ban", "ý", "kiến", "số", "12/3", "của", "bà", "Nguyễn", "Thị", "Ở", "nhà", "a",
	"=1+1", "'", "\"", "<b>", "%s", "🙂", "漢", "ﬁ" };

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
uint64_t fill_random(struct fill *by)
{
	uint64_t z = by->seed += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 1..most, each width in bits alike. */
static uint64_t number(struct fill *by, uint64_t most)
{
	uint64_t v = fill_random(by) >> (fill_random(by) % 64);
	return v == 0 ? 1 : v <= most ? v : v % most + 1;
}

static size_t upto(struct fill *by, size_t most)
{
	return (size_t)(fill_random(by) % most) + 1;
}

struct text fill_text(struct fill *by, size_t max, bool block)
{
	size_t room = upto(by, max < MADE_BYTES ? max : MADE_BYTES);
	char *out = arena_alloc(by->arena, room, 1);
	size_t n = 0;
	for (;;) {
		struct text next = text_of(syllables[fill_random(by) % COUNT(syllables)]);
		if (n + next.n > room)
			break;
		memcpy(out + n, next.p, next.n);
		n += next.n;
		if (n < room)
			out[n++] = block && fill_random(by) % 4 == 0 ? '\n' : ' ';
	}
	while (n < room)
		out[n++] = 'x';
	return (struct text){ out, n };
}

static struct text code(struct fill *by, size_t max)
{
	static const char first[] = "*@abcXYZ0189._/-";
	size_t n = upto(by, max);
	char *out = arena_alloc(by->arena, n, 1);
	for (size_t i = 0; i < n; i++) {
		size_t from = i == 0 ? 0 : 2;
		out[i] = first[from + fill_random(by) % (sizeof(first) - 1 - from)];
	}
	return (struct text){ out, n };
}

static struct bytes blob(struct fill *by, const struct field *f)
{
	size_t n =
		(f->flags & EXACT) ? f->max : upto(by, f->max < MADE_BYTES ? f->max : MADE_BYTES);
	uint8_t *out = arena_alloc(by->arena, n, 1);
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)fill_random(by);
	return (struct bytes){ out, n };
}

static size_t entries(struct fill *by, const struct field *f)
{
	return by->least ? 1 : upto(by, f->max < MADE_LIST ? f->max : MADE_LIST);
}

static struct uints uints(struct fill *by, const struct field *f)
{
	size_t n = entries(by, f);
	uint32_t *v = arena_alloc(by->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = (uint32_t)number(by, UINT32_MAX);
	return (struct uints){ v, n };
}

static struct texts codes(struct fill *by, const struct field *f)
{
	size_t n = entries(by, f);
	struct text *v = arena_alloc(by->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = code(by, LIMIT_CODE);
	return (struct texts){ v, n };
}

static struct list list(struct fill *by, const struct field *f)
{
	const struct record *of = f->of();
	size_t n = entries(by, f);
	char *v = arena_alloc(by->arena, n, of->size);
	for (size_t i = 0; i < n; i++)
		fill_record(by, of, v + i * of->size);
	return (struct list){ v, n };
}

void fill_field(struct fill *by, const struct field *f, void *to)
{
	void *at = (char *)to + f->offset;
	switch (f->kind) {
	case KIND_UINT:
		*(uint64_t *)at = number(by, f->max == 0 ? UINT64_MAX : f->max);
		break;
	case KIND_DAY:
		*(uint32_t *)at = (uint32_t)(fill_random(by) % DAY_LAST) + 1;
		break;
	case KIND_TIME:
		*(int64_t *)at = (int64_t)(fill_random(by) | 1) >> (fill_random(by) % 60);
		*(int64_t *)at |= 1;
		break;
	case KIND_CODE:
		*(struct text *)at = code(by, f->max);
		break;
	case KIND_TEXT:
		*(struct text *)at = fill_text(by, f->max, (f->flags & BLOCK) != 0);
		break;
	case KIND_BIN:
		*(struct bytes *)at = blob(by, f);
		break;
	case KIND_NUM:
		*(struct num *)at = (struct num){ (uint32_t)number(by, UINT32_MAX),
			(uint32_t)number(by, UINT32_MAX), (uint16_t)number(by, UINT16_MAX) };
		break;
	case KIND_UINTS:
		*(struct uints *)at = uints(by, f);
		break;
	case KIND_CODES:
		*(struct texts *)at = codes(by, f);
		break;
	case KIND_LIST:
		*(struct list *)at = list(by, f);
		break;
	}
}

void fill_record(struct fill *by, const struct record *r, void *to)
{
	memset(to, 0, r->size);
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if ((f->flags & WORDS) && !by->words)
			continue;
		if ((f->flags & REQ) || (!by->least && fill_random(by) % 4 != 0))
			fill_field(by, f, to);
	}
}

size_t fill_size(enum kind kind)
{
	switch (kind) {
	case KIND_UINT:
		return sizeof(uint64_t);
	case KIND_DAY:
		return sizeof(uint32_t);
	case KIND_TIME:
		return sizeof(int64_t);
	case KIND_CODE:
	case KIND_TEXT:
		return sizeof(struct text);
	case KIND_BIN:
		return sizeof(struct bytes);
	case KIND_NUM:
		return sizeof(struct num);
	case KIND_UINTS:
		return sizeof(struct uints);
	case KIND_CODES:
		return sizeof(struct texts);
	case KIND_LIST:
		return sizeof(struct list);
	}
	return 0;
}

void fill_clear(const struct field *f, void *record)
{
	memset((char *)record + f->offset, 0, fill_size(f->kind));
}

static bool uints_equal(const struct uints *a, const struct uints *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->v, b->v, a->n * sizeof(*a->v)) == 0);
}

static bool texts_equal(const struct texts *a, const struct texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!text_equal(a->v[i], b->v[i]))
			return false;
	return true;
}

static bool lists_equal(
	const struct field *f, const struct list *a, const struct list *b, const char **differs)
{
	const struct record *of = f->of();
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!fill_equal(of, (const char *)a->v + i * of->size,
			    (const char *)b->v + i * of->size, differs))
			return false;
	return true;
}

static bool values_equal(const struct field *f, const void *a, const void *b, const char **differs)
{
	switch (f->kind) {
	case KIND_UINT:
	case KIND_DAY:
	case KIND_TIME:
		return memcmp(a, b, fill_size(f->kind)) == 0;
	case KIND_CODE:
	case KIND_TEXT:
		return text_equal(*(const struct text *)a, *(const struct text *)b);
	case KIND_BIN:
		return bytes_equal(*(const struct bytes *)a, *(const struct bytes *)b);
	case KIND_NUM:
		return num_equal(*(const struct num *)a, *(const struct num *)b);
	case KIND_UINTS:
		return uints_equal(a, b);
	case KIND_CODES:
		return texts_equal(a, b);
	case KIND_LIST:
		return lists_equal(f, a, b, differs);
	}
	return false;
}

bool fill_equal(const struct record *r, const void *a, const void *b, const char **differs)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (values_equal(
			    f, (const char *)a + f->offset, (const char *)b + f->offset, differs))
			continue;
		*differs = f->name;
		return false;
	}
	return true;
}
