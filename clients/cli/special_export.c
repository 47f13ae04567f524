/*
 * special_export.c: `export cases` and `export journal`: page after page to standard output or to a
 * file, in constant memory. The same command again goes on where a file broke off.
 */
#include "clients/cli/export_file.h"
#include "clients/cli/print_json.h"
#include "clients/cli/print_part.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/cli/args.h"
#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* An export of rows: the command that gives its pages, and how it goes on behind a row. */
struct export_kind {
	const char *wire, *table;
	/* `first` is the first cell of the row; false when it is none. */
	bool (*behind)(void *record, const char *first);
};

struct exporting {
	struct session *s;
	const struct export_kind *kind;
	const struct cmd_row *cmd;
	void *record;
	bool csv;
	uint64_t left; /* rows that the user wants; UINT64_MAX: all */
	struct export_file file;
	uint8_t after[LIMIT_CURSOR];
};

static bool behind_case(void *record, const char *first)
{
	struct export_cases *q = record;
	q->past = text_of(first);
	q->after = (struct bytes){ 0 };
	return true;
}

static bool behind_event(void *record, const char *first)
{
	struct journal_list *q = record;
	char *end = NULL;
	q->from = strtoull(first, &end, 10) + 1;
	q->after = (struct bytes){ 0 };
	return *end == '\0';
}

/* All that makes the rows what they are: what is asked for, of which register, by whom. */
static void hash_ask(const struct exporting *ex, uint8_t out[static EXPORT_ASK_BYTES])
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_string(&w, "hoiam/e1 " HOIAM_VERSION);
	write_string(&w, ex->cmd->wire);
	write_bool(&w, ex->csv);
	record_write_wire(&w, ex->cmd->record(), ex->record, NULL, NULL);
	write_bin(&w, bytes_of(keyfile_reg(ex->s->key), 16));
	write_bin(&w, bytes_of(keyfile_id(ex->s->key), 8));
	crypto_hash_sha256(out, w.p, w.n);
}

static void print_rows(const struct exporting *ex, const struct table *t, FILE *out)
{
	if (ex->csv) {
		struct printer p = { .format = FORMAT_CSV,
			.out = out,
			.zone_minutes = link_greeting(ex->s->link)->zone_minutes };
		if (!ex->file.begun)
			fputs("\xef\xbb\xbf", out); /* else a spreadsheet loses the marks */
		print_one_table(&p, t, false, !ex->file.begun);
		return;
	}
	for (size_t i = 0; i < t->row_count; i++) {
		print_row_json(out, t, i);
		fputc('\n', out);
	}
}

/* As many rows in a page as there may be, or as are left of what the user wants. */
static void set_limit(struct exporting *ex)
{
	const struct field *limit = record_field(ex->cmd->record(), text_of("limit"));
	const uint64_t most = ex->left < LIMIT_PAGE ? ex->left : LIMIT_PAGE;
	memcpy((char *)ex->record + limit->offset, &most, sizeof(most));
}

static void read_limit(struct exporting *ex)
{
	const struct field *limit = record_field(ex->cmd->record(), text_of("limit"));
	memcpy(&ex->left, (const char *)ex->record + limit->offset, sizeof(ex->left));
	if (ex->left == 0)
		ex->left = UINT64_MAX;
}

static enum err add_page(struct exporting *ex, const struct reply *page)
{
	const struct table *t = reply_table(page, ex->kind->table);
	char *rows = NULL;
	size_t n = 0;
	if (t == NULL)
		return fail(&ex->s->fault, E_FRAME, NULL, "the server's tables cannot be read");
	FILE *out = open_memstream(&rows, &n);
	if (out == NULL)
		return file_fail(&ex->s->fault, "stdout");
	print_rows(ex, t, out);
	enum err err = fclose(out) == 0 ? OK : file_fail(&ex->s->fault, "stdout");
	if (err == OK)
		err = export_add(&ex->file, bytes_of(rows, n), t->row_count);
	if (ex->left != UINT64_MAX)
		ex->left -= t->row_count < ex->left ? t->row_count : ex->left;
	free(rows);
	return err;
}

