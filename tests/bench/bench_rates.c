/*
 * bench_rates.c: rates over millions of fact rows, as the daemon answers them: from the request's
 * bytes to the reply's. tests/bench/rates_postgres.sh sets it beside PostgreSQL.
 *
 *   bench_rates make DIR ROWS    a store with so many rows, about 10,000 units
 *   bench_rates export DIR       its rows, a line each, as COPY reads them
 *   bench_rates run DIR          medians in µs and the numbers, a line per question
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/report/report.h"
#include "proto/day.h"
#include "store/rate.h"
#include "store/scan.h"
#include "tests/lib/wire.h"

enum { PROVINCES = 34, COMMUNES = 3320, UNITS = 10000, DAYS = 1400, RUNS_WHOLE = 9, RUNS_ONE = 20 };
enum { FIRST_COMMUNE = PROVINCES + 1, FIRST_OFFICE = FIRST_COMMUNE + COMMUNES };

static uint64_t seed = 88172645463325252u;

static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 11) % n);
}

static void must(enum err err, const char *what)
{
	if (err == OK)
		return;
	fprintf(stderr, "bench_rates: %s: %s\n", what, err_row(err)->name);
	exit(1);
}

static uint32_t first_day(void)
{
	return day_of(2023, 1, 1);
}

static uint32_t last_day(void)
{
	return first_day() + DAYS + 200;
}

/* Making. */

static void put_units(struct txn *txn)
{
	char code[16], parent[16];
	for (uint32_t id = 1; id <= UNITS; id++) {
		uint32_t above =
			id < FIRST_OFFICE ? 1 + id % PROVINCES : FIRST_COMMUNE + id % COMMUNES;
		snprintf(code, sizeof(code), "%05u", id);
		snprintf(parent, sizeof(parent), "%05u", above);
		struct row_unit row = { .series = id,
			.code = text_of(code),
			.parent = text_of(id < FIRST_COMMUNE ? "" : parent),
			.from = first_day() - 1000 };
		row_put(txn, STORE_unit, key_of_u32(id), record_row_unit(), &row);
	}
	struct row_state state = { .units = UNITS, .tree_seq = 1 };
	row_put(txn, STORE_state, (struct key){ .n = 1 }, record_row_state(), &state);
}

/* Most cases are with communes, and a few communes have many. */
static uint32_t some_unit(void)
{
	if (random_below(10) == 0)
		return FIRST_OFFICE + random_below(UNITS - FIRST_OFFICE + 1);
	uint64_t a = random_below(COMMUNES), b = random_below(COMMUNES);
	return FIRST_COMMUNE + (uint32_t)(a * b / COMMUNES);
}

static void some_case(struct row_case *c)
{
	uint32_t fate = random_below(100);
	c->kind = 1 + random_below(6);
	c->topic = 10 + random_below(15);
	c->due = random_below(4) == 0 ? 0 : c->day + 10 + random_below(50);
	if (random_below(3) > 0) {
		c->flags = CASE_OPINION | (random_below(5) > 0 ? CASE_GATED : 0);
		c->flags |= random_below(20) == 0 ? CASE_LATE : 0;
		c->meeting = (struct num){ 1, 1 + random_below(2), 2026 };
		c->included = random_below(12) > 0 ? c->day + random_below(30) : 0;
	}
	if (fate < 3)
		c->voided = c->day + random_below(20);
	else if (fate < 10)
		c->ended = c->day + random_below(20);
	else if (fate < 25)
		c->referred = c->day + random_below(10);
	else if (fate < 90)
		c->accepted = c->day + random_below(10);
	if (fate >= 18 && fate < 80)
		c->settled = c->day + 10 + random_below(90);
	c->flags |= c->included != 0 && random_below(9) == 0 ? CASE_DECLINED : 0;
	c->flags |= c->settled != 0 && c->accepted == 0 && c->referred == 0 ? CASE_ON_SPOT : 0;
	c->flags |= c->settled != 0 && random_below(6) == 0 ? CASE_PROMISE : 0;
	c->done = (c->flags & CASE_PROMISE) && random_below(2) ? c->settled + 30 : 0;
}

/* One case: its newest row, and sometimes the one that was known before. */
static uint32_t put_case(struct txn *txn, uint32_t unit, uint32_t day, uint32_t n)
{
	struct num number = { unit, n, 2026 };
	struct row_case c = { .unit = unit, .day = day };
	uint32_t rows = 1;
	if (random_below(8) == 0) {
		fact_update(txn, number, &c, &c, day);
		rows++;
	}
	some_case(&c);
	fact_update(txn, number, &c, &c, day + 1 + random_below(100));
	return rows;
}

static int compare_places(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static void make(const char *path, uint32_t rows)
{
	struct db *db;
	struct txn *txn;
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		perror(path);
	must(db_open(&db, path, DB_SCRATCH, NULL), path);
	must(txn_begin(&txn, db, true, NULL), path);
	put_units(txn);
	uint64_t *places = xcalloc(rows, sizeof(*places));
	for (uint32_t i = 0; i < rows; i++)
		places[i] = (uint64_t)some_unit() << 32 | (first_day() + random_below(DAYS));
	qsort(places, rows, sizeof(*places), compare_places);
	/* every eighth case has two rows: leave cases out evenly */
	uint64_t done = 0;
	for (uint32_t i = 0; i < rows; i++)
		if (i * 9 / 8 >= done || i + 1 == rows)
			done += done < rows ? put_case(txn, (uint32_t)(places[i] >> 32),
						      (uint32_t)places[i], i + 1)
					    : 0;
	free(places);
	must(txn_commit(txn, NULL), "commit");
	db_close(db);
}

/* Exporting. */

static void export(const char *path)
{
	struct db *db;
	struct txn *txn;
	struct bytes key, value;
	struct fact f;
	must(db_open(&db, path, DB_READ, NULL), path);
	must(txn_begin(&txn, db, false, NULL), path);
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_fact, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		if (!fact_read(key, value, &f))
			continue;
		uint32_t until = f.until > INT32_MAX ? INT32_MAX : f.until;
		printf("%u\t%u\t%u\t%u\t%u\t%u\t%u\t%u\t%u\t%u", f.unit, f.day, f.number.n, f.known,
			until, f.meeting_n, f.kind, f.topic, f.flags, f.state);
		for (unsigned m = 0; m < CASE_MARKS; m++)
			printf("\t%u", f.mark[m]);
		putchar('\n');
	}
	scan_close(&s);
	txn_abort(txn);
	db_close(db);
}

