/* key.h: keys of the store: big-endian, so that the order of bytes is the order of meaning. */
#ifndef HOIAM_STORE_KEY_H
#define HOIAM_STORE_KEY_H

#include "proto/base.h"

#include <assert.h>

#define NUM_KEY_BYTES 10

struct key {
	uint8_t p[128];
	size_t n;
};

static inline struct bytes key_bytes(const struct key *k)
{
	return (struct bytes){ k->p, k->n };
}

static inline void key_u8(struct key *k, uint8_t v)
{
	k->p[k->n++] = v;
}

static inline void key_u16(struct key *k, uint16_t v)
{
	put_u16(k->p + k->n, v);
	k->n += 2;
}

static inline void key_u32(struct key *k, uint32_t v)
{
	put_u32(k->p + k->n, v);
	k->n += 4;
}

static inline void key_u64(struct key *k, uint64_t v)
{
	put_u64(k->p + k->n, v);
	k->n += 8;
}

static inline void key_num(struct key *k, struct num v)
{
	key_u32(k, v.series);
	key_u16(k, v.year);
	key_u32(k, v.n);
}

static inline struct num key_get_num(const uint8_t *p)
{
	return (struct num){ .series = get_u32(p), .year = get_u16(p + 4), .n = get_u32(p + 6) };
}

/* The keys of the tables, one function each, named after table.def. */
static inline struct key key_of_u32(uint32_t v)
{
	struct key k = { .n = 0 };
	key_u32(&k, v);
	return k;
}

static inline struct key key_of_seq(uint64_t seq)
{
	struct key k = { .n = 0 };
	key_u64(&k, seq);
	return k;
}

static inline struct key key_of_words(uint64_t seq, uint16_t group)
{
	struct key k = { .n = 0 };
	key_u64(&k, seq);
	key_u16(&k, group);
	return k;
}

static inline struct key key_of_body(uint64_t seq, uint32_t part)
{
	struct key k = { .n = 0 };
	key_u64(&k, seq);
	key_u32(&k, part);
	return k;
}

static inline struct key key_of_num(struct num number)
{
	struct key k = { .n = 0 };
	key_num(&k, number);
	return k;
}

/* meeting + ordinal, meeting + version. */
static inline struct key key_of_num_u32(struct num number, uint32_t second)
{
	struct key k = key_of_num(number);
	key_u32(&k, second);
	return k;
}

static inline struct key key_of_item(struct num meeting, uint32_t version, uint32_t item)
{
	struct key k = key_of_num_u32(meeting, version);
	key_u32(&k, item);
	return k;
}

static inline struct key key_of_pair(uint32_t first, uint32_t second)
{
	struct key k = key_of_u32(first);
	key_u32(&k, second);
	return k;
}

/* What is counted in each series and year; papers of each kind from NOUN_PAPER on. */
enum noun {
	NOUN_CASE = 1,
	NOUN_MEETING = 2,
	NOUN_PERSON = 3,
	NOUN_VISIT = 4,
	NOUN_CROWD = 5,
	NOUN_PAPER = 64
};

static inline struct key key_of_counter(enum noun noun, uint32_t series, uint16_t year)
{
	struct key k = { .n = 0 };
	key_u8(&k, (uint8_t)noun);
	key_u32(&k, series);
	key_u16(&k, year);
	return k;
}

/* responsible unit, due day (none sorts last), case. */
static inline struct key key_of_work(uint32_t unit, uint32_t due, struct num number)
{
	struct key k = key_of_pair(unit, due == 0 ? UINT32_MAX : due);
	key_num(&k, number);
	return k;
}

/* What an officer has in hand, to be handed over to another. One more kind is one more here, what
 * it takes in daemon/able.c, its event in daemon/decide/handover.c, and where apply puts the row.
 */
enum in_hand {
	IN_HAND_CASE = 1, /* a case that is not over: its number */
	IN_HAND_CUSTODY,  /* the paper of a sealed case: the case's number */
	IN_HAND_DRAFT,    /* a conclusion being written: the meeting's number */
};

/* officer, what, due day (none sorts last), case or meeting. */
static inline struct key key_of_in_hand(
	uint32_t officer, enum in_hand what, uint32_t due, struct num number)
{
	struct key k = key_of_u32(officer);
	key_u8(&k, (uint8_t)what);
	key_u32(&k, due == 0 ? UINT32_MAX : due);
	key_num(&k, number);
	return k;
}

static inline struct key key_of_todo(uint32_t unit, struct num meeting)
{
	struct key k = key_of_u32(unit);
	key_num(&k, meeting);
	return k;
}

static inline struct key key_of_fact(uint32_t unit, uint32_t day, struct num number, uint32_t known)
{
	struct key k = key_of_pair(unit, day);
	key_num(&k, number);
	key_u32(&k, known);
	return k;
}

/* unit, day, visit or crowd */
static inline struct key key_of_reception(
	uint32_t unit, uint32_t day, enum noun noun, struct num number)
{
	struct key k = key_of_pair(unit, day);
	key_u8(&k, (uint8_t)noun);
	key_num(&k, number);
	return k;
}

static inline struct key key_of_text(struct text t)
{
	struct key k = { .n = t.n };
	assert(k.n <= sizeof(k.p));
	memcpy(k.p, t.p, t.n);
	return k;
}

static inline void key_text(struct key *k, struct text t)
{
	assert(k->n + t.n <= sizeof(k->p));
	memcpy(k->p + k->n, t.p, t.n);
	k->n += t.n;
}

/* what it is of (a register itself: its series alone), kind, check code (none: all of the kind) */
static inline struct key key_of_paper_of(struct num of, unsigned paper, struct text code)
{
	struct key k = key_of_num(of);
	key_u8(&k, (uint8_t)paper);
	if (code.n > 0)
		key_text(&k, code);
	return k;
}

static inline struct key key_of_stamp(uint32_t series, uint16_t year, unsigned paper, uint32_t n)
{
	struct key k = key_of_u32(series);
	key_u16(&k, year);
	key_u8(&k, (uint8_t)paper);
	key_u32(&k, n);
	return k;
}

/* unit, day, kind, number, check code */
static inline struct key key_of_outgoing(
	uint32_t unit, uint32_t day, unsigned paper, uint32_t n, struct text code)
{
	struct key k = key_of_pair(unit, day);
	key_u8(&k, (uint8_t)paper);
	key_u32(&k, n);
	key_text(&k, code);
	return k;
}

/* register, key in it */
static inline struct key key_of_origin(struct text source, struct text origin)
{
	struct key k = { .n = source.n + 1 + origin.n };
	assert(k.n <= sizeof(k.p));
	memcpy(k.p, source.p, source.n);
	k.p[source.n] = 0;
	memcpy(k.p + source.n + 1, origin.p, origin.n);
	return k;
}

/* file, register */
static inline struct key key_of_import(struct bytes file, struct text source)
{
	struct key k = { .n = file.n + source.n };
	assert(k.n <= sizeof(k.p));
	memcpy(k.p, file.p, file.n);
	memcpy(k.p + file.n, source.p, source.n);
	return k;
}

#endif
