/*
 * special_unit.c: hoiam unit import FILE.csv [--map FILE.map]. What does not fit one action goes in
 * several; their request numbers are made from file and map, so that the same command again goes on
 * where it broke off, and adds nothing twice.
 */
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/cli/args.h"
#include "clients/csv.h"
#include "clients/cli/import_map.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "proto/rid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

enum {
	FILE_BYTES_MAX = 16 * 1024 * 1024,
	MAP_BYTES_MAX = 1024 * 1024,
	HEAD_SPARE = 8 * 1024,
	UNIT_SPARE = 160
};

struct import {
	struct session *session;
	struct csv csv;
	struct import_binding map; /* kind NULL: columns are named as fields */
	const struct field *columns[CSV_CELLS_MAX];
	size_t column_count;
	struct unit_new *units;
	int64_t lines[LIMIT_UNITS_ACTION];
	size_t count, bytes; /* of the batch */
	struct bytes file, map_file;
	uint32_t part; /* of the next action */
	size_t total;  /* units sent */
};

/* A UUIDv7 (RFC 9562, 5.7) made of the file, its map, the officer's key and the part. */
static void part_rid(const struct import *in, uint8_t out[static RID_BYTES])
{
	crypto_generichash_state state;
	uint8_t part[4], length[8];
	put_u32(part, in->part);
	const struct bytes all[] = { in->file, in->map_file,
		bytes_of(keyfile_id(in->session->key), KEY_ID_BYTES),
		bytes_of(part, sizeof(part)) };
	crypto_generichash_init(&state, NULL, 0, RID_BYTES);
	for (size_t i = 0; i < COUNT(all); i++) {
		put_u64(length, all[i].n);
		crypto_generichash_update(&state, length, sizeof(length));
		crypto_generichash_update(&state, all[i].p, all[i].n);
	}
	crypto_generichash_final(&state, out, RID_BYTES);
	memset(out, 0, 6); /* of no time */
	out[6] = (uint8_t)(0x70 | (out[6] & 0x0f));
	out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

static enum err at_line(struct import *in, int64_t line, enum err err)
{
	struct fault *f = &in->session->fault;
	char inner[80];
	snprintf(inner, sizeof(inner), "%.79s", f->field);
	snprintf(f->field, sizeof(f->field), "%.50s:%" PRId64 ": %.60s", in->csv.file, line, inner);
	return err;
}

static enum err refuse(struct import *in, const char *why)
{
	enum err err = fail(&in->session->fault, E_LINE, in->csv.file, why);
	in->session->fault.at = in->csv.line;
	return err;
}

static enum err read_header(struct import *in)
{
	struct texts row;
	enum err err = csv_next(&in->csv, &row, &in->session->arena, &in->session->fault);
	in->column_count = row.n;
	if (err == OK && row.n == 0)
		return refuse(in, N_("the file is empty"));
	if (err != OK || in->map.kind != NULL)
		return err != OK ? err : import_map_bind(&in->map, &row, &in->session->fault);
	for (size_t i = 0; i < row.n; i++) {
		in->columns[i] = record_field(record_unit_new(), row.v[i]);
		if (in->columns[i] == NULL)
			return refuse(in, N_("the first line must name columns: "
					     "code,name,kind,level,parent,from,until"));
		for (size_t k = 0; k < i; k++)
			if (in->columns[k] == in->columns[i])
				return refuse(in, N_("a column is named twice"));
	}
	return OK;
}

/* The server speaks of units[3].code: the third of this batch. The user hears the file's line. */
static void place_fault(struct import *in)
{
	static const char list[] = "units[";
	struct fault *f = &in->session->fault;
	if (strncmp(f->field, list, sizeof(list) - 1) != 0)
		return;
	char *end = NULL;
	unsigned long n = strtoul(f->field + sizeof(list) - 1, &end, 10);
	if (*end != ']' || n == 0 || n > in->count)
		return;
	const char *rest = end[1] == '.' ? end + 2 : end + 1;
	memmove(f->field, rest, strlen(rest) + 1);
	(void)at_line(in, in->lines[n - 1], f->err);
}

static enum err send_batch(struct import *in)
{
	if (in->count == 0)
		return OK;
	struct session *s = in->session;
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	struct unit_add record = { .units = { in->units, in->count } };
	uint8_t rid[RID_BYTES];
	part_rid(in, rid);
	enum err err = session_act_again(s, session_cmd("unit.add"), &record, rid, &outcome);
	if (err != OK) {
		place_fault(in);
		return err;
	}
	if (s->options.format != FORMAT_TERMINAL)
		session_show(s, &outcome);
	in->part++;
	in->total += in->count;
	in->count = in->bytes = 0;
	return OK;
}

static enum err read_row(struct import *in, const struct texts *row, struct unit_new *to)
{
	struct session *s = in->session;
	struct args args = { .record = record_unit_new(),
		.to = to,
		.arena = &s->arena,
		.today = session_today,
		.with = s };
	enum err err = OK;
	if (in->map.kind != NULL)
		err = import_map_row(&in->map, row, &args, to, &s->fault);
	for (size_t i = 0; in->map.kind == NULL && err == OK && i < row->n; i++)
		if (row->v[i].n > 0)
			err = args_value(&args, in->columns[i], to, row->v[i], &s->fault);
	if (err == OK)
		err = record_check(record_unit_new(), to, &s->fault);
	return err == OK ? OK : at_line(in, in->csv.line, err);
}

static enum err add_row(struct import *in, const struct texts *row)
{
	if (row->n != in->column_count)
		return refuse(in, N_("the number of cells is not that of the first line"));
	struct unit_new unit = { 0 };
	enum err err = read_row(in, row, &unit);
	if (err != OK)
		return err;
	size_t bytes = UNIT_SPARE;
	for (size_t i = 0; i < row->n; i++)
		bytes += row->v[i].n;
	if (in->count == LIMIT_UNITS_ACTION || in->bytes + bytes > LIMIT_HEAD_BYTES - HEAD_SPARE)
		err = send_batch(in);
	if (err != OK)
		return err;
	in->bytes += bytes;
	in->lines[in->count] = in->csv.line;
	in->units[in->count++] = unit;
	return OK;
}

static enum err load_map(struct import *in, const char *path)
{
	struct session *s = in->session;
	struct bytes yaml;
	const struct import_names names = { .kind = &import_of_units };
	if (path == NULL)
		return OK;
	enum err err = file_read(path, MAP_BYTES_MAX, &s->arena, &yaml, &s->fault);
	if (err != OK)
		return err;
	in->map_file = yaml;
	return import_map_read(&in->map, (struct text){ (const char *)yaml.p, yaml.n }, path,
		&names, &s->arena, &s->fault);
}

static enum err import(struct session *s, const char *path, const char *map)
{
	struct bytes content;
	struct import *in = arena_alloc(&s->arena, 1, sizeof(*in));
	in->session = s;
	enum err err = load_map(in, map);
	if (err == OK)
		err = file_read(path, FILE_BYTES_MAX, &s->arena, &content, &s->fault);
	if (err != OK)
		return err;
	in->csv = csv_of((struct text){ (const char *)content.p, content.n }, path);
	in->units = arena_alloc(&s->arena, LIMIT_UNITS_ACTION, sizeof(*in->units));
	in->file = content;
	err = read_header(in);
	if (err == OK)
		err = session_login(s);
	while (err == OK) {
		struct texts row;
		err = csv_next(&in->csv, &row, &s->arena, &s->fault);
		if (err != OK || row.n == 0)
			break;
		err = add_row(in, &row);
	}
	if (err == OK)
		err = send_batch(in);
	if (err == OK && s->options.format == FORMAT_TERMINAL)
		printf(_("%zu units of %s are in the register\n"), in->total, path);
	return err;
}

int special_unit_import(struct session *s, int argc, char **argv)
{
	const char *map = args_take(&argc, argv, "map");
	if (argc != 1)
		return session_end(s,
			session_usage(s, _("usage: hoiam unit import FILE.csv [--map FILE.map]")));
	return session_end(s, import(s, argv[0], map));
}