/* The record of the next page; false at the end. */
static bool turn(struct exporting *ex, const struct reply *page)
{
	const struct field *after = record_field(ex->cmd->record(), text_of("after"));
	size_t n = page->next.n;
	if (n == 0 || n > sizeof(ex->after))
		return false;
	memcpy(ex->after, page->next.p, n);
	struct bytes at = bytes_of(ex->after, n);
	memcpy((char *)ex->record + after->offset, &at, sizeof(at));
	return true;
}

static enum err export_rows(struct exporting *ex)
{
	AUTO(reply_fini) struct reply page = { 0 };
	bool more = ex->left > 0;
	while (more) {
		set_limit(ex);
		enum err err = session_page(ex->s, ex->cmd, ex->record, &page);
		if (err == OK)
			err = add_page(ex, &page);
		if (err != OK)
			return err;
		more = turn(ex, &page) && ex->left > 0;
		reply_reset(&page);
	}
	return export_finish(&ex->file);
}

static enum err export_all(struct exporting *ex, const char *path)
{
	uint8_t asked[EXPORT_ASK_BYTES];
	struct session *s = ex->s;
	enum err err = session_login(s);
	if (err != OK)
		return err;
	hash_ask(ex, asked);
	read_limit(ex);
	err = export_open(&ex->file, path, ex->csv, asked, &s->arena, &s->fault);
	if (err == OK && ex->left != UINT64_MAX) /* rows that an earlier run wrote count, too */
		ex->left -= ex->file.rows < ex->left ? ex->file.rows : ex->left;
	if (err == OK && ex->file.last[0] != '\0' && !ex->kind->behind(ex->record, ex->file.last))
		err = fail(&s->fault, E_CONFLICT, ex->file.part,
			N_("not a part of this export; remove it, or name another file"));
	return err == OK ? export_rows(ex) : err;
}

/* The words. */

static enum err read_format(struct exporting *ex, const char *format)
{
	struct session *s = ex->s;
	ex->csv = s->options.format == FORMAT_CSV;
	if (format == NULL)
		return OK;
	ex->csv = strcmp(format, "csv") == 0;
	return ex->csv || strcmp(format, "jsonl") == 0
		       ? OK
		       : fail(&s->fault, E_CHOICE, "format", "jsonl, csv");
}

static int run(struct session *s, const struct export_kind *kind, int argc, char **argv)
{
	const char *format = args_take(&argc, argv, "format");
	const char *path = args_take(&argc, argv, "out");
	struct exporting *ex = arena_alloc(&s->arena, 1, sizeof(*ex));
	ex->s = s;
	ex->kind = kind;
	ex->cmd = session_cmd(kind->wire);
	ex->record = arena_alloc(&s->arena, 1, ex->cmd->record()->size);
	enum err err = read_format(ex, format);
	if (err == OK)
		err = session_parse(s, ex->cmd->record(), argc, argv, ex->record);
	if (err == OK)
		err = export_all(ex, path);
	export_close(&ex->file);
	if (err == E_FILE && path == NULL && errno == EPIPE)
		return 0; /* who reads has enough */
	if (err == OK && path != NULL)
		printf(_("%llu rows in %s\n"), (unsigned long long)ex->file.rows, path);
	return session_end(s, err);
}

int special_export_cases(struct session *s, int argc, char **argv)
{
	static const struct export_kind cases = { "export.cases", "export_cases", behind_case };
	return run(s, &cases, argc, argv);
}

int special_export_journal(struct session *s, int argc, char **argv)
{
	static const struct export_kind journal = { "journal.list", "journal_list", behind_event };
	return run(s, &journal, argc, argv);
}
