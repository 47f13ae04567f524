/*
 * special_import.c: `import cases FILE --map FILE.map`: a table of any size, in constant memory, in
 * parts of some hundreds of rows, each a signed action that says from which line to which it goes.
 * The register remembers that, so that the same command again goes on where it broke off, and does
 * nothing when all is done. A row that cannot be taken over goes to FILE.errors.csv.
 */
#include "clients/cli/import_map.h"
#include "clients/cli/print_part.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"
#include "clients/csv.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "proto/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room that a part leaves for what stands around its rows. */
enum {
	PART_ROWS = LIMIT_IMPORT_ROWS,
	PART_HEAD = 56 * 1024,
	PART_WORDS = 150 * 1024,
	ROW_HEAD = 80,  /* names of the usual fields, and the commitment */
	ROW_WORDS = 100 /* salt, and names of the words */
};

struct importing {
	struct session *s;
	const char *path;
	struct csv csv;
	struct import_names names;
	struct import_binding map;
	uint8_t file[32]; /* SHA-256 */
	struct stat seen; /* the file, before that was taken */
	const char *errors_path;
	FILE *errors; /* NULL until there is one */
	struct texts header;
	size_t ours; /* columns of the table that an import before this one wrote: line, reason */
	/* the part in the making */
	struct arena arena;
	struct import_row *rows;
	struct texts *cells; /* of each row */
	size_t count, head, words;
	uint64_t first; /* its first line */
	/* codes of units that are there, when the map makes those that are not */
	struct text *units;
	size_t unit_count, unit_slots;
	uint64_t taken, bad, parts;
	bool terminal;
};

/* Rows that cannot be taken over. */

/* FILE.csv or FILE.csv.gz: FILE.errors.csv. */
static const char *errors_path(struct session *s, const char *path)
{
	struct text t = text_of(path);
	static const char *const ends[] = { ".gz", ".csv" };
	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t n = strlen(ends[i]);
		if (t.n > n && strcmp(t.p + t.n - n, ends[i]) == 0 && t.p[t.n - n - 1] != '/')
			t = arena_text(&s->arena, (struct text){ t.p, t.n - n });
	}
	return arena_format(&s->arena, "%.*s.errors.csv", (int)t.n, t.p).p;
}

/* What was wrong, and the cells from `from` on. */
static void put_row(
	FILE *out, struct text line, struct text reason, const struct texts *cells, size_t from)
{
	print_csv_cell(out, line, false);
	fputc(',', out);
	print_csv_cell(out, reason, true);
	for (size_t i = from; i < cells->n; i++) {
		fputc(',', out);
		print_csv_cell(out, cells->v[i], true);
	}
	fputc('\n', out);
}

static enum err open_errors(struct importing *im)
{
	int fd = open(im->errors_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	im->errors = fd < 0 ? NULL : fdopen(fd, "w");
	if (im->errors == NULL)
		return file_fail(&im->s->fault, im->errors_path);
	fputs("\xef\xbb\xbf", im->errors); /* for spreadsheets, as in exports */
	put_row(im->errors, text_of("line"), text_of("reason"), &im->header, im->ours);
	return OK;
}

/* What an earlier run found in lines that are done stays; the rest is looked at again. */
static enum err keep_errors(struct importing *im)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct bytes before;
	struct texts row;
	if (access(im->errors_path, F_OK) != 0)
		return OK;
	enum err err = file_read(im->errors_path, (size_t)1 << 30, &a, &before, &im->s->fault);
	if (err == OK && im->first > 1)
		err = open_errors(im);
	else if (err == OK && unlink(im->errors_path) != 0)
		err = file_fail(&im->s->fault, im->errors_path);
	if (err != OK || im->first == 1)
		return err;
	struct csv csv = csv_of((struct text){ (const char *)before.p, before.n }, im->errors_path);
	(void)csv_next(&csv, &row, &a, NULL);
	while (csv_next(&csv, &row, &a, NULL) == OK && row.n >= 2)
		if (strtoull(arena_text(&a, row.v[0]).p, NULL, 10) < im->first) {
			put_row(im->errors, row.v[0], row.v[1], &row, 2);
			im->bad++;
		}
	return OK;
}

