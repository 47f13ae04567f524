/*
 * bench_start.c: from exec to the first answer to hello, and the memory of an idle daemon, on a
 * store of many cases.
 *
 *   bench_start HOIAMD FOLDER [cases] [idle seconds]
 *
 * cases 0: the register is there already.
 */
#include "daemon/house_key.h"
#include "tests/bench/load.h"
#include "tests/lib/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STARTS = 5 };

static pid_t start(const char *program, const char *dir, const char *socket)
{
	pid_t child = fork();
	if (child == 0) {
		execl(program, program, "run", dir, "--socket", socket, (char *)NULL);
		_exit(127);
	}
	return child;
}

static int connect_soon(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(at.sun_path))
		bench_die(path, NULL);
	memcpy(at.sun_path, path, strlen(path));
	for (int i = 0; i < 100000; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return fd;
		close(fd);
		usleep(200);
	}
	bench_die("connect", NULL);
}

static void say_hello(int fd)
{
	AUTO(writer_fini) struct writer w = { 0 }, params = { 0 };
	uint8_t buf[4096];
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	wire_request(&w, 1, "hello", writer_bytes(&params));
	if (!wire_send(fd, writer_bytes(&w)) || wire_receive(fd, buf, sizeof(buf)) == 0)
		bench_die("hello", NULL);
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void fill(struct bench_register *r, const char *folder, uint64_t cases)
{
	struct fault f;
	bench_make(r, folder, 2000, DB_SCRATCH);
	bench_fill(r, cases);
	bench_close(r);
	if (house_key_write(folder, r->house, &f) != OK)
		bench_die("house.key", &f);
}

int main(int argc, char **argv)
{
	struct bench_register r = { .seed = 1 };
	char socket[4096];
	double times[STARTS];
	uint64_t cases = argc > 3 ? strtoull(argv[3], NULL, 10) : 2000000;
	unsigned idle = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 60;
	if (argc < 3)
		return 2;
	if (cases > 0)
		fill(&r, argv[2], cases);
	snprintf(socket, sizeof(socket), "%s/s", argv[2]);
	for (unsigned i = 0; i < STARTS; i++) {
		double begin = bench_seconds();
		pid_t child = start(argv[1], argv[2], socket);
		int fd = connect_soon(socket);
		say_hello(fd);
		times[i] = (bench_seconds() - begin) * 1000;
		if (i == STARTS - 1) {
			close(fd);
			sleep(idle);
			printf("idle: %lu KiB resident beside the map after %u s\n",
				bench_resident(child), idle);
		}
		kill(child, SIGTERM);
		waitpid(child, NULL, 0);
	}
	qsort(times, STARTS, sizeof(*times), order);
	printf("start: exec to first hello: median %.1f ms (min %.1f, max %.1f)\n",
		times[STARTS / 2], times[0], times[STARTS - 1]);
	return 0;
}
