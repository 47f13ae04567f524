/*
 * bench_lookup.c: cases looked up by their numbers, so many at a time on each connection of the
 * Unix socket. tests/bench/lookup.sh sets it beside Redis.
 *
 *   bench_lookup fill FOLDER [cases]
 *   bench_lookup run FOLDER SOCKET [look-ups] [connections] [depth]    prints look-ups/s and the
 *                                                                      bytes of one answer
 */
#include "daemon/house_key.h"
#include "store/key.h"
#include "store/scan.h"
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROVINCES = 10 }; /* of register.c: the units before the communes */

static int fill(const char *folder, uint64_t cases)
{
	struct bench_register r = { .seed = 1 };
	struct fault f;
	bench_make(&r, folder, 2000, DB_SCRATCH);
	bench_fill(&r, cases);
	bench_close(&r);
	if (house_key_write(folder, r.house, &f) != OK)
		bench_die("house.key", &f);
	bench_keys_write(&r, folder);
	return 0;
}

/* The numbers of all cases, as they are in the store. */
static struct num *read_numbers(const char *folder, size_t *n)
{
	struct db *db;
	struct txn *txn;
	struct fault f;
	struct bytes key, value;
	size_t room = 0;
	struct num *v = NULL;
	*n = 0;
	if (db_open(&db, folder, DB_READ, &f) != OK || txn_begin(&txn, db, false, &f) != OK)
		bench_die("open", &f);
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_case, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		if (*n == room) {
			room = room * 2 + 1024;
			v = xrealloc(v, room * sizeof(*v));
		}
		v[(*n)++] = key_get_num(key.p);
	}
	scan_close(&s);
	txn_abort(txn);
	db_close(db);
	return v;
}

static void ask(struct load *l, unsigned connection, struct num number)
{
	AUTO(writer_fini) struct writer params = { 0 };
	char text[64];
	uint32_t commune = number.series - PROVINCES - 1;
	snprintf(text, sizeof(text), "%02u%05u/%u/%u", commune % PROVINCES, commune, number.year,
		number.n);
	struct case_number q = { text_of(text) };
	record_write_wire(&params, record_case_number(), &q, NULL, NULL);
	load_add(l, connection, "case.show", writer_bytes(&params));
}

static int run(int argc, char **argv)
{
	static struct load l;
	struct bench_register r;
	uint64_t count = bench_argument(argc, argv, 4, 200000);
	unsigned connections = (unsigned)bench_argument(argc, argv, 5, 16);
	unsigned depth = (unsigned)bench_argument(argc, argv, 6, 16);
	size_t n;
	bench_keys_read(&r, argv[2]);
	struct num *numbers = read_numbers(argv[2], &n);
	load_open(&l, argv[3], r.officer, connections, depth);
	for (uint64_t i = 0; i < count; i++)
		ask(&l, (unsigned)(i % connections), numbers[bench_random(&r, n)]);
	load_run(&l);
	printf("%.0f %llu\n", (double)l.answers / l.seconds,
		(unsigned long long)(l.bytes / l.answers));
	load_close(&l);
	free(numbers);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "fill") == 0)
		return fill(argv[2], bench_argument(argc, argv, 3, 600000));
	if (argc >= 4 && strcmp(argv[1], "run") == 0)
		return run(argc, argv);
	fputs("usage: bench_lookup fill FOLDER [cases]\n"
	      "       bench_lookup run FOLDER SOCKET [look-ups] [connections] [depth]\n",
		stderr);
	return 2;
}