/* The reason is the session's fault. */
static enum err put_bad(struct importing *im, uint64_t line, const struct texts *cells)
{
	char number[24], reason[1024];
	enum err err = im->errors == NULL ? open_errors(im) : OK;
	if (err != OK)
		return err;
	snprintf(number, sizeof(number), "%" PRIu64, line);
	if (im->s->fault.err == E_LINE) /* the line stands beside it */
		snprintf(reason, sizeof(reason), "%s", _(im->s->fault.what));
	else
		session_sentence(im->s, reason, sizeof(reason));
	put_row(im->errors, text_of(number), text_of(reason), cells, cells->n > 1 ? im->ours : 0);
	im->bad++;
	return fflush(im->errors) == 0 ? OK : file_fail(&im->s->fault, im->errors_path);
}

/* A field is named with the column that fills it. */
static void name_column(struct importing *im)
{
	struct fault *f = &im->s->fault;
	char field[sizeof(f->field)];
	const char *column = import_map_column(&im->map, f->field);
	if (column == NULL)
		return;
	snprintf(field, sizeof(field), "%.70s (%.70s)", f->field, column);
	memcpy(f->field, field, sizeof(field));
}

/* Units. */

static struct text *unit_slot(const struct importing *im, struct text code)
{
	size_t hash = 5381;
	for (size_t i = 0; i < code.n; i++)
		hash = hash * 33 + (uint8_t)code.p[i];
	size_t at = hash & (im->unit_slots - 1);
	while (im->units[at].n > 0 && !text_equal(im->units[at], code))
		at = (at + 1) & (im->unit_slots - 1);
	return &im->units[at];
}

static void grow_units(struct importing *im, size_t room)
{
	struct text *before = im->units;
	size_t slots = im->unit_slots;
	im->unit_slots = slots == 0 ? 1024 : slots;
	while (im->unit_slots < 2 * room)
		im->unit_slots *= 2;
	im->units = arena_alloc(&im->s->arena, im->unit_slots, sizeof(*im->units));
	for (size_t i = 0; i < slots; i++)
		if (before[i].n > 0)
			*unit_slot(im, before[i]) = before[i];
}

static void know_unit(struct importing *im, struct text code)
{
	if (2 * (im->unit_count + 1) > im->unit_slots)
		grow_units(im, 2 * (im->unit_count + 1));
	struct text *slot = unit_slot(im, code);
	im->unit_count += slot->n == 0;
	*slot = arena_text(&im->s->arena, code);
}

static enum err read_units(struct importing *im)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct unit_list q = { 0 };
	enum err err = session_read(im->s, session_cmd("unit.list"), &q, &reply);
	const struct table *t = reply_table(&reply, "unit_list");
	for (size_t i = 0; err == OK && t != NULL && i < t->row_count; i++)
		know_unit(im, cell_as_text(table_cell(t, i, "code")));
	if (err == OK && im->unit_slots == 0)
		grow_units(im, 1);
	return err;
}

/* Units that the rows of this part name and nobody knows. */
static size_t unknown_units(const struct importing *im, struct unit_new *fresh)
{
	const struct import_unit *how = im->map.map.units.v;
	size_t n = 0;
	for (size_t i = 0; i < im->count && n < LIMIT_UNITS_ACTION; i++) {
		struct text code = im->rows[i].unit;
		bool known = code.n == 0 || unit_slot(im, code)->n > 0;
		for (size_t k = 0; !known && k < n; k++)
			known = text_equal(fresh[k].code, code);
		if (!known)
			fresh[n++] = (struct unit_new){ .code = code,
				.name = code,
				.kind = how->kind,
				.level = how->level,
				.parent = how->parent,
				.from = how->from };
	}
	return n;
}

