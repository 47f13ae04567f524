/*
 * bench_fill.c: a register of so many cases for the benches whose daemon is a program of its own:
 * the store, the house key, and the keys of its officer in bench.keys.
 *
 *   bench_fill FOLDER [cases]
 */
#include "daemon/house_key.h"
#include "tests/bench/load.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct bench_register r = { .seed = 1 };
	struct fault f;
	if (argc < 2) {
		fputs("usage: bench_fill FOLDER [cases]\n", stderr);
		return 2;
	}
	bench_make(&r, argv[1], 2000, DB_SCRATCH);
	bench_fill(&r, bench_argument(argc, argv, 2, 600000));
	bench_close(&r);
	if (house_key_write(argv[1], r.house, &f) != OK)
		bench_die("house.key", &f);
	bench_keys_write(&r, argv[1]);
	return 0;
}
