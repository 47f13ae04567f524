/* workload.h: a register at work: random actions of every kind on a house of tests/lib/house.h. */
#ifndef HOIAM_TESTS_LIB_WORKLOAD_H
#define HOIAM_TESTS_LIB_WORKLOAD_H

#include "tests/lib/house.h"

enum { WORKLOAD_CODES = 16 };

struct workload {
	uint64_t seed;
	uint64_t done, refused;
	unsigned sheets;                /* recovery sheets used */
	uint64_t papers;                /* made so far */
	char codes[WORKLOAD_CODES][13]; /* of the last of them */
	unsigned opinions;              /* of a new meeting at most; 5 if 0 */
};

/* So many actions, the refused ones among them. The same seed does the same. */
void workload_run(struct workload *w, struct test_house *h, unsigned actions);

/* A number below n, from the seed. */
uint64_t workload_random(struct workload *w, uint64_t n);

/* Close the store of a house but keep its folder, and open it again. */
void workload_close_store(struct test_house *h);
void workload_open_store(struct test_house *h);

#endif