/* Running. */

struct bench {
	struct db *db;
	struct txn *txn;
	struct house house;
	struct cursor_seal *seal;
	struct writer params, reply;
};

static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double ask_once(struct bench *b)
{
	AUTO(arena_fini) struct arena arena = { 0 };
	struct fault f = { 0 };
	struct report r = { .txn = b->txn,
		.arena = &arena,
		.house = &b->house,
		.cmd = &cmds[CMD_rate_show],
		.today = last_day(),
		.seal = b->seal,
		.fault = &f };
	r.grants.n = 1;
	r.grants.v[0] = (struct grant){ .number = 1, .rights = UINT32_MAX };
	writer_reset(&b->reply);
	double start = now_us();
	must(report_run(&r, writer_bytes(&b->params), &b->reply), "rate.show");
	report_fini(&r);
	return now_us() - start;
}

/* A cell of a row, as text or number. */
static struct reader cell(struct bench *b, size_t row, const char *column)
{
	return reader_of(wire_cell(writer_bytes(&b->reply), "tables", "rate", row, column));
}

/* Lines that are not over cases: the other database has none of them. */
static bool is_of_meetings(struct text line)
{
	static const char *const names[] = { "meetings", "heard", "unheard", "front_meetings",
		"front", "front_unheard" };
	for (size_t i = 0; i < COUNT(names); i++)
		if (text_is(line, names[i]))
			return true;
	return false;
}

/* The numbers of the whole, in the order of the lines, those of meetings left out. */
static void print_numbers(struct bench *b)
{
	for (size_t row = 0;; row++) {
		struct reader group = cell(b, row, "group"), line = cell(b, row, "line");
		struct reader in = cell(b, row, "numerator"), of = cell(b, row, "denominator");
		if (group.n == 0)
			break;
		if (!text_is(read_text(&group), "(all)") || is_of_meetings(read_text(&line)))
			continue;
		printf(" %llu", (unsigned long long)read_uint(&in));
		if (read_type(&of) == PACK_UINT)
			printf(" %llu", (unsigned long long)read_uint(&of));
	}
	putchar('\n');
}

static int compare_doubles(const void *a, const void *b)
{
	double x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static void ask(struct bench *b, const char *name, const struct rate_ask *q, size_t runs)
{
	double took[RUNS_ONE];
	writer_reset(&b->params);
	record_write_wire(&b->params, record_rate_ask(), q, NULL, NULL);
	(void)ask_once(b);
	for (size_t i = 0; i < runs; i++)
		took[i] = ask_once(b);
	qsort(took, runs, sizeof(*took), compare_doubles);
	printf("hoiam.%s %.1f", name, (took[(runs - 1) / 2] + took[runs / 2]) / 2);
	print_numbers(b);
}

static void run(const char *path)
{
	static const char *const rates[] = { "inclusion", "resolution", "ontime" };
	must(sodium_init() < 0 ? E_INTERNAL : OK, "libsodium");
	struct bench b = { .seal = cursor_seal_new() };
	struct fault f = { 0 };
	char name[64], largest[16], typical[16];
	must(db_open(&b.db, path, DB_READ, NULL), path);
	must(txn_begin(&b.txn, b.db, false, NULL), path);
	must(house_refresh(&b.house, b.txn, &f), path);
	snprintf(largest, sizeof(largest), "%05u", FIRST_COMMUNE);
	snprintf(typical, sizeof(typical), "%05u", FIRST_COMMUNE + COMMUNES / 4);
	const struct {
		const char *name, *unit;
		size_t runs;
	} scopes[] = { { "whole", "", RUNS_WHOLE }, { "largest", largest, RUNS_ONE },
		{ "commune", typical, RUNS_ONE } };
	for (size_t s = 0; s < COUNT(scopes); s++)
		for (size_t i = 0; i < COUNT(rates); i++) {
			struct rate_ask q = { .rate = text_of(rates[i]),
				.unit = text_of(scopes[s].unit),
				.from = day_of(2025, 1, 1),
				.to = day_of(2025, 12, 31) };
			if (s == 0)
				q.from = first_day(), q.to = last_day();
			snprintf(name, sizeof(name), "%s.%s", scopes[s].name, rates[i]);
			ask(&b, name, &q, scopes[s].runs);
		}
	writer_fini(&b.params);
	writer_fini(&b.reply);
	house_fini(&b.house);
	cursor_seal_free(b.seal);
	txn_abort(b.txn);
	db_close(b.db);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		make(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
	else if (argc == 3 && strcmp(argv[1], "export") == 0)
		export(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "run") == 0)
		run(argv[2]);
	else
		return fprintf(stderr, "bench_rates make DIR ROWS | export DIR | run DIR\n"), 2;
	return 0;
}
