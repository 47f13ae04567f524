/*
 * command_values.h: requests made of the bytes of an input, field by field of their records. Zeros
 * make a request that is likely to be done; other bytes pick other values that somewhere mean
 * something, or bytes as they are.
 */
#ifndef HOIAM_TESTS_FUZZ_COMMAND_VALUES_H
#define HOIAM_TESTS_FUZZ_COMMAND_VALUES_H

#include "proto/cmd.h"

/* A body that may come with a request: one byte. */
#define VALUES_BODY        "x"
#define VALUES_BODY_SHA256 "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

struct values {
	const uint8_t *p; /* what is left of the input */
	size_t n;
	struct arena *arena;
	const struct policy *policy; /* its codes are values */
	int64_t now;                 /* µs */
	uint32_t today;
	const uint8_t (*keys)[8]; /* ids that are there */
	size_t key_count;
	uint64_t entry;        /* that was written last */
	const uint8_t *public; /* of somebody who may enrol */
	/* the hash that signs a version of a conclusion, as it stands */
	void (*content)(void *with, struct text meeting, uint64_t version, uint8_t out[static 32]);
	void *with;
	uint8_t hash[32];
};

/* The next byte; 0 when there is none. */
uint8_t values_next(struct values *v);

/* A whole record; what it points to lives in the arena. */
void values_fill(struct values *v, const struct record *r, void *to);

#endif
