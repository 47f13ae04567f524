/* register.h: a register filled with synthetic traffic, for benches. */
#ifndef HOIAM_TESTS_BENCH_REGISTER_H
#define HOIAM_TESTS_BENCH_REGISTER_H

#include "daemon/ledger.h"
#include "proto/noise.h"

enum { OPINIONS = 44, OPINION_BYTES = 400 };

/* One officer over the whole register, who holds every role. */
struct bench_register {
	struct db *db;
	struct ledger *ledger;
	uint8_t house[64], officer[64]; /* Ed25519 secret keys */
	uint8_t reg[16];
	struct noise_key channel; /* of the officer's device */
	uint8_t token[32];        /* of the invitation that it came by */
	uint32_t communes;
	uint64_t seed;
	int64_t now; /* time of the next action, µs; moves on with each. 0 at first: twenty days ago
		      */
};

/* Make a register in the empty folder `path`: policy, provinces, communes, the officer. Ends the
 * program on failure. */
void bench_make(struct bench_register *r, const char *path, uint32_t communes, enum db_mode mode);

/* Decide one signed action in the batch at hand; ends the program when it is refused. */
void bench_act(struct bench_register *r, enum cmd cmd, const void *record);

/* The params of a signed action, made elsewhere and sent over a line. */
void bench_build(struct bench_register *r, enum cmd cmd, const void *record, struct writer *w);
void bench_build_as(struct bench_register *r, const uint8_t *secret, enum cmd cmd,
	const void *record, struct writer *w); /* signed by another key */

/* A meeting of OPINIONS opinions of OPINION_BYTES bytes in a random commune. Texts live in `a`. */
void bench_meeting(struct bench_register *r, struct meeting_record *to, struct arena *a);

/* Record meetings in batches until there are `changes` opinions. */
void bench_fill(struct bench_register *r, uint64_t changes);

void bench_close(struct bench_register *r);

uint64_t bench_random(struct bench_register *r, uint64_t below);
double bench_seconds(void);
void bench_die(const char *what, const struct fault *f) __attribute__((noreturn));

#endif
