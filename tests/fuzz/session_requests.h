/*
 * session_requests.h: requests for fuzz_session that need keys: hello and login, what is done to
 * the register at the start, and the inputs that HOIAM_SEEDS asks for.
 */
#ifndef HOIAM_TESTS_FUZZ_SESSION_REQUESTS_H
#define HOIAM_TESTS_FUZZ_SESSION_REQUESTS_H

#include "tests/bench/register.h"

enum { SESSION_HISTORY = 6 };

/* Whose keys are taken from here on; borrowed. */
void session_begin(const struct bench_register *r);

void session_hello(struct writer *w);

/* The officer's signature over a challenge; the request that brings it. */
void session_sign(const uint8_t challenge[static 32], uint8_t sig[static 64]);
void session_login(struct writer *w, const uint8_t challenge[static 32]);

/* The i-th of SESSION_HISTORY changes, the same bytes each time it is made. */
void session_history(struct writer *w, size_t i);

/* Writes inputs into the folder that HOIAM_SEEDS names; the challenge is the first of an input. */
void session_inputs(const uint8_t challenge[static 32]);

#endif
