/*
 * bench_memory.c: what a connection costs the daemon in memory: so many are opened, over the Unix
 * socket or over Noise, log in and stay idle; the daemon's proportional set size less its map of
 * the store, before and after.
 *
 *   bench_memory FOLDER unix|PORT SOCKET PID [connections]    prints bytes a connection
 */
#include "tests/bench/load.h"
#include "tests/bench/secure.h"
#include "tests/lib/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* The line stays open; what the client knew of it is not needed again. */
static void open_secure(const struct bench_register *r, unsigned port)
{
	struct secure s;
	secure_open(&s, r, port);
	s.fd = -1;
	secure_close(&s);
}

static void open_one(const struct bench_register *r, const char *how, const char *socket)
{
	if (strcmp(how, "unix") != 0) {
		open_secure(r, (unsigned)strtoul(how, NULL, 10));
		return;
	}
	int fd = wire_dial(socket);
	if (fd < 0 || !wire_login(fd, r->officer, NULL))
		bench_die("login", NULL);
}

int main(int argc, char **argv)
{
	struct bench_register r;
	uint64_t count = bench_argument(argc, argv, 5, 5000);
	struct rlimit files = { count + 100, count + 100 };
	if (argc < 5) {
		fputs("usage: bench_memory FOLDER unix|PORT SOCKET PID [connections]\n", stderr);
		return 2;
	}
	pid_t daemon = (pid_t)strtol(argv[4], NULL, 10);
	if (setrlimit(RLIMIT_NOFILE, &files) != 0)
		bench_die("no descriptors for so many connections", NULL);
	bench_keys_read(&r, argv[1]);
	for (unsigned i = 0; i < 20; i++) /* what the first connections bring does not count */
		open_one(&r, argv[2], argv[3]);
	unsigned long before = bench_resident(daemon);
	for (uint64_t i = 0; i < count; i++)
		open_one(&r, argv[2], argv[3]);
	unsigned long after = bench_resident(daemon);
	printf("%.0f %lu %lu\n", (double)(after - before) * 1024 / (double)count, before, after);
	return 0;
}