static enum err make_units(struct importing *im)
{
	enum err err = OK;
	while (err == OK && im->map.map.units.n > 0) {
		AUTO(outcome_fini) struct outcome outcome = { 0 };
		struct unit_new *fresh =
			arena_alloc(&im->arena, LIMIT_UNITS_ACTION, sizeof(*fresh));
		struct unit_add q = { .units = { fresh, unknown_units(im, fresh) } };
		if (q.units.n == 0)
			break;
		err = session_act_again(im->s, session_cmd("unit.add"), &q, NULL, &outcome);
		for (size_t i = 0; err == OK && i < q.units.n; i++)
			know_unit(im, fresh[i].code);
		if (err == E_EXISTS) { /* another run was quicker */
			size_t before = im->unit_count;
			err = read_units(im);
			if (err == OK && im->unit_count == before)
				return E_EXISTS;
		}
	}
	return err;
}

/* Parts. */

static void show_progress(const struct importing *im, uint64_t next)
{
	if (!im->terminal)
		return;
	fputs("\r", stderr);
	fprintf(stderr, _("%llu lines, %llu cases, %llu refused"), (unsigned long long)(next - 1),
		(unsigned long long)im->taken, (unsigned long long)im->bad);
	fputs("\033[K", stderr);
}

static void begin_part(struct importing *im, uint64_t first)
{
	arena_reset(&im->arena);
	im->rows = arena_alloc(&im->arena, PART_ROWS, sizeof(*im->rows));
	im->cells = arena_alloc(&im->arena, PART_ROWS, sizeof(*im->cells));
	im->count = im->head = im->words = 0;
	im->first = first;
}

/* The server speaks of rows[3].unit: the third of this part. It goes, the others are sent again. */
static enum err drop_row(struct importing *im, enum err err)
{
	if (err == OK)
		return OK;
	static const char list[] = "rows[";
	struct fault *f = &im->s->fault;
	char *end = NULL;
	if (strncmp(f->field, list, sizeof(list) - 1) != 0)
		return err;
	unsigned long n = strtoul(f->field + sizeof(list) - 1, &end, 10);
	if (*end != ']' || n == 0 || n > im->count)
		return err;
	const char *rest = end[1] == '.' ? end + 2 : end + 1;
	memmove(f->field, rest, strlen(rest) + 1);
	name_column(im);
	err = put_bad(im, im->rows[n - 1].line, &im->cells[n - 1]);
	im->count--;
	memmove(&im->rows[n - 1], &im->rows[n], (im->count - (n - 1)) * sizeof(*im->rows));
	memmove(&im->cells[n - 1], &im->cells[n], (im->count - (n - 1)) * sizeof(*im->cells));
	return err;
}

/* The line at which the register would go on. */
static enum err ask_next(struct importing *im, uint64_t *next)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct import_ask q = { im->map.map.source, bytes_of(im->file, sizeof(im->file)) };
	enum err err = session_page(im->s, session_cmd("import.status"), &q, &reply);
	if (err == OK)
		*next = (uint64_t)cell_as_number(
			table_cell(reply_table(&reply, "import_status"), 0, "next"), 1);
	else if (err == E_NOT_ALLOWED) /* of the command that was typed */
		snprintf(im->s->fault.what, sizeof(im->s->fault.what), "import.cases");
	return err;
}

/* Another run was quicker, or a request of one that was killed came in late: go on from there. */
static enum err catch_up(struct importing *im, enum err err)
{
	uint64_t next;
	struct fault conflict = im->s->fault;
	if (err != E_CONFLICT || strcmp(conflict.field, "first") != 0)
		return err;
	err = ask_next(im, &next);
	if (err != OK || next <= im->first) {
		im->s->fault = err != OK ? im->s->fault : conflict;
		return err != OK ? err : E_CONFLICT;
	}
	size_t done = 0;
	while (done < im->count && im->rows[done].line < next)
		done++;
	im->count -= done;
	memmove(im->rows, im->rows + done, im->count * sizeof(*im->rows));
	memmove(im->cells, im->cells + done, im->count * sizeof(*im->cells));
	im->first = next;
	return OK;
}

/* What was read so far is of the file whose hash the parts are signed with. */
static enum err check_file(struct importing *im)
{
	struct stat now;
	const struct stat *seen = &im->seen;
	if (stat(im->path, &now) != 0)
		return file_fail(&im->s->fault, im->path);
	bool same = now.st_dev == seen->st_dev && now.st_ino == seen->st_ino &&
		    now.st_size == seen->st_size && now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
		    now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
	return same ? OK
		    : fail(&im->s->fault, E_FILE, im->path,
			      N_("it was changed meanwhile; give the command again"));
}

