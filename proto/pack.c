/* pack.c: MessagePack: packer over msgpack-c, skim and cursor of our own. */
#include "proto/pack.h"

#include <assert.h>
#include <msgpack.h>
#include <stdlib.h>
#include <utf8proc.h>

#include <sodium.h>

/* Out. */

void write_raw(struct writer *w, const void *p, size_t n)
{
	if (w->over || n == 0)
		return;
	if (w->limit > 0 && n > w->limit - w->n) {
		w->over = true;
		return;
	}
	if (n > w->room - w->n) {
		w->room = (w->n + n) * 2 + 64;
		w->p = xrealloc(w->p, w->room);
	}
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

static int packer_write(void *data, const char *p, size_t n)
{
	write_raw(data, p, n);
	return 0;
}

static msgpack_packer packer(struct writer *w)
{
	return (msgpack_packer){ .data = w, .callback = packer_write };
}

void write_nil(struct writer *w)
{
	msgpack_packer k = packer(w);
	msgpack_pack_nil(&k);
}

void write_bool(struct writer *w, bool v)
{
	msgpack_packer k = packer(w);
	if (v)
		msgpack_pack_true(&k);
	else
		msgpack_pack_false(&k);
}

void write_uint(struct writer *w, uint64_t v)
{
	msgpack_packer k = packer(w);
	msgpack_pack_uint64(&k, v);
}

void write_int(struct writer *w, int64_t v)
{
	msgpack_packer k = packer(w);
	msgpack_pack_int64(&k, v);
}

void write_text(struct writer *w, struct text v)
{
	msgpack_packer k = packer(w);
	msgpack_pack_str(&k, v.n);
	write_raw(w, v.p, v.n);
}

void write_string(struct writer *w, const char *v)
{
	write_text(w, text_of(v));
}

void write_bin(struct writer *w, struct bytes v)
{
	msgpack_packer k = packer(w);
	msgpack_pack_bin(&k, v.n);
	write_raw(w, v.p, v.n);
}

void write_array(struct writer *w, size_t count)
{
	msgpack_packer k = packer(w);
	msgpack_pack_array(&k, count);
}

void write_map(struct writer *w, size_t count)
{
	msgpack_packer k = packer(w);
	msgpack_pack_map(&k, count);
}

void writer_reset(struct writer *w)
{
	w->n = 0;
	w->over = false;
}

void writer_fini(struct writer *w)
{
	free(w->p);
	*w = (struct writer){ 0 };
}

void writer_wipe(struct writer *w)
{
	if (w->p != NULL)
		sodium_memzero(w->p, w->room);
	writer_fini(w);
}

/* In: the first byte of a value says what it is. */

struct shape {
	enum pack_type type;
	uint8_t head;     /* bytes of type and length */
	uint64_t value;   /* number, or length of the body, or count */
	int64_t negative; /* for PACK_INT */
};

static uint64_t big_endian(const uint8_t *p, size_t width)
{
	uint64_t v = 0;
	for (size_t i = 0; i < width; i++)
		v = v << 8 | p[i];
	return v;
}

static int64_t sign_extend(uint64_t v, size_t width)
{
	assert(width >= 1 && width <= 8);
	unsigned shift = (unsigned)(64 - 8 * width);
	return (int64_t)(v << shift) >> shift;
}

/* Types 0xc0..0xdf: kind and width of what follows the type byte. */
static const struct {
	uint8_t type, width;
} wide[32] = {
	[0x00] = { PACK_NIL, 0 },
	[0x01] = { PACK_BAD, 0 },
	[0x02] = { PACK_BOOL, 0 },
	[0x03] = { PACK_BOOL, 0 },
	[0x04] = { PACK_BIN, 1 },
	[0x05] = { PACK_BIN, 2 },
	[0x06] = { PACK_BIN, 4 },
	[0x07] = { PACK_EXT, 1 },
	[0x08] = { PACK_EXT, 2 },
	[0x09] = { PACK_EXT, 4 },
	[0x0a] = { PACK_FLOAT, 4 },
	[0x0b] = { PACK_FLOAT, 8 },
	[0x0c] = { PACK_UINT, 1 },
	[0x0d] = { PACK_UINT, 2 },
	[0x0e] = { PACK_UINT, 4 },
	[0x0f] = { PACK_UINT, 8 },
	[0x10] = { PACK_INT, 1 },
	[0x11] = { PACK_INT, 2 },
	[0x12] = { PACK_INT, 4 },
	[0x13] = { PACK_INT, 8 },
	[0x14] = { PACK_EXT, 0 },
	[0x15] = { PACK_EXT, 0 },
	[0x16] = { PACK_EXT, 0 },
	[0x17] = { PACK_EXT, 0 },
	[0x18] = { PACK_EXT, 0 },
	[0x19] = { PACK_TEXT, 1 },
	[0x1a] = { PACK_TEXT, 2 },
	[0x1b] = { PACK_TEXT, 4 },
	[0x1c] = { PACK_ARRAY, 2 },
	[0x1d] = { PACK_ARRAY, 4 },
	[0x1e] = { PACK_MAP, 2 },
	[0x1f] = { PACK_MAP, 4 },
};

static struct shape shape_wide(const uint8_t *p, size_t n)
{
	unsigned row = p[0] - 0xc0u;
	size_t width = wide[row].width;
	struct shape s = { (enum pack_type)wide[row].type, (uint8_t)(1 + width), 0, 0 };
	if (n < s.head)
		return (struct shape){ .type = PACK_BAD, .head = s.head };
	s.value = big_endian(p + 1, width);
	if (s.type == PACK_BOOL)
		s.value = p[0] == 0xc3;
	if (s.type == PACK_EXT) {
		if (width == 0)
			s.value = (uint64_t)1 << (p[0] - 0xd4);
		s.head++; /* the extension's own type */
	}
	if (s.type == PACK_FLOAT)
		s.value = 0;
	if (s.type == PACK_INT) {
		s.negative = sign_extend(s.value, width);
		if (s.negative >= 0) {
			s.type = PACK_UINT;
			s.value = (uint64_t)s.negative;
		}
	}
	return s;
}

/*
 * The value at from[at..end). PACK_BAD with head > its bytes: truncated; with head 0: not
 * MessagePack.
 */
static inline struct shape shape_at(const uint8_t *from, size_t at, size_t end)
{
	if (at == end)
		return (struct shape){ .type = PACK_BAD, .head = 1 };
	const uint8_t *p = from + at;
	uint8_t b = p[0];
	if (b <= 0x7f)
		return (struct shape){ PACK_UINT, 1, b, 0 };
	if (b <= 0x8f)
		return (struct shape){ PACK_MAP, 1, b & 0x0f, 0 };
	if (b <= 0x9f)
		return (struct shape){ PACK_ARRAY, 1, b & 0x0f, 0 };
	if (b <= 0xbf)
		return (struct shape){ PACK_TEXT, 1, b & 0x1f, 0 };
	if (b >= 0xe0)
		return (struct shape){ PACK_INT, 1, 0, (int8_t)b };
	if (b == 0xc1)
		return (struct shape){ .type = PACK_BAD, .head = 0 };
	return shape_wide(p, end - at);
}

/* Floats and extensions, known by their first byte: a head cut short need not be waited for. */
static bool is_foreign(uint8_t first)
{
	unsigned row = first - 0xc0u;
	return row < COUNT(wide) && (wide[row].type == PACK_FLOAT || wide[row].type == PACK_EXT);
}

static bool has_body(enum pack_type type)
{
	return type == PACK_TEXT || type == PACK_BIN || type == PACK_EXT;
}

/* The skim. */

void skim_init(struct skim *s, size_t limit)
{
	*s = (struct skim){ .limit = limit, .depth = 1, .left = { 1 } };
}

static enum err skim_text(const uint8_t *p, size_t n, struct fault *f)
{
	size_t at = 0;
	while (at < n) {
		utf8proc_int32_t code;
		if (p[at] < 0x80) {
			at++;
			continue;
		}
		utf8proc_ssize_t step = utf8proc_iterate(p + at, (utf8proc_ssize_t)(n - at), &code);
		if (step <= 0)
			return fail_number(f, E_UTF8, "message", (int64_t)at, 0);
		at += (size_t)step;
	}
	return OK;
}

/* Check one value's head and body at s->at; on OK `*size` is how far to go. */
static enum err skim_value(const struct skim *s, const struct shape *v, const uint8_t *p, size_t n,
	size_t *size, struct fault *f)
{
	size_t room = s->limit - s->at;
	*size = v->head;
	if (*size > room)
		return fail_number(
			f, E_TOO_LARGE, "message", (int64_t)(s->at + *size), (int64_t)s->limit);
	room -= *size;
	if (v->type == PACK_ARRAY && v->value > room)
		return fail_number(f, E_TOO_MANY, "message", (int64_t)v->value, (int64_t)room);
	if (v->type == PACK_MAP && v->value > room / 2)
		return fail_number(f, E_TOO_MANY, "message", (int64_t)v->value, (int64_t)room / 2);
	if (!has_body(v->type))
		return OK;
	if (v->value > room)
		return fail_number(f, E_TOO_LARGE, "message", (int64_t)v->value, (int64_t)s->limit);
	*size += v->value;
	if (*size > n)
		return E_TRUNCATED;
	if (v->type == PACK_TEXT)
		return skim_text(p + v->head, v->value, f);
	return OK;
}

static enum err skim_enter(struct skim *s, const struct shape *v, struct fault *f)
{
	s->left[s->depth - 1]--;
	uint64_t inner = v->type == PACK_ARRAY ? v->value : v->type == PACK_MAP ? v->value * 2 : 0;
	if (inner > 0) {
		if (s->depth == LIMIT_DEPTH)
			return fail_number(f, E_TOO_DEEP, "message", LIMIT_DEPTH, LIMIT_DEPTH);
		s->left[s->depth++] = (uint32_t)inner;
	}
	while (s->depth > 0 && s->left[s->depth - 1] == 0)
		s->depth--;
	return OK;
}

enum err skim_feed(struct skim *s, const uint8_t *p, size_t n, struct fault *f)
{
	while (s->depth > 0) {
		if (!s->floats && n > s->at && is_foreign(p[s->at]))
			return fail(
				f, E_FRAME, NULL, "floats and extension types are not used here");
		struct shape v = shape_at(p, s->at, n);
		if (v.type == PACK_BAD && v.head == 0)
			return fail(f, E_FRAME, NULL, "byte c1");
		if (v.type == PACK_BAD || v.head > n - s->at)
			return n >= s->limit ? fail_number(f, E_TOO_LARGE, "message", (int64_t)n,
						       (int64_t)s->limit)
					     : fail(f, E_TRUNCATED, NULL, NULL);
		size_t size = 0;
		enum err err = skim_value(s, &v, p + s->at, n - s->at, &size, f);
		if (err == E_TRUNCATED)
			return fail(f, E_TRUNCATED, NULL, NULL);
		if (err != OK)
			return err;
		if (++s->nodes > LIMIT_NODES)
			return fail_number(
				f, E_TOO_MANY, "message", (int64_t)s->nodes, LIMIT_NODES);
		err = skim_enter(s, &v, f);
		if (err != OK)
			return err;
		s->at += size;
	}
	return OK;
}

enum err skim_whole(struct bytes b, size_t limit, struct fault *f)
{
	if (b.n > limit)
		return fail_number(f, E_TOO_LARGE, "message", (int64_t)b.n, (int64_t)limit);
	struct skim s;
	skim_init(&s, limit);
	enum err err = skim_feed(&s, b.p, b.n, f);
	if (err != OK)
		return err;
	return s.at == b.n ? OK : fail(f, E_TRAILING, "message", NULL);
}

/* The cursor. */

static inline struct shape next(struct reader *r, enum pack_type wanted)
{
	if (r->err != OK)
		return (struct shape){ 0 };
	struct shape v = shape_at(r->p, r->at, r->n);
	size_t body = has_body(v.type) ? v.value : 0;
	if (v.type == PACK_BAD || v.head > r->n - r->at || body > r->n - r->at - v.head) {
		r->err = E_TRUNCATED;
		return (struct shape){ 0 };
	}
	if (v.type != wanted) {
		r->err = E_TYPE;
		return (struct shape){ 0 };
	}
	r->at += v.head + body;
	return v;
}

enum pack_type read_type(const struct reader *r)
{
	if (r->err != OK)
		return PACK_BAD;
	return shape_at(r->p, r->at, r->n).type;
}

bool read_bool(struct reader *r)
{
	return next(r, PACK_BOOL).value != 0;
}

uint64_t read_uint(struct reader *r)
{
	return next(r, PACK_UINT).value;
}

int64_t read_int(struct reader *r)
{
	if (read_type(r) == PACK_INT)
		return next(r, PACK_INT).negative;
	uint64_t v = next(r, PACK_UINT).value;
	if (v > INT64_MAX) {
		r->err = E_RANGE;
		return 0;
	}
	return (int64_t)v;
}

struct text read_text(struct reader *r)
{
	struct shape v = next(r, PACK_TEXT);
	if (r->err != OK)
		return (struct text){ 0 };
	return (struct text){ (const char *)r->p + r->at - v.value, v.value };
}

struct bytes read_bin(struct reader *r)
{
	struct shape v = next(r, PACK_BIN);
	if (r->err != OK)
		return (struct bytes){ 0 };
	return (struct bytes){ r->p + r->at - v.value, v.value };
}

uint32_t read_array(struct reader *r)
{
	return (uint32_t)next(r, PACK_ARRAY).value;
}

uint32_t read_map(struct reader *r)
{
	return (uint32_t)next(r, PACK_MAP).value;
}

void read_nil(struct reader *r)
{
	(void)next(r, PACK_NIL);
}

struct bytes read_any(struct reader *r)
{
	if (r->err == OK && r->at == r->n)
		r->err = E_TRUNCATED;
	if (r->err != OK)
		return (struct bytes){ 0 };
	struct skim s;
	skim_init(&s, r->n - r->at);
	s.floats = true;
	enum err err = skim_feed(&s, r->p + r->at, r->n - r->at, NULL);
	if (err != OK) {
		r->err = err;
		return (struct bytes){ 0 };
	}
	struct bytes value = { r->p + r->at, s.at };
	r->at += s.at;
	return value;
}
