/*
 * bench_lookup.c: cases looked up by their numbers, so many at a time on each connection of the
 * Unix socket. tests/bench/lookup.sh sets it beside Redis.
 *
 *   bench_lookup FOLDER SOCKET [look-ups] [connections] [depth]
 *
 * prints look-ups/s and the bytes of one answer.
 */
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>

static void ask(struct load *l, unsigned connection, struct num number)
{
	AUTO(writer_fini) struct writer params = { 0 };
	char text[BENCH_NUMBER];
	bench_number(number, text);
	struct case_number q = { text_of(text) };
	record_write_wire(&params, record_case_number(), &q, NULL, NULL);
	load_add(l, connection, "case.show", writer_bytes(&params));
}

int main(int argc, char **argv)
{
	static struct load l;
	struct bench_register r;
	uint64_t count = bench_argument(argc, argv, 3, 200000);
	unsigned connections = (unsigned)bench_argument(argc, argv, 4, 16);
	unsigned depth = (unsigned)bench_argument(argc, argv, 5, 16);
	size_t n;
	if (argc < 3) {
		fputs("usage: bench_lookup FOLDER SOCKET [look-ups] [connections] [depth]\n",
			stderr);
		return 2;
	}
	bench_keys_read(&r, argv[1]);
	struct num *numbers = bench_cases(argv[1], STATE_NONE, &n);
	load_open(&l, argv[2], r.officer, connections, depth);
	for (uint64_t i = 0; i < count; i++)
		ask(&l, (unsigned)(i % connections), numbers[bench_random(&r, n)]);
	load_run(&l);
	printf("%.0f %llu\n", (double)l.answers / l.seconds,
		(unsigned long long)(l.bytes / l.answers));
	load_close(&l);
	free(numbers);
	return 0;
}