/* All lines before `next` are done with this. */
static enum err send_part(struct importing *im, uint64_t next)
{
	enum err err = im->first < next ? check_file(im) : OK;
	if (err == OK && im->first < next)
		err = make_units(im);
	while (err == OK && im->first < next) {
		AUTO(outcome_fini) struct outcome outcome = { 0 };
		struct import_cases q = { .source = im->map.map.source,
			.file = bytes_of(im->file, sizeof(im->file)),
			.first = im->first,
			.next = next,
			.rows = { im->rows, im->count } };
		err = session_act_again(im->s, session_cmd("import.cases"), &q, NULL, &outcome);
		if (err != OK) {
			err = drop_row(im, catch_up(im, err));
			continue;
		}
		im->taken += im->count;
		im->parts++;
		begin_part(im, next);
	}
	if (im->count == 0)
		begin_part(im, im->first);
	show_progress(im, next);
	return err;
}

/* Bytes that a row takes in the head and beside it. */
static void weigh(const struct import_row *row, size_t *head, size_t *words)
{
	const struct record *r = record_import_row();
	*head = ROW_HEAD;
	*words = ROW_WORDS;
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		struct text t = { 0 };
		if (field_is_empty(f, row))
			continue;
		if (f->kind == KIND_TEXT || f->kind == KIND_CODE)
			memcpy(&t, (const char *)row + f->offset, sizeof(t));
		*(f->flags & WORDS ? words : head) += t.n + strlen(f->name) + 14;
	}
}

/* The cells of a table of refused rows, as they stood in the first one. */
static struct texts plain_cells(struct importing *im, const struct texts *cells)
{
	struct text *v = arena_alloc(&im->arena, cells->n, sizeof(*v));
	for (size_t i = 0; i < cells->n; i++)
		v[i] = im->ours > 0 ? csv_plain(cells->v[i]) : cells->v[i];
	return (struct texts){ v, cells->n };
}

static enum err add_row(struct importing *im, const struct texts *cells)
{
	struct session *s = im->s;
	struct args args = { .record = record_import_row(),
		.arena = &im->arena,
		.today = session_today,
		.with = s };
	struct import_row row;
	size_t head, words;
	uint64_t line = (uint64_t)im->csv.line;
	s->fault = (struct fault){ 0 };
	const struct texts plain = plain_cells(im, cells);
	enum err err = import_map_row(&im->map, &plain, &args, &row, &s->fault);
	row.line = line;
	if (err == OK)
		err = record_check(record_import_row(), &row, &s->fault);
	if (err != OK) {
		name_column(im);
		return put_bad(im, line, cells);
	}
	weigh(&row, &head, &words);
	im->rows[im->count] = row;
	im->cells[im->count++] = *cells;
	im->head += head;
	im->words += words;
	return OK;
}

static bool is_full(const struct importing *im)
{
	enum { ONE_HEAD = 2048, ONE_WORDS = 36 * 1024 };
	return im->count == PART_ROWS || im->head + ONE_HEAD > PART_HEAD ||
	       im->words + ONE_WORDS > PART_WORDS;
}

static enum err take_rows(struct importing *im)
{
	struct session *s = im->s;
	for (;;) {
		struct texts cells;
		enum err err = csv_next(&im->csv, &cells, &im->arena, &s->fault);
		bool before = (uint64_t)im->csv.line < im->first;
		if (err == OK && cells.n == 0)
			return send_part(im, (uint64_t)im->csv.next_line);
		if (before && (err == OK || err == E_LINE)) {
			begin_part(im, im->first); /* done by an earlier run */
			continue;
		}
		if (err == E_LINE)
			err = put_bad(im, (uint64_t)im->csv.line, &cells);
		else if (err == OK)
			err = add_row(im, &cells);
		if (err == OK && is_full(im))
			err = send_part(im, (uint64_t)im->csv.next_line);
		if (err != OK)
			return err;
	}
}

