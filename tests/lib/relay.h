/*
 * relay.h: a socket between a client and the daemon, in a thread of its own, that breaks the line
 * after so many bytes of one direction.
 */
#ifndef HOIAM_TESTS_LIB_RELAY_H
#define HOIAM_TESTS_LIB_RELAY_H

#include <stdbool.h>
#include <stddef.h>

enum relay_way { RELAY_UP, RELAY_DOWN }; /* to the daemon, to the client */

struct relay;

/* Listen at a path of its own and pass on to another; asserts. */
struct relay *relay_open(const char *to);

/* The same from a free port of 127.0.0.1 to another; its path is 127.0.0.1:PORT. */
struct relay *relay_open_tcp(unsigned port);
const char *relay_path(const struct relay *r);

/* Break the next `lines` lines, each after it passed on `bytes` bytes of this way; those after it
 * are left alone. */
void relay_cut(struct relay *r, unsigned lines, enum relay_way way, size_t bytes);

/* How many lines were broken since. */
unsigned relay_cuts(struct relay *r);

void relay_close(struct relay *r);

#endif
