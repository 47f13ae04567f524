/*
 * pack.h: MessagePack in and out (https://github.com/msgpack/msgpack/blob/master/spec.md).
 * Out by msgpack-c, always in the shortest form. In by a bounded skim and a cursor that allocate
 * nothing.
 */
#ifndef HOIAM_PROTO_PACK_H
#define HOIAM_PROTO_PACK_H

#include "proto/err.h"
#include "proto/limits.h"

/* A growing buffer. Zero-initialised is ready. Past `limit` (0 = none) it turns `over` and keeps
 * nothing more. */
struct writer {
	uint8_t *p;
	size_t n, room, limit;
	bool over;
};

void write_nil(struct writer *w);
void write_bool(struct writer *w, bool v);
void write_uint(struct writer *w, uint64_t v);
void write_int(struct writer *w, int64_t v);
void write_text(struct writer *w, struct text v);
void write_string(struct writer *w, const char *v);
void write_bin(struct writer *w, struct bytes v);
void write_array(struct writer *w, size_t count);
void write_map(struct writer *w, size_t count);
/* Bytes that are MessagePack (or anything) already. */
void write_raw(struct writer *w, const void *p, size_t n);

static inline struct bytes writer_bytes(const struct writer *w)
{
	return (struct bytes){ w->p, w->n };
}

/* Empty, keeping the memory. */
void writer_reset(struct writer *w);
void writer_fini(struct writer *w);
/* writer_fini of what holds secrets. */
void writer_wipe(struct writer *w);

static inline void writer_fini_auto(struct writer *w)
{
	writer_fini(w);
}

/*
 * The bounded check that stands before every reading of bytes from outside: finds where one value
 * ends, and refuses what is too deep, too large, too many, not UTF-8, an extension or a float.
 * Resumable: feed it again with more bytes of the same buffer. Allocates nothing.
 */
struct skim {
	size_t at;    /* bytes scanned */
	size_t nodes; /* values seen */
	size_t depth;
	uint32_t left[LIMIT_DEPTH]; /* values missing at each depth */
	size_t limit;               /* bytes allowed, set by skim_init */
	bool floats;                /* allow floats and extensions (only tests of the format do) */
};

void skim_init(struct skim *s, size_t limit);

/*
 * p[0..n) is the buffer from the value's first byte. OK: complete, s->at is its length.
 * E_TRUNCATED: more bytes are needed. Anything else: refused, for good.
 */
enum err skim_feed(struct skim *s, const uint8_t *p, size_t n, struct fault *f);

/* One whole value and nothing behind it; E_TRAILING else. */
enum err skim_whole(struct bytes b, size_t limit, struct fault *f);

enum pack_type {
	PACK_NIL,
	PACK_BOOL,
	PACK_UINT,
	PACK_INT,
	PACK_FLOAT,
	PACK_TEXT,
	PACK_BIN,
	PACK_ARRAY,
	PACK_MAP,
	PACK_EXT,
	PACK_BAD
};

/*
 * A cursor over bytes that a skim has passed (or that may be anything: it never leaves its bounds).
 * The first failure sticks: later reads return zero; look at `err` once at the end.
 */
struct reader {
	const uint8_t *p;
	size_t n, at;
	enum err err;
};

static inline struct reader reader_of(struct bytes b)
{
	return (struct reader){ .p = b.p, .n = b.n };
}

enum pack_type read_type(const struct reader *r);
bool read_bool(struct reader *r);
uint64_t read_uint(struct reader *r); /* E_TYPE when negative or no integer */
int64_t read_int(struct reader *r);
struct text read_text(struct reader *r);
struct bytes read_bin(struct reader *r);
uint32_t read_array(struct reader *r);
uint32_t read_map(struct reader *r);
void read_nil(struct reader *r);
/* Pass one value of any type; its bytes. */
struct bytes read_any(struct reader *r);

#endif
