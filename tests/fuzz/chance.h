/* chance.h: randomness of libsodium that is the same in each run. */
#ifndef HOIAM_TESTS_FUZZ_CHANCE_H
#define HOIAM_TESTS_FUZZ_CHANCE_H

#include <stdint.h>

/* Take the place of libsodium's own source, and initialise libsodium; ends the program when that
 * fails. */
void chance_start(void);

/* From here on the numbers that follow this one; the same start, the same numbers. */
void chance_set(uint64_t start);

#endif