/* Beginning. */

static enum err hash_file(struct importing *im)
{
	static uint8_t bytes[1 << 16];
	crypto_hash_sha256_state state;
	FILE *file = fopen(im->path, "re");
	if (file == NULL)
		return file_fail(&im->s->fault, im->path);
	if (fstat(fileno(file), &im->seen) != 0) {
		(void)file_fail(&im->s->fault, im->path);
		fclose(file);
		return E_FILE;
	}
	crypto_hash_sha256_init(&state);
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), file)) > 0;)
		crypto_hash_sha256_update(&state, bytes, n);
	enum err err = ferror(file) ? file_fail(&im->s->fault, im->path) : OK;
	crypto_hash_sha256_final(&state, im->file);
	fclose(file);
	return err;
}

static enum err load_map(struct importing *im, const char *path)
{
	struct session *s = im->s;
	struct bytes yaml;
	enum err err = file_read(path, YAML_BYTES_MAX, &s->arena, &yaml, &s->fault);
	if (err != OK)
		return err;
	return import_map_read(&im->map, (struct text){ (const char *)yaml.p, yaml.n }, path,
		&im->names, &s->arena, &s->fault);
}

static enum err read_header(struct importing *im)
{
	struct fault *f = &im->s->fault;
	char field[sizeof(f->field)];
	enum err err = csv_next(&im->csv, &im->header, &im->s->arena, f);
	if (err == OK && im->header.n == 0)
		err = fail(f, E_LINE, im->path, N_("the file is empty"));
	if (err != OK)
		return err;
	if (im->header.n > 2 && text_is(im->header.v[0], "line") &&
		text_is(im->header.v[1], "reason"))
		im->ours = 2;
	err = import_map_bind(&im->map, &im->header, f);
	if (err != OK) {
		snprintf(field, sizeof(field), "%.100s:1: %.40s", im->path, f->field);
		memcpy(f->field, field, sizeof(field));
	}
	return err;
}

static enum err import(struct importing *im, const char *map)
{
	uint64_t first;
	enum err err = load_map(im, map);
	if (err == OK)
		err = hash_file(im);
	if (err == OK)
		err = csv_open(&im->csv, im->path, &im->s->fault);
	if (err == OK)
		err = read_header(im);
	if (err == OK)
		err = ask_next(im, &first);
	if (err == OK)
		begin_part(im, first);
	if (err == OK && im->map.map.units.n > 0)
		err = read_units(im);
	if (err == OK)
		err = keep_errors(im);
	return err == OK ? take_rows(im) : err;
}

static int tell(struct importing *im, enum err err)
{
	if (im->terminal && im->parts > 0)
		fputc('\n', stderr);
	if (err != OK)
		return session_end(im->s, err);
	printf(_("%llu cases taken over, %llu rows refused\n"), (unsigned long long)im->taken,
		(unsigned long long)im->bad);
	if (im->bad == 0)
		return 0;
	printf(_("the refused rows and why: %s; mend them there, then import that file in the same "
		 "way\n"),
		im->errors_path);
	return 1;
}

int special_import_cases(struct session *s, int argc, char **argv)
{
	const char *map = args_take(&argc, argv, "map");
	struct import_names names = { &import_of_cases, args_take(&argc, argv, "source"),
		args_take(&argc, argv, "unit") };
	if (map == NULL || argc != 1)
		return session_end(
			s, session_usage(s, _("usage: hoiam import cases FILE.csv[.gz] --map "
					      "FILE.map [--source NAME] [--unit CODE]")));
	struct importing *im = arena_alloc(&s->arena, 1, sizeof(*im));
	im->s = s;
	im->path = argv[0];
	im->names = names;
	im->errors_path = errors_path(s, argv[0]);
	im->terminal = isatty(STDERR_FILENO);
	enum err err = import(im, map);
	if (im->errors != NULL && fclose(im->errors) != 0 && err == OK)
		err = file_fail(&s->fault, im->errors_path);
	csv_close(&im->csv);
	arena_fini(&im->arena);
	return tell(im, err);
}
