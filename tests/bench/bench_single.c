/*
 * bench_single.c: single changes, each a signed action of its own that classifies a case, one at a
 * time on each connection of the Unix socket. They are signed before the clock starts.
 * tests/bench/single.sh sets it beside PostgreSQL.
 *
 *   bench_single FOLDER SOCKET [changes] [connections]    prints changes/s and the bytes of a
 * request
 */
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>

static void classify(
	struct load *l, struct bench_register *r, unsigned connection, struct num number)
{
	AUTO(writer_fini) struct writer params = { 0 };
	char text[BENCH_NUMBER];
	bench_number(number, text);
	struct case_classify q = {
		.number = text_of(text), .kind = text_of("KN"), .topic = text_of("land")
	};
	bench_build(r, CMD_case_classify, &q, &params);
	load_add(l, connection, "case.classify", writer_bytes(&params));
}

int main(int argc, char **argv)
{
	static struct load l;
	struct bench_register r;
	uint64_t count = bench_argument(argc, argv, 3, 20000);
	unsigned connections = (unsigned)bench_argument(argc, argv, 4, 64);
	size_t n;
	if (argc < 3) {
		fputs("usage: bench_single FOLDER SOCKET [changes] [connections]\n", stderr);
		return 2;
	}
	bench_keys_read(&r, argv[1]);
	struct num *numbers = bench_cases(argv[1], STATE_RECORDED, &n);
	if (n < count)
		bench_die("no more cases that were not classified", NULL);
	load_open(&l, argv[2], r.officer, connections, 1);
	for (uint64_t i = 0; i < count; i++) {
		size_t at = i + bench_random(&r, n - i);
		struct num number = numbers[at];
		numbers[at] = numbers[i];
		classify(&l, &r, (unsigned)(i % connections), number);
	}
	size_t bytes = l.lines[0].ends[0];
	load_run(&l);
	printf("%.0f %zu\n", (double)l.answers / l.seconds, bytes);
	load_close(&l);
	free(numbers);
	return 0;
}
