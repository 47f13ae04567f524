/*
 * load.h: requests made beforehand, sent over many connections with so many on the way on each, so
 * that what the client does costs next to nothing while the daemon is timed.
 */
#ifndef HOIAM_TESTS_BENCH_LOAD_H
#define HOIAM_TESTS_BENCH_LOAD_H

#include "tests/bench/register.h"

#include <sys/types.h>

enum { LOAD_CONNECTIONS_MAX = 256 };

/* The requests of one connection, one behind the other. */
struct load_line {
	int fd;
	struct writer requests;
	size_t *ends; /* where each of them ends in `requests` */
	unsigned count, room, sent, answered;
	uint8_t *in; /* what has come and is not a whole answer yet */
	size_t in_n;
};

struct load {
	struct load_line lines[LOAD_CONNECTIONS_MAX];
	unsigned connections, depth;
	uint64_t answers, bytes; /* bytes of all answers */
	double seconds;
};

/* Connect and log in as the officer of the register. Ends the program on failure. */
void load_open(struct load *l, const char *socket, const uint8_t secret[static 64],
	unsigned connections, unsigned depth);
void load_close(struct load *l);

/* One more request of a connection. */
void load_add(struct load *l, unsigned connection, const char *method, struct bytes params);

/* Send all and wait for all; an answer that is an error ends the program. */
void load_run(struct load *l);

/* Forget the requests, keep the connections. */
void load_reset(struct load *l);

/* The keys of a register that was filled, in FOLDER/bench.keys: what the load needs when the
 * daemon, and not bench_make, has the store. */
void bench_keys_write(const struct bench_register *r, const char *folder);
void bench_keys_read(struct bench_register *r, const char *folder);

/* The numbers of all cases of a store in this state (STATE_NONE: in any); a daemon may run. The
 * caller frees them. */
struct num *bench_cases(const char *folder, enum case_state state, size_t *n);

/* The number of a case of a register of register.h as text. */
enum { BENCH_NUMBER = 64 };
void bench_number(struct num number, char out[static BENCH_NUMBER]);

/* Proportional set size of a process in KiB, less the map of the store. */
unsigned long bench_resident(pid_t pid);

/* A number of the command line, or what it is when it is not there. */
uint64_t bench_argument(int argc, char **argv, int at, uint64_t otherwise);

#endif
