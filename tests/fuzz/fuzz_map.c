/*
 * fuzz_map.c: files of YAML as their readers see them. The first byte says which:
 *   0, 1  a map for import, a NUL, a table in CSV: read, bound, every row made a case
 *   2     a policy      3     settings of the daemon
 * What was read keeps the rules of its record and comes back over the wire as it was.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include <sodium.h>

#include "clients/cli/import_map.h"
#include "clients/csv.h"
#include "daemon/conf.h"
#include "proto/day.h"
#include "proto/yaml.h"
#include "tests/lib/fill.h"

static struct arena arena;

/* Texts that are made without a fault can be shown. */
static void expect_told(enum err err, const struct fault *f)
{
	char line[1024];
	assert(f->err == err);
	fault_format(f, err_row(err)->text, line, sizeof(line));
}

static void try_wire(const struct record *r, const void *value)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct groups groups = { 0 };
	const char *differs = NULL;
	void *again = arena_alloc(&arena, 1, r->size);
	struct fault f = { 0 };
	record_write_wire(&w, r, value, &groups, &arena);
	struct reader rd = reader_of(writer_bytes(&w));
	enum err err = record_read_wire(&rd, r, again, &groups, &arena, &f);
	assert(err == OK);
	bool same = fill_equal(r, value, again, &differs);
	assert(same);
	groups_fini(&groups);
}

static enum err today(void *with, uint32_t *day, struct fault *f)
{
	(void)with;
	(void)f;
	*day = day_of(2026, 1, 5);
	return OK;
}

static void try_rows(const struct import_binding *b, struct csv *table)
{
	struct args args = {
		.record = record_import_row(), .arena = &arena, .no_stdin = true, .today = today
	};
	struct texts cells;
	enum err err;
	do {
		struct import_row row;
		struct fault f = { 0 };
		err = csv_next(table, &cells, &arena, &f);
		if (err != OK || cells.n == 0)
			continue;
		enum err made = import_map_row(b, &cells, &args, &row, &f);
		row.line = (uint64_t)table->line;
		if (made == OK)
			made = record_check(record_import_row(), &row, &f);
		if (made == OK)
			try_wire(record_import_row(), &row);
		else
			expect_told(made, &f);
	} while (err == E_LINE || cells.n > 0);
}

static void try_map(struct text in, bool named)
{
	const char *end = in.n == 0 ? NULL : memchr(in.p, '\0', in.n);
	size_t n = end == NULL ? in.n : (size_t)(end - in.p);
	struct text yaml = { in.p, n };
	struct text rest = { in.p + n + (end != NULL), in.n - n - (end != NULL) };
	const struct import_names names = { .kind = &import_of_cases,
		.source = named ? "other" : NULL,
		.unit = named ? "0000000" : NULL };
	struct import_binding b;
	struct texts header;
	struct fault f = { 0 };
	enum err err = import_map_read(&b, yaml, "f", &names, &arena, &f);
	if (err != OK) {
		expect_told(err, &f);
		return;
	}
	struct csv table = csv_of(rest, "f");
	if (csv_next(&table, &header, &arena, NULL) != OK)
		return;
	err = import_map_bind(&b, &header, &f);
	if (err != OK) {
		expect_told(err, &f);
		return;
	}
	(void)import_map_column(&b, "key");
	try_rows(&b, &table);
}

static void try_policy(struct text in)
{
	struct policy policy;
	struct fault f = { 0 };
	enum err err = yaml_read(in, "f", record_policy(), &policy, &arena, &f);
	if (err == OK)
		try_wire(record_policy(), &policy);
	else
		expect_told(err, &f);
}

static void try_conf(struct text in)
{
	struct conf conf;
	struct fault f = { 0 };
	conf_defaults(&conf);
	enum err err = conf_parse(&conf, in, "f", &arena, &f);
	if (err != OK)
		expect_told(err, &f);
	else
		(void)conf_socket_mode(&conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int rc = sodium_init();
	assert(rc >= 0);
	if (size == 0)
		return 0;
	struct text in = { (const char *)data + 1, size - 1 };
	switch (data[0] % 4) {
	case 2:
		try_policy(in);
		break;
	case 3:
		try_conf(in);
		break;
	default:
		try_map(in, data[0] % 4 == 1);
	}
	arena_reset(&arena);
	return 0;
}
